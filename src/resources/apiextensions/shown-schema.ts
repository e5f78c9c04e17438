import type {
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from '../generated/apiextensions.gen.ts'
import type { Hoisted } from './hoisted.ts'
import { own } from './hoisted.ts'

/**
 * Schemas and versions as messages show them: upstream prints its internal types, all fields in Go's names
 * and order. Source: apiextensions/types.go, types_jsonschema.go.
 */
export const shownVersions = (spec: Hoisted): object[] => spec.versions.map((version) => shownVersion(spec, version))

function shownVersion(spec: Hoisted, version: CustomResourceDefinitionVersion): object {
  const schema = own(spec, version, 'schema')
  const subresources = own(spec, version, 'subresources')
  const columns = own(spec, version, 'additionalPrinterColumns')
  const fields = own(spec, version, 'selectableFields')
  return {
    Name: version.name,
    Served: version.served,
    Storage: version.storage,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: schema ? { OpenAPIV3Schema: schema.openAPIV3Schema ? shownSchema(schema.openAPIV3Schema) : null } : null,
    Subresources: subresources
      ? {
          Status: subresources.status ?? null,
          Scale: subresources.scale
            ? {
                SpecReplicasPath: subresources.scale.specReplicasPath,
                StatusReplicasPath: subresources.scale.statusReplicasPath,
                LabelSelectorPath: subresources.scale.labelSelectorPath ?? null,
              }
            : null,
        }
      : null,
    AdditionalPrinterColumns:
      columns?.map(({ name, type, format = '', description = '', priority = 0, jsonPath }) => ({
        Name: name, Type: type, Format: format, Description: description, Priority: priority, JSONPath: jsonPath,
      })) ?? null,
    SelectableFields: fields?.map(({ jsonPath }) => ({ JSONPath: jsonPath })) ?? null,
  }
}

/** Go's field of a JSON key, in Go's order, and what stands for nothing. */
const FIELDS: readonly (readonly [go: string, key: keyof JSONSchemaProps, nothing: unknown])[] = [
  ['ID', 'id', ''], ['Schema', '$schema', ''], ['Ref', '$ref', null], ['Description', 'description', ''],
  ['Type', 'type', ''], ['Nullable', 'nullable', false], ['Format', 'format', ''], ['Title', 'title', ''],
  ['Default', 'default', null], ['Maximum', 'maximum', null], ['ExclusiveMaximum', 'exclusiveMaximum', false],
  ['Minimum', 'minimum', null], ['ExclusiveMinimum', 'exclusiveMinimum', false], ['MaxLength', 'maxLength', null],
  ['MinLength', 'minLength', null], ['Pattern', 'pattern', ''], ['MaxItems', 'maxItems', null],
  ['MinItems', 'minItems', null], ['UniqueItems', 'uniqueItems', false], ['MultipleOf', 'multipleOf', null],
  ['Enum', 'enum', null], ['MaxProperties', 'maxProperties', null], ['MinProperties', 'minProperties', null],
  ['Required', 'required', null], ['Items', 'items', null], ['AllOf', 'allOf', null], ['OneOf', 'oneOf', null],
  ['AnyOf', 'anyOf', null], ['Not', 'not', null], ['Properties', 'properties', null],
  ['AdditionalProperties', 'additionalProperties', null], ['PatternProperties', 'patternProperties', null],
  ['Dependencies', 'dependencies', null], ['AdditionalItems', 'additionalItems', null],
  ['Definitions', 'definitions', null], ['ExternalDocs', 'externalDocs', null], ['Example', 'example', null],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', null],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', false],
  ['XIntOrString', 'x-kubernetes-int-or-string', false],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', null], ['XListType', 'x-kubernetes-list-type', null],
  ['XMapType', 'x-kubernetes-map-type', null], ['XValidations', 'x-kubernetes-validations', null],
]

/** Fields that a schema sets, by Go's names. */
export const fieldsSet = (schema: JSONSchemaProps): string[] =>
  FIELDS.filter(([, key, nothing]) => schema[key] !== undefined && schema[key] !== nothing).map(([go]) => go)

/** A schema under Go's names. */
export const shownSchema = (schema: JSONSchemaProps): object =>
  Object.fromEntries(FIELDS.map(([go, key, nothing]) => [go, shownField(key, schema[key]) ?? nothing]))

const each = (map: Record<string, JSONSchemaProps>): object =>
  Object.fromEntries(Object.keys(map).sort().map((name) => [name, shownSchema(map[name]!)]))

function shownField(key: keyof JSONSchemaProps, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  switch (key) {
    case 'items':
      return Array.isArray(value)
        ? { Schema: null, JSONSchemas: value.map((one: JSONSchemaProps) => shownSchema(one)) }
        : { Schema: shownSchema(value as JSONSchemaProps), JSONSchemas: null }
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return (value as JSONSchemaProps[]).map(shownSchema)
    case 'not':
      return shownSchema(value as JSONSchemaProps)
    case 'properties':
    case 'patternProperties':
    case 'definitions':
      return each(value as Record<string, JSONSchemaProps>)
    case 'additionalProperties':
    case 'additionalItems':
      return typeof value === 'object'
        ? { Allows: true, Schema: shownSchema(value as JSONSchemaProps) }
        : { Allows: value, Schema: null }
    default:
      return value
  }
}
