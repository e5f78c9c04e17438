import type { Json, JsonObject } from './object.ts'
import { type ReadValue, scalarReader } from './protobuf-leaf.ts'
import { type MessagePlan, messagePlan } from './protobuf-plan.ts'
import {
  failReading, inMessage, type ProtoReader, readText, readVarint, skipField,
} from './protobuf-reader.ts'
import type { FieldSchema, JsonUnion, TypeSchema, ValueType } from './schema.ts'

/** Reads one message into a JSON object; what Go leaves out or adds is up to `prune`. */
export function readMessage(reader: ProtoReader, type: TypeSchema, into: JsonObject): void {
  readPlanned(reader, compiled(type), into)
}

interface Compiled {
  readonly name: string
  readonly places: ReadonlyMap<number, Place>
}

/** Reads what stands at one field number. */
type Place = (reader: ProtoReader, wire: number, into: JsonObject) => void

/** Compiled types. A pure function of the schema, so it may be shared by everyone. */
const COMPILED = new WeakMap<TypeSchema, Compiled>()

function compiled(type: TypeSchema): Compiled {
  let known = COMPILED.get(type)
  if (!known) {
    known = compile(messagePlan(type))
    COMPILED.set(type, known)
  }
  return known
}

const compile = (plan: MessagePlan): Compiled => ({
  name: plan.name,
  places: new Map(
    plan.entries.map((e) => [e.number, 'field' in e ? fieldPlace(e.field) : embedded(e.embedded)]),
  ),
})

function embedded(plan: MessagePlan): Place {
  const inner = compile(plan)
  return (reader, wire, into) => {
    if (wire !== 2) return wrongWire(reader, wire, plan.name)
    inMessage(reader, () => readPlanned(reader, inner, into))
  }
}

function readPlanned(reader: ProtoReader, { name, places }: Compiled, into: JsonObject): void {
  while (reader.at < reader.end) {
    readVarint(reader)
    if (reader.fault !== undefined) return
    const wire = reader.low & 7
    const tag = reader.high * 2 ** 32 + reader.low
    const number = ((reader.low >>> 3) | (reader.high << 29)) | 0
    if (wire === 4) return failReading(reader, `proto: ${name}: wiretype end group for non-group`)
    if (number <= 0) {
      return failReading(reader, `proto: ${name}: illegal tag ${number} (wire type ${tag})`)
    }
    const place = places.get(number)
    if (place) place(reader, wire, into)
    else skipField(reader, wire)
  }
}

const goFieldName = (name: string): string =>
  name === 'metadata' ? 'ObjectMeta' : name.charAt(0).toUpperCase() + name.slice(1)

const wrongWire = (reader: ProtoReader, wire: number, name: string): void =>
  failReading(reader, `proto: wrong wireType = ${wire} for field ${goFieldName(name)}`)

function fieldPlace(field: FieldSchema): Place {
  const { name, value } = field
  if (value.of === 'list' && !value.wrapped) return listPlace(name, value.items)
  if (value.of === 'map') return mapPlace(name, value.values)
  const read = readerOf(value)
  const expected = wireOf(value)
  return (reader, wire, into) => {
    if (wire !== expected) return wrongWire(reader, wire, name)
    into[name] = read(reader, into[name])
  }
}

function wireOf(value: ValueType): number {
  if (value.of === 'bool' || value.of === 'int32' || value.of === 'int64') return 0
  return value.of === 'double' ? 1 : 2
}

function listPlace(name: string, items: ValueType): Place {
  const read = readerOf(items)
  const expected = wireOf(items)
  return (reader, wire, into) => {
    const list = (into[name] ??= []) as Json[]
    if (wire === expected) list.push(read(reader, undefined))
    else if (wire === 2 && expected !== 2) {
      inMessage(reader, () => {
        while (reader.at < reader.end) list.push(read(reader, undefined))
      })
    } else wrongWire(reader, wire, name)
  }
}

function mapPlace(name: string, values: ValueType): Place {
  const read = readerOf(values)
  return (reader, wire, into) => {
    if (wire !== 2) return wrongWire(reader, wire, name)
    const map = (into[name] ??= {}) as JsonObject
    let key = ''
    let value: Json | undefined
    inMessage(reader, () => {
      while (reader.at < reader.end) {
        readVarint(reader)
        if (reader.fault !== undefined) return
        const number = reader.low >>> 3
        if (number === 1) key = readText(reader)
        else if (number === 2) value = read(reader, undefined)
        else skipField(reader, reader.low & 7)
      }
    })
    // Defined, not assigned: a key `__proto__` is a key like any other.
    if (reader.fault === undefined) {
      Object.defineProperty(map, key, {
        value: value ?? null, enumerable: true, writable: true, configurable: true,
      })
    }
  }
}

function readerOf(value: ValueType): ReadValue {
  switch (value.of) {
    case 'object':
      return (reader, before) => {
        const object = (before ?? {}) as JsonObject
        inMessage(reader, () => readMessage(reader, value.type, object))
        return object
      }
    case 'list': {
      const place = listPlace('items', value.items)
      const holder: Compiled = { name: 'items', places: new Map([[1, place]]) }
      return (reader) => {
        const into: JsonObject = { items: [] }
        inMessage(reader, () => readPlanned(reader, holder, into))
        return into['items']!
      }
    }
    case 'map':
      throw new Error('protobuf has no map inside a list or map')
    default:
      return 'either' in value && value.either ? unionReader(value.either) : scalarReader(value.of)
  }
}

/** Source: apiextensions/v1 generated.proto JSONSchemaPropsOrArray, OrBool, OrStringArray. */
function unionReader({ or, type }: JsonUnion): ReadValue {
  return (reader) => {
    const list: Json[] = []
    let schema: JsonObject | undefined
    let allows = false
    inMessage(reader, () => {
      while (reader.at < reader.end) {
        readVarint(reader)
        if (reader.fault !== undefined) return
        const number = reader.low >>> 3
        const wire = reader.low & 7
        if (or === 'bool' && number === 1 && wire === 0) {
          readVarint(reader)
          allows = reader.low !== 0
        } else if (number === (or === 'bool' ? 2 : 1) && wire === 2) {
          const props: JsonObject = (schema ??= {})
          inMessage(reader, () => readMessage(reader, type, props))
        } else if (number === 2 && or === 'strings' && wire === 2) list.push(readText(reader))
        else if (number === 2 && or === 'schemas' && wire === 2) {
          const props: JsonObject = {}
          inMessage(reader, () => readMessage(reader, type, props))
          list.push(props)
        } else skipField(reader, wire)
      }
    })
    return schema ?? (or === 'bool' ? allows : list)
  }
}
