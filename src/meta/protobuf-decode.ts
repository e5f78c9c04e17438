import type { Json, JsonObject } from './object.ts'
import { type ReadValue, scalarReader } from './protobuf-leaf.ts'
import { type MessagePlan, messagePlan } from './protobuf-plan.ts'
import {
  failReading,
  inMessage,
  isWire,
  type ProtoReader,
  readEnd,
  readFields,
  readText,
  readVarint,
  skipField,
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
    if (!isWire(reader, wire, 2, plan.name)) return
    inMessage(reader, () => readPlanned(reader, inner, into))
  }
}

function readPlanned(reader: ProtoReader, { name, places }: Compiled, into: JsonObject): void {
  readFields(reader, name, (number, wire) => {
    const place = places.get(number)
    place?.(reader, wire, into)
    return place !== undefined
  })
}

const goFieldName = ({ goName, name }: FieldSchema): string =>
  goName ?? name.charAt(0).toUpperCase() + name.slice(1)

function fieldPlace(field: FieldSchema): Place {
  const { name, value } = field
  const goName = goFieldName(field)
  if (value.of === 'list' && !value.wrapped) return listPlace(name, goName, value.items)
  if (value.of === 'map') return mapPlace(name, goName, value.values)
  const read = readerOf(value)
  const expected = wireOf(value)
  return (reader, wire, into) => {
    if (!isWire(reader, wire, expected, goName)) return
    into[name] = read(reader, into[name])
  }
}

function wireOf(value: ValueType): number {
  if (value.of === 'bool' || value.of === 'int32' || value.of === 'int64') return 0
  return value.of === 'double' ? 1 : 2
}

function listPlace(name: string, goName: string, items: ValueType): Place {
  const read = readerOf(items)
  const expected = wireOf(items)
  return (reader, wire, into) => {
    const list = (into[name] ??= []) as Json[]
    if (wire === expected) list.push(read(reader, undefined))
    else if (wire === 2 && expected !== 2) {
      inMessage(reader, () => {
        while (reader.at < reader.end) list.push(read(reader, undefined))
      })
    } else isWire(reader, wire, expected, goName)
  }
}

function mapPlace(name: string, goName: string, values: ValueType): Place {
  const read = readerOf(values)
  return (reader, wire, into) => {
    if (!isWire(reader, wire, 2, goName)) return
    const map = (into[name] ??= {}) as JsonObject
    let key = ''
    let value: Json | undefined
    // Go bounds the parts of an entry by the message around it, not by the entry.
    const end = readEnd(reader)
    while (reader.at < end) {
      readVarint(reader)
      if (reader.fault !== undefined) return
      const number = reader.low >>> 3
      if (number === 1) key = readText(reader)
      else if (number === 2) value = read(reader, undefined)
      else {
        skipField(reader, reader.low & 7)
        if (reader.at > end) return failReading(reader, 'unexpected EOF')
      }
    }
    if (reader.fault === undefined) reader.at = end
    // Defined, not assigned: a key `__proto__` is a key like any other.
    if (reader.fault === undefined) {
      Object.defineProperty(map, key, {
        value: value ?? null,
        enumerable: true,
        writable: true,
        configurable: true,
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
      const place = listPlace('items', 'Items', value.items)
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
    const readProps = (props: JsonObject): JsonObject => {
      inMessage(reader, () => readMessage(reader, type, props))
      return props
    }
    inMessage(reader, () =>
      readFields(reader, UNION_NAMES[or], (number, wire) => {
        if (number > 2) return false
        if (or === 'bool' && number === 1) {
          if (!isWire(reader, wire, 0, 'Allows')) return true
          readVarint(reader)
          allows = reader.low !== 0 || reader.high !== 0
        } else if (
          !isWire(reader, wire, 2, number === 2 && or === 'strings' ? 'Property' : 'Schema')
        ) {
          return true
        } else if (number === (or === 'bool' ? 2 : 1)) schema = readProps(schema ?? {})
        else list.push(or === 'strings' ? readText(reader) : readProps({}))
        return true
      }),
    )
    return schema ?? (or === 'bool' ? allows : list)
  }
}

const UNION_NAMES = {
  schemas: 'JSONSchemaPropsOrArray',
  bool: 'JSONSchemaPropsOrBool',
  strings: 'JSONSchemaPropsOrStringArray',
}
