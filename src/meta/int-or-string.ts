import { err, ok, type Result } from '../base/result.ts'
import { goQuote } from './go-quote.ts'

/** A number, a percentage or a port's name. Source: apimachinery util/intstr. */
export type IntOrString = number | string

/** Whether the text is a percentage, `25%`. */
export const isPercent = (value: IntOrString | undefined): value is string =>
  typeof value === 'string' && /^[0-9]+%$/.test(value)

/** The text of either form, as fmt prints it. */
export const intOrStringText = (value: IntOrString): string => String(value)

/** The number, or the number a text spells; 0 when it spells none. Source: intstr IntValue. */
export const intValue = (value: IntOrString): number =>
  typeof value === 'number' ? value : (atoi(value) ?? 0)

/** A text becomes a number when it spells an int32. Source: intstr.Parse. */
export function parseIntOrString(text: string): IntOrString {
  const number = atoi(text)
  return number !== undefined && number === (number | 0) ? number : text
}

/**
 * Percentages scale with `total`, numbers stand for themselves.
 * Source: intstr GetScaledValueFromIntOrPercent, with its error texts.
 */
export function scaledValue(
  value: IntOrString | undefined,
  total: number,
  roundUp: boolean,
): Result<number, string> {
  if (value === undefined) return err('nil value for IntOrString')
  if (typeof value === 'number') return ok(value)
  const wrong = (why: string) => err(`invalid value for IntOrString: ${why}`)
  if (!value.endsWith('%')) return wrong('invalid type: string is not a percentage')
  const digits = value.slice(0, -1)
  const percent = atoi(digits)
  if (percent === undefined)
    return wrong(`invalid value ${goQuote(value)}: ${atoiError(digits)}`)
  const scaled = (percent * total) / 100
  return ok(roundUp ? Math.ceil(scaled) : Math.floor(scaled))
}

function atoi(text: string): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined
  const number = Number(text)
  return Math.abs(number) < 2 ** 63 ? number : undefined
}

const atoiError = (text: string): string => {
  const why = /^[+-]?[0-9]+$/.test(text) ? 'value out of range' : 'invalid syntax'
  return `strconv.Atoi: parsing ${goQuote(text)}: ${why}`
}
