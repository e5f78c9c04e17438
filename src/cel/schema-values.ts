import { escapeName } from './escape-name.ts'
import type { Field, ValueKind, ValueSchema } from './value-schema.ts'

/** A structural schema, as a CRD writes it. */
export interface JsonSchema {
  readonly type?: string
  readonly format?: string
  readonly nullable?: boolean
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  /** One schema; a list of them, which no structural schema has, is none. */
  readonly items?: JsonSchema | readonly JsonSchema[]
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly maxItems?: number
  readonly maxLength?: number
  readonly maxProperties?: number
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
}

const TEXT: JsonSchema = { type: 'string' }
const METADATA: JsonSchema = { type: 'object', properties: { name: TEXT, generateName: TEXT } }

/** A resource's schema with what every resource has. Source: model.WithTypeAndObjectMeta. */
export function withTypeAndMetadata(schema: JsonSchema): JsonSchema {
  const { properties = {} } = schema
  const metadata = properties['metadata']
  const names = metadata?.properties
  const known =
    properties['kind']?.type === 'string' &&
    properties['apiVersion']?.type === 'string' &&
    metadata?.type === 'object' &&
    names?.['name']?.type === 'string' &&
    names?.['generateName']?.type === 'string'
  if (known) return schema
  return { ...schema, properties: { ...properties, kind: TEXT, apiVersion: TEXT, metadata: METADATA } }
}

/** How values of a schema are read. Made once for each schema. Source: UnstructuredToVal. */
export function valueSchema(given: JsonSchema, root: boolean): ValueSchema {
  const schema = root || given['x-kubernetes-embedded-resource'] === true ? withTypeAndMetadata(given) : given
  const base = { nullable: schema.nullable === true, type: schema.type ?? '' }
  if (schema['x-kubernetes-int-or-string'] === true) return { ...base, kind: 'int-or-string' }
  switch (schema.type) {
    case 'object':
      return objectSchema(schema, base)
    case 'array':
      return {
        ...base,
        kind: 'list',
        items: itemsOf(schema) && valueSchema(itemsOf(schema)!, false),
        listType: schema['x-kubernetes-list-type'],
        listKeys: schema['x-kubernetes-list-map-keys']?.map((key) => escapeName(key) ?? key),
      }
    case 'string':
      return { ...base, kind: TEXT_KINDS[schema.format ?? ''] ?? 'string' }
    case 'number':
    case 'integer':
    case 'boolean':
      return { ...base, kind: schema.type }
    default:
      return { ...base, kind: schema['x-kubernetes-preserve-unknown-fields'] === true ? 'preserved' : 'invalid' }
  }
}

/** The schema of the items of a list. */
export const itemsOf = ({ items }: JsonSchema): JsonSchema | undefined =>
  items === undefined || Array.isArray(items) ? undefined : (items as JsonSchema)

const TEXT_KINDS: Readonly<Record<string, ValueKind>> = {
  duration: 'duration', date: 'date', 'date-time': 'date-time', byte: 'byte',
}

function objectSchema(schema: JsonSchema, base: Pick<ValueSchema, 'nullable' | 'type'>): ValueSchema {
  const { properties, additionalProperties: more } = schema
  if (!properties && typeof more === 'object')
    return { ...base, kind: 'map', values: valueSchema(more, false) }
  const byName = new Map<string, ValueSchema>()
  const fields = new Map<string, Field>()
  for (const [name, of] of Object.entries(properties ?? {})) {
    const inner = valueSchema(of, false)
    byName.set(name, inner)
    const escaped = escapeName(name)
    // `__proto__` is looked up the long way, which knows own properties.
    if (escaped === undefined || name === '__proto__') continue
    fields.set(escaped, { name, schema: inner })
    if (escaped === `__${name}__`) fields.set(name, { name, schema: inner })
  }
  return { ...base, kind: 'object', properties: byName, fields }
}
