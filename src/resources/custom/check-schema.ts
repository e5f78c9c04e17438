import { RE2JS } from 're2js'
import type { Json } from '../../meta/object.ts'
import { isJsonObject } from '../../meta/own-property.ts'
import { isRawNumber } from '../../meta/raw-number.ts'
import type { JSONSchemaProps } from '../generated/apiextensions.gen.ts'
import { formatCheck, isFormatKnown } from './formats.ts'

/** A schema made ready for checking values: what can be looked up once is. */
export interface Checked {
  readonly schema: JSONSchemaProps
  /** Names of types; both of an int-or-string. Empty: any. */
  readonly types: readonly string[]
  readonly nullable: boolean
  /** A format that means something for the type; '' otherwise. */
  readonly format: string
  readonly formatCheck: ((text: string) => boolean) | undefined
  readonly pattern: RE2JS | undefined
  readonly properties: ReadonlyMap<string, Checked>
  readonly additional: Checked | undefined
  readonly closed: boolean
  readonly items: Checked | undefined
  readonly anyOf: readonly Checked[]
  readonly oneOf: readonly Checked[]
  readonly allOf: readonly Checked[]
  readonly not: Checked | undefined
  /** Elements of an old and a new list that belong together have these in common. */
  readonly mapKeys: readonly string[] | undefined
}

/**
 * Makes a schema ready. Patterns are RE2's, which take linear time on any text; a definition with one that
 * is none was refused. Source: apiextensions-apiserver ConvertJSONSchemaProps.
 */
export function checked(schema: JSONSchemaProps): Checked {
  const types = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type ? [schema.type] : []
  const one = types.length === 1 ? types[0]! : ''
  const format = schema.format && isFormatKnown(one, schema.format) ? schema.format : ''
  const { additionalProperties: additional, items } = schema
  const each = (list: readonly JSONSchemaProps[] | undefined): Checked[] => (list ?? []).map(checked)
  return {
    schema,
    types,
    nullable: schema.nullable ?? false,
    format,
    formatCheck: format === '' ? undefined : formatCheck(format),
    pattern: schema.pattern ? compiled(schema.pattern) : undefined,
    properties: new Map(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, checked(part)])),
    additional: typeof additional === 'object' ? checked(additional) : undefined,
    closed: additional === false,
    items: items && !Array.isArray(items) ? checked(items) : undefined,
    anyOf: each(schema.anyOf),
    oneOf: each(schema.oneOf),
    allOf: each(schema.allOf),
    not: schema.not && checked(schema.not),
    mapKeys: schema['x-kubernetes-list-type'] === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined,
  }
}

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern)
  } catch {
    // Stored before patterns were checked: every text fails it, as upstream's does.
    return undefined
  }
}

/** Go's word for the type of a JSON value, and the format that go-openapi gives it. */
export function typeOfValue(value: Json): readonly [type: string, format: string] {
  if (typeof value === 'string') return STRING
  if (typeof value === 'boolean') return BOOLEAN
  if (typeof value === 'number') return Number.isInteger(value) ? INTEGER : NUMBER
  if (isRawNumber(value)) return INTEGER
  return Array.isArray(value) ? ARRAY : isJsonObject(value) ? OBJECT : NULL
}

const STRING = ['string', ''] as const
const BOOLEAN = ['boolean', ''] as const
const INTEGER = ['integer', 'int64'] as const
const NUMBER = ['number', 'float64'] as const
const ARRAY = ['array', ''] as const
const OBJECT = ['object', ''] as const
const NULL = ['null', ''] as const
