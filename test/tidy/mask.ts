/** A source text in which only code is left: comments and the insides of literals are blanks. */
export interface Masked {
  /** As long as the text, line breaks in place. */
  readonly code: string
  /** The comments alone, in their places. */
  readonly comments: string
}

/** After these a slash begins a regular expression; after a value it divides. */
const BEFORE_REGEXP = /(?:^|[([{,;:=!&|?+\-*%~^<>]|\b(?:return|typeof|case|in|of|await|yield|throw|else|do))\s*$/

/** Blanks comments, strings, templates' texts and regular expressions; quotes themselves stay. */
export function mask(text: string): Masked {
  const code = text.split('')
  const comments = text.replace(/[^\n]/g, ' ').split('')
  const depths: number[] = []
  let depth = 0
  let at = 0
  const blank = (to: number, comment: boolean) => {
    for (; at < Math.min(to, text.length); at++) {
      if (text[at] === '\n') continue
      if (comment) comments[at] = text[at]!
      code[at] = ' '
    }
  }
  const literal = (end: number) => {
    at++
    blank(Math.max(at, end - 1), false)
    at = end
  }
  while (at < text.length) {
    const two = text.slice(at, at + 2)
    const char = text[at]!
    if (two === '//') blank(orEnd(text, text.indexOf('\n', at)), true)
    else if (two === '/*') blank(orEnd(text, text.indexOf('*/', at + 2)) + 2, true)
    else if (char === "'" || char === '"') literal(endOf(text, at + 1, char))
    else if (char === '/' && BEFORE_REGEXP.test(code.slice(Math.max(0, at - 40), at).join('')))
      literal(endOfRegExp(text, at + 1))
    else if (char === '`' || (char === '}' && depths.at(-1) === depth)) {
      if (char === '}') depths.pop()
      const end = endOfTemplate(text, at + 1)
      literal(end)
      if (text[end - 1] === '{') depths.push(depth)
    } else {
      if (char === '{') depth++
      if (char === '}') depth--
      at++
    }
  }
  return { code: code.join(''), comments: comments.join('') }
}

const orEnd = (text: string, at: number): number => (at < 1 ? text.length : at)

function endOf(text: string, from: number, quote: string): number {
  let at = from
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function endOfRegExp(text: string, from: number): number {
  let at = from
  let inClass = false
  for (; at < text.length && (inClass || text[at] !== '/') && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '[') inClass = true
    else if (text[at] === ']') inClass = false
  }
  return at + 1
}

/** Just after the closing backtick, or after the `{` of the next substitution. */
function endOfTemplate(text: string, from: number): number {
  let at = from
  for (; at < text.length && text[at] !== '`'; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '$' && text[at + 1] === '{') return at + 2
  }
  return at + 1
}
