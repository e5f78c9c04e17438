import { functionOf, overload, type FunctionDecl, type Implementation } from './declarations.ts'
import { compilePattern, type Pattern } from './patterns.ts'
import { failure, madeList, orNoOverload, type Value } from './values.ts'

/** The first match, or nothing. */
export const findIn = (pattern: Pattern, text: string): Value => pattern.find(text, 1)[0] ?? ''

/** All matches, or the first `most`. */
export const findAllIn = (pattern: Pattern, text: string, most: number): Value =>
  madeList(pattern.find(text, most))

const find: Implementation = (text, pattern) => {
  if (typeof text !== 'string') return orNoOverload(text)
  if (typeof pattern !== 'string') return orNoOverload(pattern)
  const compiled = compilePattern(pattern)
  return compiled.ok ? findIn(compiled.value, text) : failure(`Illegal regex: ${compiled.error}`)
}

const findAll: Implementation = (text, pattern, most) => {
  if (typeof text !== 'string') return orNoOverload(text)
  if (typeof pattern !== 'string') return orNoOverload(pattern)
  const compiled = compilePattern(pattern)
  if (!compiled.ok) return failure(`Illegal regex: ${compiled.error}`)
  return findAllIn(compiled.value, text, most === undefined ? -1 : Number(most))
}

/** `find` and `findAll`. Source: apiserver cel/library/regex.go. */
export const REGEX_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('find', [overload('string_find_string', 'string.(string) -> string', find)]),
  functionOf('findAll', [
    overload('string_find_all_string', 'string.(string) -> list(string)', findAll),
    overload('string_find_all_string_int', 'string.(string, int) -> list(string)', findAll),
  ]),
]
