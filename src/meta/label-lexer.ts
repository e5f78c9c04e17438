/** The words of a selector's text. Source: apimachinery labels/selector.go Lexer. */
export type LabelTokenKind =
  | 'end'
  | 'identifier'
  | ')'
  | ','
  | '!'
  | '=='
  | '='
  | '>'
  | '<'
  | '!='
  | '('
  | 'in'
  | 'notin'

/** A word and its text, which messages quote. */
export interface LabelToken {
  readonly kind: LabelTokenKind
  readonly text: string
}

const SYMBOLS: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '('])
const SPECIAL = '=!(),><'
const BLANK = ' \t\r\n'
const WORD_ENDS = `${SPECIAL}${BLANK}\0`

/**
 * Cuts the text into tokens; the last one is always `end`. Upstream's reader takes a NUL for the
 * end of a word, and for the end of all where a word could begin; so does this one.
 */
export function labelTokens(text: string): LabelToken[] {
  const tokens: LabelToken[] = []
  let at = 0
  for (;;) {
    while (at < text.length && BLANK.includes(text[at]!)) at++
    if (at >= text.length || text[at] === '\0') break
    const end = SPECIAL.includes(text[at]!) ? symbolEnd(text, at) : wordEnd(text, at)
    tokens.push(tokenOf(text.slice(at, end)))
    at = text[end] === '\0' ? end + 1 : end
  }
  tokens.push({ kind: 'end', text: '' })
  return tokens
}

const isSymbol = (text: string): text is LabelTokenKind => SYMBOLS.has(text)

function tokenOf(text: string): LabelToken {
  if (isSymbol(text) || text === 'in' || text === 'notin') return { kind: text, text }
  return { kind: 'identifier', text }
}

/** Every special character is a symbol, so the longest match is one or two characters. */
function symbolEnd(text: string, from: number): number {
  return from + 1 < text.length && SYMBOLS.has(text.slice(from, from + 2)) ? from + 2 : from + 1
}

function wordEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && !WORD_ENDS.includes(text[end]!)) end++
  return end
}
