import { duplicate, invalid, required, tooMany, type FieldError } from '../../meta/field-error.ts'
import { goJson, isPrintable } from '../../meta/go-quote.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  JSONSchemaProps,
  SelectableField,
} from '../generated/apiextensions.gen.ts'
import { fieldPathSchema } from './schema-path.ts'

/** Source: apiextensions/validation/validation.go MaxSelectableFields. */
const SELECTABLE_FIELDS_MAX = 8
/** Source: validateDeprecationWarning. */
const WARNING_BYTES_MAX = 256

/** Source: validateDeprecationWarning. */
export function deprecationErrors(version: CustomResourceDefinitionVersion, path: Path): FieldError[] {
  const { deprecated = false, deprecationWarning: text } = version
  if (text === undefined) return []
  // Upstream holds a pointer to the text, which is shown as JSON.
  const no = (detail: string): FieldError => ({
    ...invalid(where(path, 'deprecationWarning'), '', detail),
    message: `Invalid value: ${goJson(text)}: ${detail}`,
  })
  if (!deprecated) return [no('can only be set for deprecated versions')]
  const errors: FieldError[] = []
  if (Buffer.byteLength(text) > WARNING_BYTES_MAX) errors.push(no('must be <= 256 characters long'))
  if (text === '') errors.push(no('must not be an empty string'))
  const odd = [...text].find((character) => !isPrintable(character))
  if (odd !== undefined) {
    const index = Buffer.byteLength(text.slice(0, text.indexOf(odd)))
    errors.push(no(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`))
  }
  return errors
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

/** Source: ValidateCustomResourceColumnDefinition. */
export function columnErrors(column: CustomResourceColumnDefinition, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const { name, type, format = '', jsonPath } = column
  const must = (list: readonly string[]): string => `must be one of ${list.join(',')}`
  if (!name) errors.push(required(where(path, 'name'), ''))
  if (!type) errors.push(required(where(path, 'type'), must(COLUMN_TYPES)))
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(where(path, 'type'), type, must(COLUMN_TYPES)))
  if (format !== '' && !COLUMN_FORMATS.includes(format))
    errors.push(invalid(where(path, 'format'), format, must(COLUMN_FORMATS)))
  if (!jsonPath) errors.push(required(where(path, 'JSONPath'), ''))
  else errors.push(...simplePathErrors(jsonPath, where(path, 'JSONPath')))
  return errors
}

const simplePathErrors = (text: string, field: string): FieldError[] =>
  text.startsWith('.') ? [] : [invalid(field, text, 'must be a simple json path starting with .')]

/** Source: ValidateCustomResourceDefinitionSubresources. */
export function subresourceErrors({ scale }: CustomResourceSubresources, path: Path): FieldError[] {
  if (!scale) return []
  const errors: FieldError[] = []
  const under = (key: 'specReplicasPath' | 'statusReplicasPath', root: string): void => {
    const field = where(path, `scale.${key}`)
    const text = scale[key]
    if (!text) return void errors.push(required(field, ''))
    const wrong = simplePathErrors(text, field)
    errors.push(...wrong)
    if (wrong.length === 0 && !text.startsWith(`${root}.`)) errors.push(invalid(field, text, `should be a json path under ${root}`))
  }
  under('specReplicasPath', '.spec')
  under('statusReplicasPath', '.status')
  const { labelSelectorPath: selector } = scale
  if (!selector) return errors
  const field = where(path, 'scale.labelSelectorPath')
  const wrong = simplePathErrors(selector, field)
  errors.push(...wrong)
  if (wrong.length === 0 && !/^\.(spec|status)\./.test(selector))
    errors.push(invalid(field, selector, 'should be a json path under either .spec or .status'))
  return errors
}

/** Source: ValidateCustomResourceSelectableFields; `many` allows more than eight, which were there before. */
export function selectableErrors(
  fields: readonly SelectableField[],
  schema: JSONSchemaProps,
  path: Path,
  many: boolean,
): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  fields.forEach(({ jsonPath }, i) => {
    const field = where(at(path, i), 'jsonPath')
    if (!jsonPath) return void errors.push(required(field, ''))
    const found = fieldPathSchema(jsonPath, schema, false)
    if (!found.ok) return void errors.push(invalid(field, jsonPath, `is an invalid path: ${found.error}`))
    const text = where(found.value.path)
    if (text === 'metadata' || text.startsWith('metadata.'))
      errors.push(invalid(field, jsonPath, 'must not point to fields in metadata'))
    if (!['string', 'boolean', 'integer'].includes(found.value.schema.type ?? ''))
      errors.push(
        invalid(field, jsonPath, 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'),
      )
    if (seen.has(text)) errors.push(duplicate(field, jsonPath))
    seen.add(text)
  })
  if (seen.size > SELECTABLE_FIELDS_MAX && !many) errors.push(tooMany(where(path), seen.size, SELECTABLE_FIELDS_MAX))
  return errors
}
