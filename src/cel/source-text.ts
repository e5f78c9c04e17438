/** A place in an expression: line from 1, column from 0; -1 and -1 when there is none. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** No place. */
export const NOWHERE: Place = { line: -1, column: -1 }

/** An error of the compiler, at a place. */
export interface CelError extends Place {
  readonly message: string
}

/** An expression's text with its lines, counted in characters (code points). */
export interface SourceText {
  readonly text: string
  /** Length in characters. */
  readonly length: number
  /** Offset of the first character of each line after the first. */
  readonly lines: readonly number[]
}

/** Longest line that is shown below an error, in bytes. Source: cel-go common/error.go. */
const SNIPPET_BYTES_MAX = 16_384
const ERRORS_SHOWN_MAX = 100

/** A text as source. */
export function sourceText(text: string): SourceText {
  const lines: number[] = []
  let length = 0
  for (const character of text) {
    length++
    if (character === '\n') lines.push(length)
  }
  return { text, length, lines }
}

/** The place of a character. Source: SourceInfo.GetLocationByOffset. */
export function placeAt({ lines }: SourceText, offset: number): Place {
  let line = 1
  let column = offset
  for (const start of lines) {
    if (start > offset) break
    line++
    column = offset - start
  }
  return { line, column }
}

/**
 * All errors as the API shows them: by place, each with its line and a mark below it. Source:
 * Errors.ToDisplayString.
 */
export function showErrors(source: SourceText, errors: readonly CelError[]): string {
  const sorted = [...errors.slice(0, ERRORS_SHOWN_MAX)].sort(
    (a, b) => a.line - b.line || a.column - b.column,
  )
  const shown = sorted.map((error) => showError(source, error))
  const more = errors.length - ERRORS_SHOWN_MAX
  if (more > 0) shown.push(`${more} more errors were truncated`)
  return shown.join('\n')
}

function showError(source: SourceText, { line, column, message }: CelError): string {
  const head = `ERROR: <input>:${line}:${column + 1}: ${message}`
  const snippet = lineOf(source, line)
  if (snippet === undefined || Buffer.byteLength(snippet) > SNIPPET_BYTES_MAX) return head
  const text = snippet.replaceAll('\t', ' ')
  let marks = ''
  const characters = [...text]
  for (let i = 0; i < column && i < characters.length; i++)
    marks += isWide(characters[i]) ? '\uff0e' : '.'
  marks += isWide(characters[column]) ? '\uff3e' : '^'
  return `${head}\n | ${text}\n | ${marks}`
}

const isWide = (character: string | undefined): boolean =>
  character !== undefined && character.codePointAt(0)! >= 0x80

function lineOf({ text, length }: SourceText, line: number): string | undefined {
  if (line < 1 || length === 0) return undefined
  return text.split('\n')[line - 1]
}
