import { err, ok, type Result } from '../base/result.ts'
import {
  foundText,
  newTrail,
  noteFailure,
  noteStrict,
  noteWrongType,
  type Trail,
} from './decode-trail.ts'
import { goTypesOf } from './go-type.ts'
import { TOO_DEEP } from './json-text.ts'
import type { Json, JsonObject } from './object.ts'
import { scalarWalk, type Walk } from './prune-scalar.ts'
import { countKeys, walkUntyped } from './prune-untyped.ts'
import type { FieldSchema, JsonUnion, TypeSchema, ValueType } from './schema.ts'
import { makeZero, zeroMaker } from './zero-value.ts'

/** A value brought into a type's form, and the fields the type does not have. */
export interface Pruned {
  readonly value: JsonObject
  /** `unknown field "spec.x"`, in document order. Source: sigs.k8s.io/json strict errors. */
  readonly strict: readonly string[]
}

/**
 * Brings a value into the form Go would store: unknown fields dropped, null as absent, zero values
 * dropped where Go leaves them out and added where Go writes them, quantities and times canonical,
 * fields in the struct's order. The value is changed in place where that is cheap. The error is the
 * text of the first wrong type.
 */
export function prune(schema: TypeSchema, value: unknown): Result<Pruned, string> {
  const trail = newTrail()
  const pruned = walkType(schema, value, trail)
  if (trail.failure !== undefined) return err(trail.failure)
  return ok({ value: pruned as JsonObject, strict: [...trail.strict] })
}

/** One walk over a value of an object type; what it finds wrong is in the trail. */
export function walkType(schema: TypeSchema, value: unknown, trail: Trail): Json | undefined {
  try {
    return structOf(schema).walk(value, trail, schema)
  } catch (error) {
    // Nesting that JSON allows may still be too deep for the stack.
    if (!(error instanceof RangeError)) throw error
    noteFailure(trail, TOO_DEEP)
    return undefined
  }
}

interface Struct {
  readonly fields: ReadonlyMap<string, Field>
  readonly ordered: readonly Field[]
  /** How many fields Go writes in any case. */
  readonly always: number
  walk(value: unknown, trail: Trail, schema: TypeSchema): Json | undefined
}

interface Field {
  readonly schema: FieldSchema
  readonly name: string
  readonly order: number
  /** What `typeof` must say for the value to pass without a walk; '' when it always needs one. */
  readonly plain: 'string' | 'boolean' | ''
  readonly walk: Walk
  /** An empty value is written too; else it is dropped. */
  readonly keepsZero: boolean
  /** What Go writes when the field is absent. */
  readonly zero: (() => Json) | undefined
}

/** Compiled types. A pure function of the schema, so it may be shared by everyone. */
const COMPILED = new WeakMap<TypeSchema, Struct>()

function structOf(schema: TypeSchema): Struct {
  const known = COMPILED.get(schema)
  if (known) return known
  const ordered: Field[] = []
  const fields = new Map<string, Field>()
  const struct: Struct & { always: number } = { fields, ordered, always: 0, walk: walkStruct }
  COMPILED.set(schema, struct)
  schema.fields.forEach((field, order) => {
    const zero = zeroMaker(field)
    const compiled: Field = {
      schema: field,
      name: field.name,
      order,
      plain: field.value.of === 'string' ? 'string' : field.value.of === 'bool' ? 'boolean' : '',
      walk: walkOf(field.value, goTypesOf(field)),
      keepsZero: field.nullable || field.writesZero === true,
      zero,
    }
    ordered.push(compiled)
    fields.set(field.name, compiled)
    if (zero) struct.always++
  })
  return struct
}

function walkStruct(
  this: Struct,
  value: unknown,
  trail: Trail,
  schema: TypeSchema,
): Json | undefined {
  const object = value as JsonObject
  let rebuild = false
  let last = -1
  let always = 0
  trail.structs.push(schema)
  for (const key in object) {
    trail.keys++
    const field = this.fields.get(key)
    if (field === undefined) {
      if (schema.preserveUnknown) {
        const given = object[key]!
        const kept = walkUntyped(given, trail)
        if (kept !== given) object[key] = kept as Json
        continue
      }
      noteStrict(trail, 'unknown', key)
      trail.keys += countKeys(object[key]!)
      rebuild = true
      continue
    }
    const given = object[key]!
    const kept = walkField(field, given, trail)
    if (kept === undefined) rebuild = true
    else {
      if (field.order < last) rebuild = true
      last = field.order
      if (field.zero) always++
    }
    if (kept !== given) object[key] = kept as Json
  }
  trail.structs.pop()
  return rebuild || always < this.always ? rebuilt(this, object, schema) : object
}

function walkField(field: Field, given: Json, trail: Trail): Json | undefined {
  if (given === null) return undefined
  if (typeof given === field.plain) return given || field.keepsZero ? given : undefined
  trail.path.push(field.schema)
  const kept = field.walk(given, trail)
  trail.path.pop()
  return field.keepsZero || !isZero(kept) ? kept : undefined
}

function isZero(value: Json | undefined): boolean {
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return value.length === 0
    for (const _ in value) return false
    return !JSON.isRawJSON(value)
  }
  return value === '' || value === 0 || value === false
}

/** The same object with its fields in order, without those that were dropped. */
function rebuilt(struct: Struct, object: JsonObject, schema: TypeSchema): JsonObject {
  const present: Field[] = []
  for (const key in object) {
    const field = struct.fields.get(key)
    if (field !== undefined && object[key] !== undefined) insertInOrder(present, field)
  }
  if (struct.always > 0) {
    for (const field of struct.ordered) {
      if (field.zero && object[field.name] === undefined) insertInOrder(present, field)
    }
  }
  const fresh: JsonObject = {}
  for (let i = 0; i < present.length; i++) {
    const field = present[i]!
    fresh[field.name] = object[field.name] ?? field.zero!()
  }
  if (schema.preserveUnknown) {
    for (const key in object) if (!struct.fields.has(key)) own(fresh, key, object[key]!)
  }
  return fresh
}

/** Objects have few fields: shifting beats sorting. */
function insertInOrder(fields: Field[], field: Field): void {
  fields.push(field)
  let at = fields.length - 1
  for (; at > 0 && fields[at - 1]!.order > field.order; at--) fields[at] = fields[at - 1]!
  fields[at] = field
}

/** Sets a key that a user chose: `__proto__` must become a plain property. */
const own = (object: JsonObject, key: string, value: Json): void => {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  })
}

function walkOf(value: ValueType, goTypes: readonly string[]): Walk {
  const [goType = '', ...inner] = goTypes
  switch (value.of) {
    case 'object':
      return objectWalk(value.type, goType)
    case 'list':
      return listWalk(walkOf(value.items, inner), makeZero(value.items), goType)
    case 'map':
      return mapWalk(walkOf(value.values, inner), makeZero(value.values), goType)
    case 'json':
    case 'fieldsV1':
      return 'either' in value && value.either ? unionWalk(value.either) : walkUntyped
    default:
      return scalarWalk(value.of, goType)
  }
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)

function objectWalk(type: TypeSchema, goType: string): Walk {
  let struct: Struct | undefined
  return (value, trail) => {
    if (isObject(value)) return (struct ??= structOf(type)).walk(value, trail, type)
    noteWrongType(trail, foundText(value), goType)
    return undefined
  }
}

/**
 * A JSON schema, or what may stand for one. Inside, unknown fields vanish silently: upstream's
 * types decode themselves there, without strictness. Source: apiextensions/v1 marshal.go.
 */
function unionWalk({ or, type }: JsonUnion): Walk {
  const schema = objectWalk(type, goTypesOf({ value: { of: 'object', type } })[0]!)
  const quietly: Walk = (value, trail) => {
    const inner: Trail = { ...trail, strict: new Set(), keys: 0 }
    const kept = schema(value, inner)
    if (inner.failure !== undefined) noteFailure(trail, inner.failure)
    trail.keys += countKeys(value as Json)
    return kept
  }
  const text = scalarWalk('string', 'string')
  const items = listWalk(or === 'strings' ? text : quietly, zeroOfItem(or, type), `[]${or}`)
  return (value, trail) => {
    if (isObject(value)) return quietly(value, trail)
    if (or === 'bool') {
      if (typeof value === 'boolean') return value
      noteFailure(trail, 'boolean or JSON schema expected')
      return undefined
    }
    return Array.isArray(value) && value.length > 0 ? items(value, trail) : undefined
  }
}

const zeroOfItem = (or: JsonUnion['or'], type: TypeSchema): (() => Json) =>
  makeZero(or === 'strings' ? { of: 'string' } : { of: 'object', type })

function listWalk(walk: Walk, zero: () => Json, goType: string): Walk {
  return (value, trail) => {
    if (!Array.isArray(value)) {
      noteWrongType(trail, foundText(value), goType)
      return undefined
    }
    for (let i = 0; i < value.length; i++) {
      const given = value[i]
      trail.path.push(i)
      const kept = given === null ? zero() : walk(given, trail)
      trail.path.pop()
      if (kept !== given) value[i] = kept
    }
    return value
  }
}

function mapWalk(walk: Walk, zero: () => Json, goType: string): Walk {
  return (value, trail) => {
    if (!isObject(value)) {
      noteWrongType(trail, foundText(value), goType)
      return undefined
    }
    const map = value as JsonObject
    for (const key in map) {
      trail.keys++
      const given = map[key]!
      trail.path.push(key)
      const kept = given === null ? zero() : walk(given, trail)
      trail.path.pop()
      // An own `__proto__` property takes an assignment as any other key does.
      if (kept !== given) map[key] = kept as Json
    }
    return map
  }
}
