import type { Json, JsonObject } from '../meta/object.ts'
import { isPlainJson } from '../meta/protobuf-leaf-encode.ts'
import {
  protoWriter,
  type ProtoWriter,
  writeTag,
  writeText,
  writeUnsigned,
  writtenBytes,
  writtenLength,
} from '../meta/protobuf-writer.ts'

/** The media type that client-go's OpenAPISchema() asks for, with no other choice. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

/**
 * Swagger 2.0 as protobuf: kubectl falls back to it, Argo CD and `explain
 * --output=plaintext-openapiv2` read nothing else. Source: google/gnostic-models
 * openapiv2/OpenAPIv2.proto.
 */
export function openApiV2Protobuf(document: JsonObject): Uint8Array {
  const writer = protoWriter()
  write(writer, DOCUMENT, document)
  return writtenBytes(writer)
}

/** How one JSON key becomes one field: number, and what is written. */
type Part = (writer: ProtoWriter, value: Json) => void
interface Place {
  readonly number: number
  readonly key: string
  readonly part: Part
}
/** A message's places; `extensions` is the number for `x-...` keys. */
interface Shape {
  readonly places: readonly Place[]
  readonly extensions: number
}

/** Writes from the last place to the first, as the writer wants it. */
function write(writer: ProtoWriter, shape: Shape, value: Json): void {
  if (!isPlainJson(value)) return
  if (shape.extensions > 0) {
    for (const [key, inner] of Object.entries(value).reverse()) {
      if (key.startsWith('x-')) named(shape.extensions, key, any)(writer, inner)
    }
  }
  for (let i = shape.places.length - 1; i >= 0; i--) {
    const place = shape.places[i]!
    const inner = value[place.key]
    if (inner !== undefined) place.part(writer, inner)
  }
}

function message(number: number, inner: (writer: ProtoWriter, value: Json) => void): Part {
  return (writer, value) => {
    const before = writtenLength(writer)
    inner(writer, value)
    writeUnsigned(writer, writtenLength(writer) - before)
    writeTag(writer, number, 2)
  }
}

const text =
  (number: number): Part =>
  (writer, value) => {
    writeText(writer, String(value))
    writeTag(writer, number, 2)
  }

const bool =
  (number: number): Part =>
  (writer, value) => {
    writeUnsigned(writer, value === true ? 1 : 0)
    writeTag(writer, number, 0)
  }

/** A repeated field: the value is a list, or stands for a list of one. */
const each =
  (part: Part): Part =>
  (writer, value) => {
    const list = Array.isArray(value) ? value : [value]
    for (let i = list.length - 1; i >= 0; i--) part(writer, list[i]!)
  }

/** gnostic keeps free-form values as YAML, and JSON is YAML. */
const any = (number: number): Part =>
  message(number, (writer, value) => text(2)(writer, JSON.stringify(value)))

/** `{name, value}`, the form of every map in gnostic. */
function named(number: number, name: string, value: (number: number) => Part): Part {
  return message(number, (writer, inner) => {
    value(2)(writer, inner)
    text(1)(writer, name)
  })
}

/** A map as repeated named values. */
const namedEach =
  (number: number, value: (number: number) => Part): Part =>
  (writer, map) => {
    for (const [name, inner] of Object.entries(map as JsonObject).reverse()) {
      named(number, name, value)(writer, inner)
    }
  }

const shaped =
  (shape: () => Shape) =>
  (number: number): Part =>
    message(number, (writer, value) => write(writer, shape(), value))

const place = (number: number, key: string, part: (number: number) => Part): Place => ({
  number,
  key,
  part: part(number),
})
const texts = (number: number): Part => each(text(number))
const mapOf =
  (value: (number: number) => Part) =>
  (number: number): Part =>
    message(number, (writer, map) => namedEach(1, value)(writer, map))

const schema = shaped(() => SCHEMA)
const SCHEMA: Shape = {
  extensions: 31,
  places: [
    place(1, '$ref', text),
    place(2, 'format', text),
    place(4, 'description', text),
    place(5, 'default', any),
    place(19, 'required', texts),
    place(20, 'enum', (n) => each(any(n))),
    place(21, 'additionalProperties', (n) => message(n, (w, v) => schema(1)(w, v))),
    place(22, 'type', (n) => message(n, (w, v) => texts(1)(w, v))),
    place(23, 'items', (n) => message(n, (w, v) => schema(1)(w, v))),
    place(25, 'properties', mapOf(schema)),
  ],
}

/** Query and path parameters differ in the number of `type` and of what follows. */
const plainParameter = (type: number, uniqueItems: number): Shape => ({
  extensions: 0,
  places: [
    place(1, 'required', bool),
    place(2, 'in', text),
    place(3, 'description', text),
    place(4, 'name', text),
    place(type, 'type', text),
    place(uniqueItems, 'uniqueItems', bool),
  ],
})
const QUERY = plainParameter(6, 20)
const PATH = plainParameter(5, 19)
const BODY: Shape = {
  extensions: 0,
  places: [
    place(2, 'name', text),
    place(3, 'in', text),
    place(4, 'required', bool),
    place(5, 'schema', schema),
  ],
}

/** ParametersItem { Parameter { BodyParameter | NonBodyParameter { query | path } } }. */
const parameter = (number: number): Part =>
  message(number, (writer, value) => {
    const where = (value as JsonObject)['in']
    const item = message(1, (w, v) => {
      if (where === 'body') shaped(() => BODY)(1)(w, v)
      else {
        const inner = where === 'query' ? shaped(() => QUERY)(3) : shaped(() => PATH)(4)
        message(2, inner)(w, v)
      }
    })
    item(writer, value)
  })

const RESPONSE: Shape = {
  extensions: 5,
  places: [
    place(1, 'description', text),
    place(2, 'schema', (n) => message(n, (w, v) => schema(1)(w, v))),
  ],
}
const response = (number: number): Part =>
  message(number, (writer, value) => shaped(() => RESPONSE)(1)(writer, value))

const OPERATION: Shape = {
  extensions: 13,
  places: [
    place(1, 'tags', texts),
    place(3, 'description', text),
    place(5, 'operationId', text),
    place(6, 'produces', texts),
    place(7, 'consumes', texts),
    place(8, 'parameters', (n) => each(parameter(n))),
    place(9, 'responses', mapOf(response)),
    place(10, 'schemes', texts),
  ],
}
const operation = shaped(() => OPERATION)

const PATH_ITEM: Shape = {
  extensions: 10,
  places: [
    place(2, 'get', operation),
    place(3, 'put', operation),
    place(4, 'post', operation),
    place(5, 'delete', operation),
    place(6, 'options', operation),
    place(7, 'head', operation),
    place(8, 'patch', operation),
  ],
}

const DOCUMENT: Shape = {
  extensions: 16,
  places: [
    place(1, 'swagger', text),
    place(
      2,
      'info',
      shaped(() => INFO),
    ),
    place(8, 'paths', (n) =>
      message(
        n,
        namedEach(
          2,
          shaped(() => PATH_ITEM),
        ),
      ),
    ),
    place(9, 'definitions', mapOf(schema)),
  ],
}
const INFO: Shape = { extensions: 0, places: [place(1, 'title', text), place(2, 'version', text)] }
