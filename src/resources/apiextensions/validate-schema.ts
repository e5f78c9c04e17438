import { forbidden, invalid, type FieldError } from '../../meta/field-error.ts'
import { at, where, type Path } from '../field-path.ts'
import type { CustomResourceValidation, JSONSchemaProps } from '../generated/apiextensions.gen.ts'
import { defaultErrors } from './default-rules.ts'
import type { SpecLeniency } from './leniency.ts'
import { ruleCostErrors } from './rule-costs.ts'
import { ROOT, schemaErrors } from './schema-rules.ts'
import { fieldsSet, shownSchema } from './shown-schema.ts'
import { structuralErrors } from './structural-rules.ts'

/** Source: apiextensions/validation/validation.go allowedFieldsAtRootSchema. */
const ROOT_FIELDS = [
  'Description', 'Type', 'Format', 'Title', 'Maximum', 'ExclusiveMaximum', 'Minimum', 'ExclusiveMinimum', 'MaxLength',
  'MinLength', 'Pattern', 'MaxItems', 'MinItems', 'UniqueItems', 'MultipleOf', 'Required', 'Items', 'Properties',
  'ExternalDocs', 'Example', 'XPreserveUnknownFields', 'XValidations',
]

/**
 * What is wrong with a version's schema; with a status of its own the root says little, since the status is
 * checked without it. Source: validateCustomResourceDefinitionValidation.
 */
export function validationErrors(
  { openAPIV3Schema: schema }: CustomResourceValidation,
  path: Path,
  { hasStatus, version }: { readonly hasStatus: boolean; readonly version: string },
  leniency: SpecLeniency,
): FieldError[] {
  if (!schema) return []
  const place = at(path, 'openAPIV3Schema')
  const errors = hasStatus ? rootErrors(schema, path) : []
  if (schema.nullable) errors.push(forbidden(where(path, 'openAPIV3Schema.nullable'), 'nullable cannot be true at the root'))
  const before = errors.length
  let isSound = false
  const unsupported = leniency.nonStructural ? undefined : unsupportedIn(schema)
  if (!leniency.nonStructural && unsupported === undefined) {
    const structural = structuralErrors(place, schema)
    errors.push(...(structural.length > 0 ? structural : defaultErrors(schema, place, leniency.unprunedDefaults)))
    isSound = errors.length === before
  }
  const wrong = schemaErrors(schema, place, ROOT, leniency)
  errors.push(...wrong)
  if (isSound) {
    const rules = { known: leniency.knownRules, unchanged: leniency.unchanged.has(version) }
    errors.push(...ruleCostErrors(schema, place, rules, wrong.map(({ field }) => field)))
  }
  if (errors.length === 0 && unsupported !== undefined) errors.push(invalid(where(place), '', unsupported))
  return errors
}

function rootErrors(schema: JSONSchemaProps, path: Path): FieldError[] {
  for (const field of fieldsSet(schema)) {
    if (field === 'Type') {
      if (schema.type !== 'object')
        return [invalid(where(path, 'openAPIV3Schema.type'), schema.type, 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled')]
    } else if (!ROOT_FIELDS.includes(field))
      return [
        invalid(where(path, 'openAPIV3Schema'), shownSchema(schema), `only [${ROOT_FIELDS.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`),
      ]
  }
  return []
}

/** Why a schema cannot be read as a structural one. Source: apiserver/schema/convert.go. */
function unsupportedIn(schema: JSONSchemaProps): string | undefined {
  const no = (key: string): string => `OpenAPIV3Schema '${key}' is not supported`
  if (schema.id) return no('id')
  if (schema.$schema) return no('schema')
  if (schema.$ref) return no('$ref')
  if (Object.keys(schema.patternProperties ?? {}).length > 0) return no('patternProperties')
  if (Object.keys(schema.dependencies ?? {}).length > 0) return no('dependencies')
  if (schema.additionalItems !== undefined) return no('additionalItems')
  if (Object.keys(schema.definitions ?? {}).length > 0) return no('definitions')
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined"
  const { items, properties = {}, additionalProperties: additional, not } = schema
  if (Array.isArray(items) && items.length > 0) return "OpenAPIV3Schema 'items' must be a schema, but is an array"
  const parts = [
    ...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(not ? [not] : []),
    ...(items && !Array.isArray(items) ? [items] : []),
    ...Object.values(properties),
    ...(typeof additional === 'object' ? [additional] : []),
  ]
  return parts.map(unsupportedIn).find((found) => found !== undefined)
}
