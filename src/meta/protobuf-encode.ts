import type { Json, JsonObject } from './object.ts'
import { isPlainJson, scalarWriter, type WriteValue } from './protobuf-leaf-encode.ts'
import { type MessagePlan, messagePlan } from './protobuf-plan.ts'
import {
  type ProtoWriter,
  writeTag,
  writeText,
  writeUnsigned,
  writtenLength,
} from './protobuf-writer.ts'
import type { FieldSchema, JsonUnion, TypeSchema, ValueType } from './schema.ts'
import { makeZero } from './zero-value.ts'

/** Writes one message, byte for byte as Go's generated code does. */
export function writeMessage(writer: ProtoWriter, type: TypeSchema, object: JsonObject): void {
  for (const place of compiled(type)) place(writer, object)
}

/** Writes what stands at one field number, tag included. */
type Place = (writer: ProtoWriter, object: JsonObject) => void

/** Compiled types, places from the last to the first. A pure function of the schema. */
const COMPILED = new WeakMap<TypeSchema, readonly Place[]>()

function compiled(type: TypeSchema): readonly Place[] {
  let known = COMPILED.get(type)
  if (!known) {
    known = compile(messagePlan(type))
    COMPILED.set(type, known)
  }
  return known
}

const compile = (plan: MessagePlan): Place[] =>
  plan.entries
    .map((e) => ('field' in e ? fieldPlace(e.field) : embedded(e.number, e.embedded)))
    .reverse()

function embedded(number: number, plan: MessagePlan): Place {
  const places = compile(plan)
  return (writer, object) => {
    delimited(writer, () => places.forEach((place) => place(writer, object)))
    writeTag(writer, number, 2)
  }
}

/** Writes a length in front of what `write` writes. */
export function delimited(writer: ProtoWriter, write: () => void): void {
  const before = writtenLength(writer)
  write()
  writeUnsigned(writer, writtenLength(writer) - before)
}

function fieldPlace(field: FieldSchema): Place {
  const { name, value, number } = field
  if (value.of === 'list' && !value.wrapped) return listPlace(name, number, value.items)
  if (value.of === 'map') return mapPlace(name, number, value.values)
  const wire = wireOf(value)
  const write = writerOf(value)
  const zero = alwaysWritten(field) ? makeZero(value) : undefined
  return (writer, object) => {
    const given = object[name]
    if (given === undefined || given === null) {
      if (!zero) return
      write(writer, zero())
    } else write(writer, given)
    writeTag(writer, number, wire)
  }
}

/** Go's generated code writes every field that is no pointer, list, map or byte slice. */
const alwaysWritten = ({ nullable, value }: FieldSchema): boolean =>
  !nullable && value.of !== 'bytes' && value.of !== 'list'

const wireOf = (value: ValueType): number =>
  value.of === 'bool' || value.of === 'int32' || value.of === 'int64'
    ? 0
    : value.of === 'double'
      ? 1
      : 2

function listPlace(name: string, number: number, items: ValueType): Place {
  const wire = wireOf(items)
  const write = writerOf(items)
  return (writer, object) => {
    const list = object[name]
    if (!Array.isArray(list)) return
    for (let i = list.length - 1; i >= 0; i--) {
      write(writer, list[i]!)
      writeTag(writer, number, wire)
    }
  }
}

function mapPlace(name: string, number: number, values: ValueType): Place {
  const wire = wireOf(values)
  const write = writerOf(values)
  return (writer, object) => {
    const map = object[name]
    if (!isPlainJson(map)) return
    const keys = Object.keys(map).sort(byBytes)
    for (let i = keys.length - 1; i >= 0; i--) {
      delimited(writer, () => {
        const value = map[keys[i]!] ?? null
        if (value !== null || values.of !== 'bytes') {
          write(writer, value)
          writeTag(writer, 2, wire)
        }
        writeText(writer, keys[i]!)
        writeTag(writer, 1, 2)
      })
      writeTag(writer, number, 2)
    }
  }
}

/** Go sorts by bytes, JavaScript by UTF-16 units; they differ only beyond the basic plane. */
function byBytes(a: string, b: string): number {
  if (/[\ud800-\udfff]/.test(a + b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

function writerOf(value: ValueType): WriteValue {
  switch (value.of) {
    case 'object':
      return (writer, given) =>
        delimited(writer, () => writeMessage(writer, value.type, isPlainJson(given) ? given : {}))
    case 'list': {
      const place = listPlace('items', 1, value.items)
      return (writer, given) => delimited(writer, () => place(writer, { items: given }))
    }
    case 'map':
      throw new Error('protobuf has no map inside a list or map')
    default:
      return 'either' in value && value.either ? unionWriter(value.either) : scalarWriter(value.of)
  }
}

/** Source: apiextensions/v1 generated.proto JSONSchemaPropsOrArray, OrBool, OrStringArray. */
function unionWriter({ or, type }: JsonUnion): WriteValue {
  return (writer, given) =>
    delimited(writer, () => {
      if (Array.isArray(given)) writeItems(writer, given, or, type)
      else if (isPlainJson(given)) {
        delimited(writer, () => writeMessage(writer, type, given))
        writeTag(writer, or === 'bool' ? 2 : 1, 2)
      }
      if (or === 'bool') {
        writeUnsigned(writer, given === false ? 0 : 1)
        writeTag(writer, 1, 0)
      }
    })
}

function writeItems(
  writer: ProtoWriter,
  items: readonly Json[],
  or: JsonUnion['or'],
  type: TypeSchema,
): void {
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i]!
    if (or === 'strings') writeText(writer, String(item))
    else delimited(writer, () => writeMessage(writer, type, isPlainJson(item) ? item : {}))
    writeTag(writer, 2, 2)
  }
}
