import { CEL_REQUEST_BYTES_MAX } from '../base/limits.ts'
import { escapeName, RESERVED_WORDS } from './escape-name.ts'
import type { ObjectType, SizeEstimator, TypeProvider } from './environment.ts'
import type { JsonSchema } from './schema-values.ts'
import { itemsOf, withTypeAndMetadata } from './schema-values.ts'
import {
  BOOL, BYTES, DOUBLE, DURATION, DYN, INT, STRING, TIMESTAMP,
  listType, mapType, structType,
  type CelType,
} from './types.ts'

/** A type with sizes, as a schema or a host declares it. Source: apiserver pkg/cel/types.go DeclType. */
export interface DeclaredType {
  readonly type: CelType
  /** Most characters, items or entries; 0 where nothing is counted. */
  readonly maxElements: number
  /** Least bytes of a value in JSON. */
  readonly minBytes: number
  /** Of objects, by escaped name. */
  readonly fields?: ReadonlyMap<string, DeclaredType>
  /** Of lists and maps. */
  readonly items?: DeclaredType
  /** Of maps. */
  readonly keys?: DeclaredType
}

const simple = (type: CelType, minBytes: number, maxElements = 0): DeclaredType => ({ type, minBytes, maxElements })

/** Types that hosts declare variables with. */
export const DECLARED = {
  bool: simple(BOOL, 4),
  double: simple(DOUBLE, 1),
  dyn: simple(DYN, 1),
  int: simple(INT, 1),
  string: simple(STRING, 2),
  timestamp: simple(TIMESTAMP, 12),
} as const

/** A list, a map of text keys, and an object of a name, of declared types. */
export const declaredList = (items: DeclaredType, maxElements: number): DeclaredType => ({
  type: listType(items.type), minBytes: 2, maxElements, items,
})
export const declaredMap = (
  items: DeclaredType,
  maxElements: number,
  keys: DeclaredType = DECLARED.string,
): DeclaredType => ({
  type: mapType(keys.type, items.type), minBytes: 2, maxElements, items, keys,
})
export const declaredObject = (name: string, fields: Readonly<Record<string, DeclaredType>>): DeclaredType => ({
  type: structType(name), minBytes: 2, maxElements: 0, fields: new Map(Object.entries(fields)),
})

/** Bytes of dates and times in JSON. Source: apiserver pkg/cel/limits.go. */
const DATE_BYTES = 12
const TIME_BYTES_MIN = 21
const TIME_BYTES_MAX = 32
const DURATION_BYTES_MIN = 3
const TEXT_MAX = CEL_REQUEST_BYTES_MAX - 2

/**
 * The type that a structural schema declares, its objects named after their place; undefined for what
 * expressions cannot see. Source: apiserver cel/common SchemaDeclType, MaybeAssignTypeName.
 */
export function declareSchema(given: JsonSchema, name: string, root: boolean): DeclaredType | undefined {
  if (given['x-kubernetes-int-or-string'] === true)
    return simple(DYN, 1, given.maxLength === undefined ? TEXT_MAX : atLeastZero(given.maxLength) * 4)
  const schema = root ? withTypeAndMetadata(given) : given
  switch (schema.type) {
    case 'array':
      return declareArray(schema, name)
    case 'object':
      return declareObject(schema, name)
    case 'string':
      return declareText(schema)
    case 'boolean':
      return DECLARED.bool
    case 'number':
      return DECLARED.double
    case 'integer':
      return DECLARED.int
    default:
      return undefined
  }
}

const atLeastZero = (value: number): number => Math.max(0, value)
const isEmbedded = (schema: JsonSchema): boolean => schema['x-kubernetes-embedded-resource'] === true

function declareArray(schema: JsonSchema, name: string): DeclaredType | undefined {
  const { maxItems } = schema
  const items = itemsOf(schema)
  if (!items) return undefined
  const of = declareSchema(items, `${name}.@idx`, isEmbedded(items))
  if (!of) return undefined
  return declaredList(of, maxItems === undefined ? Math.floor(TEXT_MAX / (of.minBytes + 1)) : atLeastZero(maxItems))
}

function declareObject(schema: JsonSchema, name: string): DeclaredType | undefined {
  const { additionalProperties: more, properties = {}, required = [], maxProperties } = schema
  if (typeof more === 'object') {
    const of = declareSchema(more, `${name}.@elem`, isEmbedded(more))
    if (!of) return undefined
    const unlimited = Math.floor(TEXT_MAX / (of.minBytes + 6))
    return declaredMap(of, maxProperties === undefined ? unlimited : atLeastZero(maxProperties))
  }
  const fields = new Map<string, DeclaredType>()
  const needed = new Set(required)
  let minBytes = 2
  for (const [property, of] of Object.entries(properties)) {
    const escaped = escapeName(property)
    const field = declareSchema(of, `${name}.${escaped ?? property}`, isEmbedded(of))
    if (!field) continue
    if (escaped !== undefined) fields.set(escaped, field)
    if (needed.has(property) && (of.default === undefined || of.default === null))
      minBytes += Buffer.byteLength(property) + field.minBytes + 4
  }
  return { type: structType(name), minBytes, maxElements: 0, fields }
}

function declareText({ format, maxLength, enum: values = [] }: JsonSchema): DeclaredType {
  switch (format) {
    case 'byte':
      return simple(BYTES, 2, maxLength === undefined ? TEXT_MAX : atLeastZero(maxLength))
    case 'duration':
      return simple(DURATION, DURATION_BYTES_MIN, TIME_BYTES_MAX)
    case 'date':
      return simple(TIMESTAMP, DATE_BYTES, DATE_BYTES)
    case 'date-time':
      return simple(TIMESTAMP, TIME_BYTES_MIN, TIME_BYTES_MAX)
  }
  if (maxLength !== undefined) return simple(STRING, 2, atLeastZero(maxLength) * 4)
  if (values.length === 0) return simple(STRING, 2, TEXT_MAX)
  const lengths = values.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0))
  return simple(STRING, 2, Math.max(...lengths))
}

/** The object types within declared types, by name. Source: DeclTypeProvider. */
export function providerOf(...roots: readonly DeclaredType[]): TypeProvider {
  const objects = new Map<string, ObjectType>()
  for (const root of roots) collect(root, objects)
  return (name) => objects.get(name)
}

function collect({ type, fields, items }: DeclaredType, into: Map<string, ObjectType>): void {
  if (items) collect(items, into)
  if (!fields) return
  const fieldType = (name: string): CelType | undefined =>
    (fields.get(name) ?? (RESERVED_WORDS.has(name) ? fields.get(`__${name}__`) : undefined))?.type
  into.set(type.name, { name: type.name, fieldType })
  for (const field of fields.values()) collect(field, into)
}

/** Sizes below one type, whatever variable a path starts with. Source: apiextensions sizeEstimator. */
export function sizesBelow(root: DeclaredType): SizeEstimator {
  return (path) => sizeAt(root, path.slice(1))
}

/** The size of what lies at a path below a type; undefined when there is nothing. */
export function sizeAt(root: DeclaredType, path: readonly string[]): { min: bigint; max: bigint } | undefined {
  let at: DeclaredType | undefined = root
  for (const step of path) {
    if (step === '@items' || step === '@values') at = at.items
    else at = step === '@keys' ? at.keys : at.fields?.get(step)
    if (!at) return undefined
  }
  return { min: 0n, max: BigInt.asUintN(64, BigInt(at.maxElements)) }
}

/**
 * Most values of a type that one request can hold, which bounds how often a rule below lists without
 * limits runs. Source: apiextensions schema/cel maxCardinality.
 */
export const maxCardinality = ({ minBytes }: DeclaredType): number => Math.floor(CEL_REQUEST_BYTES_MAX / (minBytes + 1))
