import { err, ok, type Result } from '../base/result.ts'
import { invalid, type FieldError } from './field-error.ts'
import { isLabelValue, isQualifiedName } from './names.ts'

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>

/** Source: apimachinery pkg/selection. `gt` and `lt` compare integers. */
export type LabelOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt'

/** One condition on one label; all of a selector's must hold. */
export interface LabelRequirement {
  readonly key: string
  readonly operator: LabelOperator
  readonly values: readonly string[]
}

/** Operators as upstream lists them in messages. */
export const BINARY_OPERATORS = ['in', 'notin', '=', '==', '!=', 'gt', 'lt']
const INT64 = /^[+-]?[0-9]{1,63}$/

/**
 * Checks a requirement; the error joins all reasons as upstream's. Source: labels NewRequirement.
 */
export function newRequirement(
  key: string,
  operator: LabelOperator,
  values: readonly string[],
): Result<LabelRequirement, string> {
  const errors = [
    ...keyErrors('key', key),
    ...countErrors(operator, values),
    ...values.flatMap((value, i) => {
      const reasons = isLabelValue(value)
      if (reasons.length === 0) return []
      return [invalid(`values[${i}][${key}]`, value, reasons.join('; '))]
    }),
  ]
  return errors.length === 0 ? ok({ key, operator, values }) : err(aggregated(errors))
}

/** Why a label's key is refused; `field` is what the message starts with. */
export function keyErrors(field: string, key: string): FieldError[] {
  const reasons = isQualifiedName(key)
  return reasons.length === 0 ? [] : [invalid(field, key, reasons.join('; '))]
}

/** One text for many errors. Source: apimachinery util/errors aggregate. */
export function aggregated(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map((e) => `${e.field}: ${e.message}`))]
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`
}

/** Whether the labels fulfil the requirement. Absent labels fulfil `!=`, `notin` and `!`. */
export function meets({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  // Labels are users' words: `constructor` is a legal key.
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value)
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'gt':
    case 'lt':
      return value !== undefined && beyond(operator, value, values)
  }
}

/** `app=web`, `tier in (a,b)`, `!x`; values are sorted. */
export function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key
    case '!':
      return `!${key}`
    case 'in':
    case 'notin':
      return `${key} ${operator} (${sorted(values)})`
    case 'gt':
      return `${key}>${sorted(values)}`
    case 'lt':
      return `${key}<${sorted(values)}`
    default:
      return `${key}${operator}${sorted(values)}`
  }
}

const sorted = (values: readonly string[]): string => [...values].sort().join(',')

function countErrors(operator: LabelOperator, values: readonly string[]): FieldError[] {
  const wrong = (why: string) => [invalid('values', values, why)]
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length > 0
        ? []
        : wrong("for 'in', 'notin' operators, values set can't be empty")
    case '=':
    case '==':
    case '!=':
      return values.length === 1 ? [] : wrong('exact-match compatibility requires one single value')
    case 'exists':
    case '!':
      return values.length === 0
        ? []
        : wrong('values set must be empty for exists and does not exist')
    default:
      return [
        ...(values.length === 1
          ? []
          : wrong("for 'Gt', 'Lt' operators, exactly one value is required")),
        ...values.flatMap((value, i) =>
          int64(value) === undefined
            ? [
                invalid(
                  `values[${i}]`,
                  value,
                  "for 'Gt', 'Lt' operators, the value must be an integer",
                ),
              ]
            : [],
        ),
      ]
  }
}

function beyond(operator: 'gt' | 'lt', value: string, values: readonly string[]): boolean {
  const left = int64(value)
  const right = values.length === 1 ? int64(values[0]!) : undefined
  if (left === undefined || right === undefined) return false
  return operator === 'gt' ? left > right : left < right
}

function int64(text: string): bigint | undefined {
  if (!INT64.test(text)) return undefined
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return BigInt.asIntN(64, value) === value ? value : undefined
}
