import type { Token } from './lexer.ts'
import { placeAt, type CelError, type SourceText } from './source-text.ts'

/** What is wrong with tokens that are no expression: where they stop to be one. */
export function syntaxErrors(source: SourceText, tokens: readonly Token[], at: number): CelError[] {
  const token = tokens[Math.min(at, tokens.length - 1)]!
  return [{ ...placeAt(source, token.offset), message: `Syntax error: mismatched input '${token.text}'` }]
}
