/**
 * Words that CEL reserves: a property of such a name is written `__word__`, or as it is. Source:
 * apiserver pkg/cel/escaping.go.
 */
export const RESERVED_WORDS: ReadonlySet<string> = new Set([
  'true', 'false', 'null', 'in',
  'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop',
  'package', 'namespace', 'return', 'var', 'void', 'while',
])

const WRITTEN: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
}
const READ: Readonly<Record<string, string>> = {
  underscores: '__',
  dot: '.',
  dash: '-',
  slash: '/',
}

/** The identifier that stands for a property; undefined when no identifier can. */
export function escapeName(name: string): string | undefined {
  if (name === '' || /^[0-9]/.test(name)) return undefined
  if (RESERVED_WORDS.has(name)) return `__${name}__`
  if (/[^a-zA-Z0-9\-./_]/.test(name)) return undefined
  return name.replace(/__|[-./]/g, (found) => WRITTEN[found]!)
}

/** The property that an identifier stands for; undefined for unknown escapes. */
export function unescapeName(escaped: string): string | undefined {
  if (!escaped.includes('__')) return escaped
  let valid = true
  const name = escaped.replace(/_{2}([^_]+)_{2}/g, (found, word: string) => {
    if (Object.hasOwn(READ, word)) return READ[word]!
    if (!RESERVED_WORDS.has(word) || found.length !== escaped.length) valid = false
    return word
  })
  return valid ? name : undefined
}
