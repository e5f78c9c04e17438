import type { Json, JsonObject } from './object.ts'
import type { FieldSchema, TypeSchema, ValueType } from './schema.ts'

/**
 * Makes what Go writes for a field nobody set; undefined when it writes nothing. A null that Go
 * would write (a missing list, a zero time) is left out here, except that a required list or map is
 * empty.
 */
export function zeroMaker(field: FieldSchema): (() => Json) | undefined {
  if (!field.writesZero || field.nullable) return undefined
  switch (field.value.of) {
    case 'time':
    case 'microTime':
    case 'json':
    case 'fieldsV1':
    case 'bytes':
      return undefined
    case 'list':
    case 'map':
      return field.required ? makeZero(field.value) : undefined
    default:
      return makeZero(field.value)
  }
}

/** Makes Go's zero value of a type, as null inside a list or a map gives it. */
export function makeZero(value: ValueType): () => Json {
  switch (value.of) {
    case 'object':
      return zeroObject(value.type)
    case 'list':
      return () => []
    case 'map':
      return () => ({})
    case 'bool':
      return () => false
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return () => 0
    case 'quantity':
      return () => '0'
    case 'duration':
      return () => '0s'
    case 'string':
    case 'bytes':
      return () => ''
    default:
      return () => null
  }
}

function zeroObject(type: TypeSchema): () => Json {
  let makers: [string, () => Json][] | undefined
  return () => {
    makers ??= type.fields.flatMap((field) => {
      const make = zeroMaker(field)
      return make ? [[field.name, make] satisfies [string, () => Json]] : []
    })
    const object: JsonObject = {}
    for (const [name, make] of makers) object[name] = make()
    return object
  }
}
