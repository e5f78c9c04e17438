import type { JsonObject } from '../meta/object.ts'
import type { FieldSchema, Scalar, TypeSchema, ValueType } from '../meta/schema.ts'
import { refTo, type Dialect } from './openapi-dialect.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const APIEXTENSIONS = /^io\.k8s\.apiextensions-apiserver\.pkg\.apis\.apiextensions\.\w+\./

/** Types that are no structs in JSON and have a definition of their own. */
const LEAF_NAMES: Partial<Record<Scalar, string>> = {
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  time: `${META}.Time`,
  microTime: `${META}.MicroTime`,
  duration: `${META}.Duration`,
  fieldsV1: `${META}.FieldsV1`,
  json: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
}

const PLAIN: Partial<Record<Scalar, JsonObject>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
}

/** Definitions a document needs, by name; building one may ask for more. */
export interface Definitions {
  readonly dialect: Dialect
  readonly done: Map<string, JsonObject>
}

/** Adds a type and all that it refers to. */
export function addType(definitions: Definitions, type: TypeSchema): void {
  const waiting = [type]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (definitions.done.has(next.name)) continue
    if (next.openApi) {
      definitions.done.set(next.name, next.openApi.definition(definitions.dialect))
      waiting.push(...next.openApi.uses())
      continue
    }
    const definition: JsonObject = { type: 'object' }
    if (next.description !== '') definition['description'] = next.description
    definitions.done.set(next.name, definition)
    if (next.atomic) definition['x-kubernetes-map-type'] = 'atomic'
    const required = next.fields.filter((f) => f.required).map((f) => f.name)
    if (required.length > 0) definition['required'] = required
    const property = propertyIn(definitions, next, waiting)
    if (next.fields.length > 0) {
      definition['properties'] = Object.fromEntries(next.fields.map((f) => [f.name, property(f)]))
    }
  }
}

function propertyIn(
  definitions: Definitions,
  owner: TypeSchema,
  waiting: TypeSchema[],
): (field: FieldSchema) => JsonObject {
  const { dialect } = definitions
  const valueSchema = (value: ValueType, around: JsonObject): JsonObject => {
    switch (value.of) {
      case 'object':
        waiting.push(value.type)
        return refTo(dialect, value.type.name, around)
      case 'list':
        return { ...around, type: 'array', items: valueSchema(value.items, {}) }
      case 'map':
        return { ...around, type: 'object', additionalProperties: valueSchema(value.values, {}) }
      default: {
        const plain = PLAIN[value.of]
        if (plain) return { ...around, ...plain }
        const name = leafName(value, owner)
        if ('either' in value && value.either) waiting.push(value.either.type)
        definitions.done.set(name, leafDefinition(value.of, name, dialect))
        return refTo(dialect, name, around)
      }
    }
  }
  return (field) => {
    const schema = valueSchema(field.value, annotations(field, dialect))
    if (!field.enum) return schema
    const items = schema['items'] as JsonObject | undefined
    if (field.value.of === 'list') return { ...schema, items: { ...items, enum: [...field.enum] } }
    return { ...schema, enum: [...field.enum] }
  }
}

/** Go's zero value, where v3 shows it as a default; v2 shows no defaults. */
function zeroDefault(value: ValueType): JsonObject | string | number | boolean | undefined {
  switch (value.of) {
    case 'object':
      return {}
    case 'string':
      return ''
    case 'bool':
      return false
    case 'int32':
    case 'int64':
    case 'double':
      return 0
    default:
      return undefined
  }
}

function annotations(field: FieldSchema, dialect: Dialect): JsonObject {
  const extensions: JsonObject = {}
  if (field.description !== '') extensions['description'] = field.description
  if (dialect === 'v3') {
    const isPlainZero = field.writesZero === true && !field.nullable
    const fallback = field.default ?? (isPlainZero ? zeroDefault(field.value) : undefined)
    if (fallback !== undefined) extensions['default'] = fallback as JsonObject
  }
  const atomic = field.mapType ?? field.structType
  return {
    ...extensions,
    ...(field.listMapKeys && { 'x-kubernetes-list-map-keys': [...field.listMapKeys] }),
    ...(field.listType && { 'x-kubernetes-list-type': field.listType }),
    ...(atomic && { 'x-kubernetes-map-type': atomic }),
    ...(field.patchMergeKey && { 'x-kubernetes-patch-merge-key': field.patchMergeKey }),
    ...(field.patchStrategy && { 'x-kubernetes-patch-strategy': field.patchStrategy.join(',') }),
  }
}

const UNION_NAMES = { schemas: 'OrArray', bool: 'OrBool', strings: 'OrStringArray' }

function leafName(value: ValueType, owner: TypeSchema): string {
  if ('either' in value && value.either) {
    return `${value.either.type.name}${UNION_NAMES[value.either.or]}`
  }
  const apiextensions = APIEXTENSIONS.exec(owner.name)?.[0]
  if (value.of === 'json' && apiextensions) return `${apiextensions}JSON`
  return LEAF_NAMES[value.of as Scalar]!
}

function leafDefinition(scalar: Scalar, name: string, dialect: Dialect): JsonObject {
  const oneOf = (...types: string[]): JsonObject[] => types.map((type) => ({ type }))
  switch (scalar) {
    case 'quantity':
      return dialect === 'v2'
        ? { description: QUANTITY, type: 'string' }
        : { description: QUANTITY, oneOf: oneOf('string', 'number') }
    case 'intOrString':
      return dialect === 'v2'
        ? { description: INT_OR_STRING, type: 'string', format: 'int-or-string' }
        : { description: INT_OR_STRING, format: 'int-or-string', oneOf: oneOf('integer', 'string') }
    case 'time':
    case 'microTime':
      return {
        description: 'A time in RFC 3339 form, in UTC.',
        type: 'string',
        format: 'date-time',
      }
    case 'duration':
      return { description: 'A length of time such as 1h30m or 10s.', type: 'string' }
    case 'fieldsV1':
      return { description: 'A set of fields in the form of managed fields.', type: 'object' }
    default:
      return name.endsWith('RawExtension')
        ? { description: 'An object of any kind.', type: 'object' }
        : { description: 'Any JSON value that the field allows.' }
  }
}

const QUANTITY = 'An exact amount with an optional unit: 500m, 1.5Gi, 2e3.'
const INT_OR_STRING = 'A whole number, or a text such as a percentage or the name of a port.'
