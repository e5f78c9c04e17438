import { goFloat } from '../../meta/go-text.ts'
import type { Json } from '../../meta/object.ts'
import { isRawNumber, numberText } from '../../meta/raw-number.ts'
import type { Checked } from './check-schema.ts'
import type { SchemaError } from './schema-errors.ts'

const INT32_MAX = 2 ** 31 - 1
const FLOAT32_MAX = 3.40282346638528859811704183484516925440e38

/**
 * What is wrong with a number: outside of its format's range, no multiple, too large, too small. Source:
 * kube-openapi validate/validator.go numberValidator and values.go.
 */
export function numberErrors(schema: Checked, value: Json, name: () => string): SchemaError[] {
  const { multipleOf, maximum, minimum } = schema.schema
  const errors: SchemaError[] = []
  const range = rangeProblem(schema, value, 'Checked', name)
  if (range) errors.push(range)
  if (multipleOf === undefined && maximum === undefined && minimum === undefined) return errors
  const number = isRawNumber(value) ? Number(numberText(value)) : (value as number)
  if (multipleOf !== undefined)
    errors.push(...bounded(schema, multipleOf, 'MultipleOf', name, multipleError(number, multipleOf, value, name)))
  if (maximum !== undefined)
    errors.push(...bounded(schema, maximum, 'Maximum boundary', name, maximumError(schema, number, value, name)))
  if (minimum !== undefined)
    errors.push(...bounded(schema, minimum, 'Minimum boundary', name, minimumError(schema, number, value, name)))
  return errors
}

/** A limit outside of the format's own range is told too. */
function bounded(
  schema: Checked,
  limit: number,
  prefix: string,
  name: () => string,
  error: SchemaError | undefined,
): SchemaError[] {
  const range = rangeProblem(schema, limit, prefix, name)
  return [...(range ? [range] : []), ...(error ? [error] : [])]
}

/** Source: values.go IsValueValidAgainstRange. */
function rangeProblem(
  schema: Checked,
  value: Json,
  prefix: string,
  name: () => string,
): SchemaError | undefined {
  const type = schema.types.length === 1 ? schema.types[0]! : ''
  const number = isRawNumber(value) ? Number(numberText(value)) : (value as number)
  const { format } = schema
  const fits =
    type === 'integer'
      ? Number.isInteger(number) && (format !== 'int32' || (number >= -INT32_MAX - 1 && number <= INT32_MAX)) &&
        Math.abs(number) <= 2 ** 63
      : format !== 'float' || Math.abs(number) <= FLOAT32_MAX
  if (fits) return undefined
  const kind = format === '' ? `${type} (default format)` : `${type} with format ${format}`
  return { code: 'plain', name: '', text: `${prefix} value must be of type ${kind} in ${name()}` }
}

const broken = (name: string, value: Json, text: string): SchemaError => ({
  code: 'rule', name, value, text: `${name} in body should be ${text}`,
})

function multipleError(
  number: number,
  factor: number,
  value: Json,
  name: () => string,
): SchemaError | undefined {
  const isInt = Number.isInteger(number)
  const by = isInt ? Math.trunc(factor) : factor
  if (by <= 0) {
    const text = `factor MultipleOf declared for ${name()} must be positive: ${limitText(number, by)}`
    return { code: 'rule', name: name(), value: by, text }
  }
  const fits = isInt ? isMultiple(value, by) : Number.isInteger(by < 1 ? (1 / by) * number : number / by)
  return fits ? undefined : broken(name(), value, `a multiple of ${limitText(number, by)}`)
}

const isMultiple = (value: Json, by: number): boolean =>
  isRawNumber(value) ? BigInt(numberText(value)) % BigInt(by) === 0n : (value as number) % by === 0

const limitText = (number: number, limit: number): string =>
  Number.isInteger(number) ? String(limit) : goFloat(limit)

/** Whole numbers meet whole limits: Go cuts a limit's fraction off for them. */
const limitFor = (number: number, limit: number): number => (Number.isInteger(number) ? Math.trunc(limit) : limit)

function maximumError(
  { schema }: Checked,
  number: number,
  value: Json,
  name: () => string,
): SchemaError | undefined {
  const max = limitFor(number, schema.maximum!)
  if (schema.exclusiveMaximum ? number < max : number <= max) return undefined
  return broken(name(), value, `less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${limitText(number, max)}`)
}

function minimumError(
  { schema }: Checked,
  number: number,
  value: Json,
  name: () => string,
): SchemaError | undefined {
  const min = limitFor(number, schema.minimum!)
  if (schema.exclusiveMinimum ? number > min : number >= min) return undefined
  return broken(name(), value, `greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${limitText(number, min)}`)
}

