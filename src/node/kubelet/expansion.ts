/**
 * Replaces `$(NAME)` by what `lookup` says; an unknown name stays as written, `$$` is a dollar.
 * Source: third_party/forked/golang/expansion.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  let out = ''
  let i = 0
  while (i < text.length) {
    const next = text[i + 1]
    if (text[i] !== '$' || next === undefined) out += text[i++]
    else if (next === '$') {
      out += '$'
      i += 2
    } else if (next === '(' && text.indexOf(')', i + 2) >= 0) {
      const end = text.indexOf(')', i + 2)
      const name = text.slice(i + 2, end)
      out += lookup(name) ?? `$(${name})`
      i = end + 1
    } else {
      out += `$${next}`
      i += 2
    }
  }
  return out
}
