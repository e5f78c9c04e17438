import type { Json, JsonObject } from './object.ts'
import type { FieldSchema, TypeSchema, ValueType } from './schema.ts'

/**
 * A type as managed fields and server-side apply see it: what is one value and what is a container
 * of separately owned parts. Sources: structured-merge-diff schema/elements.go, kube-openapi
 * pkg/schemaconv.
 */
export type MergeType = MergeScalar | MergeList | MergeMap | MergeAny

/** A leaf. `accepts` is what upstream validates of an applied configuration. */
export interface MergeScalar {
  readonly kind: 'scalar'
  readonly accepts: 'string' | 'numeric' | 'boolean' | 'untyped'
}

/**
 * Atomic lists are one value; others know their elements by keys, or by value when `keys` is empty.
 */
export interface MergeList {
  readonly kind: 'list'
  readonly atomic: boolean
  /** Sorted by name. */
  readonly keys: readonly MergeKey[]
  readonly items: MergeType
}

/** A key of an associative list; `missing` stands in when an element leaves it out. */
export interface MergeKey {
  readonly name: string
  readonly missing: Json | undefined
}

/** A struct (its fields) or a map (`rest` for every key); atomic ones are one value. */
export interface MergeMap {
  readonly kind: 'map'
  readonly atomic: boolean
  readonly fields: ReadonlyMap<string, MergeField>
  /** Type of keys that are no field; undefined when there may be none. */
  readonly rest: MergeType | undefined
  /** The fields that an object has, sorted by name. */
  fieldsIn(object: JsonObject): readonly MergeField[]
}

/**
 * Any JSON. Lists are one value; maps are too, unless `deduced`: then each key is owned for itself.
 */
export interface MergeAny {
  readonly kind: 'any'
  readonly deduced: boolean
}

/** One field of a struct. */
export interface MergeField {
  readonly name: string
  /** `f:name` and, as JSON with a colon, `"f:name":`. */
  readonly element: string
  readonly jsonKey: string
  /** Place among the struct's fields when sorted by name. */
  readonly order: number
  /** What Go shows of the field in a zero struct; undefined when it leaves the field out. */
  readonly zero: Json | undefined
  readonly type: MergeType
}

/** Remembers the types it made, since schemas never change. */
export function createMergeTypes(): (schema: TypeSchema) => MergeMap {
  const known = new WeakMap<TypeSchema, MergeMap>()
  const typeOf = (schema: TypeSchema): MergeMap => {
    const found = known.get(schema)
    if (found) return found
    const made = schema.merge ?? new StructType(schema, typeOf)
    known.set(schema, made)
    return made
  }
  return typeOf
}

/** The merge type of a schema; made once and kept. */
export const mergeTypeOf = createMergeTypes()

/** Any JSON whose maps are owned key by key (fields beyond a schema). */
export const DEDUCED: MergeAny = { kind: 'any', deduced: true }
const UNTYPED: MergeAny = { kind: 'any', deduced: false }

type TypeOf = (schema: TypeSchema) => MergeMap

/** A class, because getters of a prototype are fast and each struct must wait for its first use. */
class StructType implements MergeMap {
  readonly kind = 'map'
  readonly atomic: boolean
  readonly rest: MergeType | undefined
  private readonly schema: TypeSchema
  private readonly typeOf: TypeOf
  private made: ReadonlyMap<string, MergeField> | undefined
  private lastKeys: readonly string[] = []
  private lastFields: readonly MergeField[] = []

  constructor(schema: TypeSchema, typeOf: TypeOf, atomic = schema.atomic === true) {
    this.schema = schema
    this.typeOf = typeOf
    this.atomic = atomic
    this.rest = schema.preserveUnknown === true ? DEDUCED : undefined
  }

  get fields(): ReadonlyMap<string, MergeField> {
    return (this.made ??= this.makeFields())
  }

  /** Objects of a type mostly have the same keys in the same order, so the last answer is kept. */
  fieldsIn(object: JsonObject): readonly MergeField[] {
    const last = this.lastKeys
    let same = 0
    for (const key in object) if (last[same++] !== key) return this.sortKeys(object)
    return same === last.length ? this.lastFields : this.sortKeys(object)
  }

  private sortKeys(object: JsonObject): readonly MergeField[] {
    const keys = Object.keys(object)
    const known = keys.map((key) => this.fields.get(key)).filter((field) => field !== undefined)
    this.lastFields = known.sort((a, b) => a.order - b.order)
    this.lastKeys = keys
    return this.lastFields
  }

  private makeFields(): ReadonlyMap<string, MergeField> {
    const sorted = this.schema.fields.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    return new Map(
      sorted.map((field, order) => [field.name, new StructField(field, order, this.typeOf)]),
    )
  }
}

class StructField implements MergeField {
  readonly name: string
  readonly element: string
  readonly jsonKey: string
  readonly order: number
  readonly zero: Json | undefined
  private readonly field: FieldSchema
  private readonly typeOf: TypeOf
  private made: MergeType | undefined

  constructor(field: FieldSchema, order: number, typeOf: TypeOf) {
    this.name = field.name
    this.element = `f:${field.name}`
    this.jsonKey = `${JSON.stringify(this.element)}:`
    this.order = order
    this.zero = zeroOf(field)
    this.field = field
    this.typeOf = typeOf
  }

  get type(): MergeType {
    return (this.made ??= fieldType(this.field, this.typeOf))
  }
}

function fieldType(field: FieldSchema, typeOf: TypeOf): MergeType {
  const { value } = field
  if (value.of === 'list') return listType(field, value.items, typeOf)
  const relation = field.mapType ?? field.structType
  const type = valueType(value, typeOf)
  if (type.kind !== 'map' || relation === undefined) return type
  const atomic = relation === 'atomic'
  if (type.atomic === atomic) return type
  // A field may say otherwise than its type.
  return value.of === 'object'
    ? new StructType(value.type, typeOf, atomic)
    : mapOf(type.rest, atomic)
}

/** Lists say what they are by listType, or else by their patch strategy, or are atomic. */
function listType(field: FieldSchema, items: ValueType, typeOf: TypeOf): MergeList {
  const merges = field.patchStrategy?.includes('merge') === true
  const kind = field.listType ?? (merges ? (field.patchMergeKey ? 'map' : 'set') : 'atomic')
  const byPatch = field.patchMergeKey === undefined ? [] : [field.patchMergeKey]
  const names = kind === 'map' ? (field.listMapKeys ?? byPatch) : []
  const keys = names.toSorted().map((name): MergeKey => {
    const field = items.of === 'object' ? items.type.byName.get(name) : undefined
    return { name, missing: field && missingKey(field) }
  })
  return { kind: 'list', atomic: kind === 'atomic', keys, items: valueType(items, typeOf) }
}

/** OpenAPI gives every scalar that Go always writes its zero as default. */
function missingKey(field: FieldSchema): Json | undefined {
  if (field.default !== undefined) return field.default as Json
  const zero = field.nullable ? null : zeroOf(field)
  return zero === null ? undefined : zero
}

function valueType(value: ValueType, typeOf: TypeOf): MergeType {
  switch (value.of) {
    case 'object':
      return typeOf(value.type)
    case 'list':
      return { kind: 'list', atomic: true, keys: [], items: valueType(value.items, typeOf) }
    case 'map':
      return mapOf(valueType(value.values, typeOf), false)
    case 'json':
      return value.either === undefined ? UNTYPED : DEDUCED
    case 'fieldsV1':
    case 'intOrString': // OpenAPI v3 says oneOf, and no type
      return DEDUCED
    default:
      return { kind: 'scalar', accepts: ACCEPTS[value.of] }
  }
}

const NO_FIELDS: ReadonlyMap<string, MergeField> = new Map()

/** A map without fields: each key's value has the type `rest`. */
const mapOf = (rest: MergeType | undefined, atomic: boolean): MergeMap => ({
  kind: 'map',
  atomic,
  fields: NO_FIELDS,
  rest,
  fieldsIn: () => [],
})

/** A map of any JSON whose keys are owned one by one. */
export const DEDUCED_MAP: MergeMap = mapOf(DEDUCED, false)

const ACCEPTS = {
  string: 'string',
  bytes: 'string',
  duration: 'string',
  bool: 'boolean',
  int32: 'numeric',
  int64: 'numeric',
  double: 'numeric',
  quantity: 'untyped',
  time: 'untyped',
  microTime: 'untyped',
} as const

/** What Go's encoder shows of the field when its struct is zero. */
function zeroOf(field: FieldSchema): Json | undefined {
  const { value, byValue, writesZero, nullable, required } = field
  if (byValue === true) {
    if (value.of === 'object') return EMPTY
    if (value.of === 'quantity') return '0'
    return value.of === 'intOrString' ? 0 : null
  }
  if (nullable) return required ? null : undefined
  if (writesZero !== true) return undefined
  if (value.of === 'string') return ''
  if (value.of === 'bool') return false
  return value.of === 'int32' || value.of === 'int64' || value.of === 'double' ? 0 : null
}

const EMPTY: Json = Object.freeze({})
