import type { Json, JsonObject } from '../../meta/object.ts'
import type { TypeSchema } from '../../meta/schema.ts'
import type { JSONSchemaProps } from '../generated/apiextensions.gen.ts'
import { refTo, type Dialect } from '../openapi-dialect.ts'
import { schemaOf } from '../schemas.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** What is known of one version of a definition when its OpenAPI is written. */
export interface CustomOpenApi {
  readonly schema: JSONSchemaProps | undefined
  /** `spec.preserveUnknownFields` of an old definition. */
  readonly preserveUnknown: boolean
  readonly selectable: readonly string[]
}

/** `com.example.stable.v1.CronTab`. Source: apiextensions-apiserver openapi/builder gvkToModelName. */
export const modelName = (group: string, version: string, kind: string): string =>
  `${group.split('.').reverse().join('.')}.${version}.${kind}`

/** A kind's definition. Source: apiextensions-apiserver openapi/builder buildKubeNative. */
export function customDefinition(source: CustomOpenApi, dialect: Dialect): JsonObject {
  const { schema } = source
  const untyped =
    schema === undefined ||
    (dialect === 'v2' && (source.preserveUnknown || schema['x-kubernetes-preserve-unknown-fields'] === true))
  const definition: JsonObject = untyped ? { type: 'object' } : node(schema, dialect)
  if (!untyped)
    definition['properties'] = { ...(definition['properties'] as JsonObject), ...metaProperties(dialect) }
  const fields = source.selectable.map((fieldPath) => ({ fieldPath }))
  if (fields.length > 0) definition['x-kubernetes-selectable-fields'] = fields
  return definition
}

/** The definition of a kind's list. */
export function customListDefinition(
  names: { readonly item: string; readonly listKind: string; readonly kind: string; readonly plural: string },
  dialect: Dialect,
): JsonObject {
  const conventions = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md'
  const { apiVersion, kind } = typeMeta()
  return {
    description: `${names.listKind} is a list of ${names.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { description: apiVersion, type: 'string' },
      items: {
        description: `List of ${names.plural}. More info: ${conventions}`,
        type: 'array',
        items: refTo(dialect, names.item),
      },
      kind: { description: kind, type: 'string' },
      metadata: refTo(dialect, `${META}.ListMeta`, { description: LIST_METADATA }),
    },
  }
}

const STANDARD = 'Standard object\'s metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata'
const LIST_METADATA =
  'Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds'

/** Descriptions of kind and apiVersion, from a built-in type that has them. */
function typeMeta(): { apiVersion: string; kind: string } {
  const pod: TypeSchema = schemaOf('io.k8s.api.core.v1.Pod')
  return {
    apiVersion: pod.byName.get('apiVersion')?.description ?? '',
    kind: pod.byName.get('kind')?.description ?? '',
  }
}

function metaProperties(dialect: Dialect): JsonObject {
  const { apiVersion, kind } = typeMeta()
  return {
    apiVersion: { description: apiVersion, type: 'string' },
    kind: { description: kind, type: 'string' },
    metadata: refTo(dialect, `${META}.ObjectMeta`, { description: STANDARD }),
  }
}

/** Keys that a published schema keeps as they are. */
const KEPT = [
  'description', 'title', 'type', 'format', 'default', 'nullable', 'maximum', 'exclusiveMaximum', 'minimum',
  'exclusiveMinimum', 'maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems', 'multipleOf',
  'enum', 'maxProperties', 'minProperties', 'required', 'externalDocs', 'example',
  'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource', 'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys', 'x-kubernetes-list-type', 'x-kubernetes-map-type', 'x-kubernetes-validations',
] as const

function node(schema: JSONSchemaProps, dialect: Dialect): JsonObject {
  const plain = dialect === 'v2' ? forV2(schema) : unfolded(schema)
  const out: JsonObject = {}
  for (const key of KEPT) {
    const value = plain[key]
    if (value !== undefined && value !== false) out[key] = value as unknown as Json
  }
  const { items, properties, additionalProperties: additional } = plain
  if (items && !Array.isArray(items)) out['items'] = node(items, dialect)
  if (properties)
    out['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, each]) => [name, node(each, dialect)]),
    )
  if (additional !== undefined)
    out['additionalProperties'] = typeof additional === 'object' ? node(additional, dialect) : additional
  for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const)
    if (plain[junctor]) out[junctor] = plain[junctor].map((each) => node(each, dialect))
  if (plain.not) out['not'] = node(plain.not, dialect)
  return embedded(plain, out, dialect)
}

/** A resource inside another has its own type and metadata. Source: builder.go addEmbeddedProperties. */
function embedded(schema: JSONSchemaProps, out: JsonObject, dialect: Dialect): JsonObject {
  if (!schema['x-kubernetes-embedded-resource']) return out
  if (dialect === 'v2' && schema['x-kubernetes-preserve-unknown-fields']) return out
  out['properties'] = { ...(out['properties'] as JsonObject), ...metaProperties(dialect) }
  const required = (out['required'] ?? []) as string[]
  out['required'] = [...required, ...['kind', 'apiVersion'].filter((name) => !required.includes(name))]
  return out
}

/** Says what an int-or-string may be. Source: apiserver/schema/unfold.go. */
function unfolded(schema: JSONSchemaProps): JSONSchemaProps {
  if (!schema['x-kubernetes-int-or-string']) return schema
  const either = [{ type: 'integer' }, { type: 'string' }]
  const said = (anyOf: JSONSchemaProps['anyOf']): boolean => JSON.stringify(anyOf) === JSON.stringify(either)
  if (said(schema.anyOf) || said(schema.allOf?.[0]?.anyOf)) return schema
  if (!schema.anyOf) return { ...schema, anyOf: either }
  return { ...schema, allOf: [{ anyOf: either }, ...(schema.allOf ?? [])] }
}

/** What Swagger 2.0 and old clients of it can read. Source: apiextensions-apiserver openapi/v2/conversion.go. */
function forV2(schema: JSONSchemaProps): JSONSchemaProps {
  const { allOf: _1, anyOf: _2, oneOf: _3, not: _4, ...plain } = schema
  const out: JSONSchemaProps = plain
  if (out.nullable) {
    delete out.type
    delete out.nullable
    delete out.items
    delete out.properties
  }
  if (out['x-kubernetes-preserve-unknown-fields']) {
    delete out.items
    delete out.properties
  }
  if (!out.items && out.type === 'array') delete out.type
  if (out['x-kubernetes-preserve-unknown-fields'] && out.type === 'object') delete out.type
  const { properties, additionalProperties: additional } = out
  const kept = out.required?.filter((name) => !properties?.[name]?.nullable)
  if (kept?.length) out.required = kept
  else delete out.required
  if (typeof additional === 'object' && additional.nullable) delete out.required
  return out
}
