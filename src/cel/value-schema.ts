/** How JSON at a place is read as a CEL value. Source: apiserver cel/common UnstructuredToVal. */
export type ValueKind =
  | 'json' // no schema: what the JSON itself says
  | 'object' // properties
  | 'map' // additionalProperties
  | 'list'
  | 'string'
  | 'duration'
  | 'date'
  | 'date-time'
  | 'byte'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'int-or-string'
  | 'preserved' // x-kubernetes-preserve-unknown-fields without a type: equality alone
  | 'invalid'

/** A place of an object, made once from its schema by schema-types.ts. */
export interface ValueSchema {
  readonly kind: ValueKind
  readonly nullable: boolean
  /** The type as the schema writes it, for messages. */
  readonly type: string
  /** Of lists. */
  readonly items?: ValueSchema
  readonly listType?: 'atomic' | 'set' | 'map' | (string & {})
  readonly listKeys?: readonly string[]
  /** Of objects: by JSON name, and by escaped name with the JSON name. */
  readonly properties?: ReadonlyMap<string, ValueSchema>
  readonly fields?: ReadonlyMap<string, Field>
  /** Of maps. */
  readonly values?: ValueSchema
}

/** A property as expressions name it. */
export interface Field {
  /** Its name in JSON. */
  readonly name: string
  readonly schema: ValueSchema
}

/** JSON of which nothing is known. */
export const JSON_SCHEMA: ValueSchema = { kind: 'json', nullable: true, type: '' }

/** The own property of a JSON object; undefined when there is none. */
export function ownRaw(raw: Readonly<Record<string, unknown>>, key: string): unknown {
  const value = raw[key]
  if (value === undefined || typeof value === 'function') return undefined
  return key === '__proto__' && !Object.hasOwn(raw, key) ? undefined : value
}
