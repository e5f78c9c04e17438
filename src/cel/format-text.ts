import { CEL_TEXT_CHARACTERS_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'

/** Formats an argument, or checks its type: the text, or why it cannot be. */
export interface FormatClauses<E> {
  /** Number of arguments. */
  readonly size: number
  readonly clause: (index: number, verb: FormatVerb, precision: number | undefined) => Result<string, E>
  readonly error: (message: string) => E
  /** Puts words before an error. */
  readonly within: (words: string, error: E) => E
}

/** What stands behind a `%`. */
export type FormatVerb = 's' | 'd' | 'f' | 'e' | 'b' | 'x' | 'X' | 'o'

const VERBS = 'sdfebxXo'

/**
 * Reads a format and puts its parts together. Source: cel-go ext/formatting.go parseFormatString.
 */
export function formatText<E>(format: string, clauses: FormatClauses<E>): Result<string, E> {
  const { error, within } = clauses
  let text = ''
  let index = 0
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%') {
      text += format[i]
      continue
    }
    if (format[i + 1] === '%') {
      text += '%'
      i++
      continue
    }
    if (index >= clauses.size) return err(error(`index ${index} out of range`))
    if (i + 1 >= format.length) return err(error('unexpected end of string'))
    const read = readClause(format, i + 1)
    if (!read.ok) return err(within('could not parse formatting clause', error(read.error)))
    const { verb, precision, end } = read.value
    const part = clauses.clause(index++, verb, precision)
    if (!part.ok) return err(within('error during formatting', part.error))
    text += part.value
    if (text.length > CEL_TEXT_CHARACTERS_MAX) return err(error('formatted text is too long'))
    i = end
  }
  return ok(text)
}

interface Clause {
  readonly verb: FormatVerb
  readonly precision: number | undefined
  /** Index of the verb. */
  readonly end: number
}

function readClause(format: string, start: number): Result<Clause, string> {
  let at = start
  let precision: number | undefined
  if (format[at] === '.') {
    const digits = /^\d*/.exec(format.slice(at + 1))![0]
    at += 1 + digits.length
    if (at >= format.length)
      return err('error while parsing precision: could not find end of precision specifier')
    if (digits === '')
      return err('error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax')
    precision = Number(digits)
  }
  const verb = format[at]!
  if (VERBS.includes(verb)) return ok({ verb: verb as FormatVerb, precision, end: at })
  return err(`unrecognized formatting clause "${verb}"`)
}

/** The complaint of a clause about a type. Source: ext/formatting.go *FormatError. */
export function clauseError(verb: FormatVerb, type: string): string {
  switch (verb) {
    case 's':
      return `string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${type}`
    case 'd':
      return `decimal clause can only be used on integers, was given ${type}`
    case 'f':
      return `fixed-point clause can only be used on doubles, was given ${type}`
    case 'e':
      return `scientific clause can only be used on doubles, was given ${type}`
    case 'b':
      return `only integers and bools can be formatted as binary, was given ${type}`
    case 'o':
      return `octal clause can only be used on integers, was given ${type}`
    default:
      return `only integers, byte buffers, and strings can be formatted as hex, was given ${type}`
  }
}
