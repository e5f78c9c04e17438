import type { CustomResourceDefinitionSpec, JSONSchemaProps } from '../generated/apiextensions.gen.ts'

/** Schemas of all versions. */
export const schemasOf = ({ versions = [] }: CustomResourceDefinitionSpec): JSONSchemaProps[] =>
  versions.flatMap(({ schema }) => (schema?.openAPIV3Schema ? [schema.openAPIV3Schema] : []))

/** Whether a schema, or one inside of it, is of this kind. Source: apiextensions/validation SchemaHas. */
export const hasSchemaWith = (schema: JSONSchemaProps, is: (schema: JSONSchemaProps) => boolean): boolean =>
  is(schema) || partsOf(schema).some((part) => hasSchemaWith(part, is))

function partsOf(schema: JSONSchemaProps): JSONSchemaProps[] {
  const { items, not, additionalProperties: additional, additionalItems: more } = schema
  const { allOf = [], anyOf = [], oneOf = [], properties = {}, patternProperties = {}, definitions = {} } = schema
  return [
    ...(Array.isArray(items) ? items : items ? [items] : []),
    ...allOf, ...anyOf, ...oneOf,
    ...(not ? [not] : []),
    ...Object.values(properties),
    ...(typeof additional === 'object' ? [additional] : []),
    ...Object.values(patternProperties),
    ...(typeof more === 'object' ? [more] : []),
    ...Object.values(definitions),
    ...Object.values(schema.dependencies ?? {}).flatMap((each) => (Array.isArray(each) ? [] : [each])),
  ]
}
