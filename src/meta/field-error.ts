import { goJson, goQuote } from './go-quote.ts'
import { goFloat } from './go-text.ts'

/** Kinds of a validation cause. Source: apimachinery util/validation/field ErrorType. */
export type FieldErrorReason =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid'

/** One cause of a 422: `message` is complete, as upstream's ErrorBody() spells it. */
export interface FieldError {
  /** `spec.containers[0].image`, `metadata.annotations[a.b/c]`. */
  readonly field: string
  readonly reason: FieldErrorReason
  /** For example `Invalid value: "A_B": a lowercase RFC 1123 label must ...`. */
  readonly message: string
}

/** A required field is missing. */
export const required = (field: string, detail: string): FieldError => ({
  field,
  reason: 'FieldValueRequired',
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
})

/** A value that breaks a rule; `value` is shown as Go's `%#v`-like quoting of field.Error does. */
export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${shown(value)}${detail === '' ? '' : `: ${detail}`}`,
})

/** The same where the value is not shown. Source: field.OmitValueType. */
export const invalidPlain = (field: string, detail: string): FieldError => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${detail}`,
})

/** A value of the wrong type; shown as `invalid` shows it. */
export const typeInvalid = (field: string, value: unknown, detail: string): FieldError => ({
  ...invalid(field, value, detail),
  reason: 'FieldValueTypeInvalid',
})

/** A value outside an enumeration; `supported` is shown in the order given, as upstream does. */
export const notSupported = (
  field: string,
  value: unknown,
  supported: readonly string[],
): FieldError => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${shown(value)}: supported values: ${supported
    .map((s) => goQuote(s))
    .join(', ')}`,
})

/** The same where upstream lists the supported values in an order of its own. */
export const notSupportedAsListed = (
  field: string,
  value: unknown,
  supported: readonly string[],
): FieldError => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${shown(value)}: supported values: ${supported
    .map((s) => goQuote(s))
    .join(', ')}`,
})

/** A value that must not be set here. */
export const forbidden = (field: string, detail: string): FieldError => ({
  field,
  reason: 'FieldValueForbidden',
  message: detail === '' ? 'Forbidden' : `Forbidden: ${detail}`,
})

/** The same value twice where it must be unique. */
export const duplicate = (field: string, value: unknown): FieldError => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${shown(value)}`,
})

/** A reference to something that is not there. */
export const valueNotFound = (field: string, value: unknown): FieldError => ({
  field,
  reason: 'FieldValueNotFound',
  message: `Not found: ${shown(value)}`,
})

/** A text or list beyond its length. */
export const tooLong = (field: string, max: number): FieldError => ({
  field,
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${max} ${max === 1 ? 'byte' : 'bytes'}`,
})

/** More items than allowed. */
export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  field,
  reason: 'FieldValueTooMany',
  message: `Too many: ${actual}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`,
})

/** Texts as Go's %q, fractions as its %v, all else as Go's JSON. Source: apimachinery field.Error ErrorBody. */
const shown = (value: unknown): string => {
  if (typeof value === 'string') return goQuote(value)
  return typeof value === 'number' && !Number.isInteger(value) ? goFloat(value) : goJson(value)
}
