import { functionOf, overload, type FunctionDecl } from './declarations.ts'
import type { ObjectType } from './environment.ts'
import { equal } from './equality.ts'
import { listItems } from './lists.ts'
import { mapFind, mapKeys } from './maps.ts'
import { DYN, STRING, structType, type CelType } from './types.ts'
import { goValueType } from './value-text.ts'
import {
  celObject, dataOf, failure, isList, isMap, orNoOverload,
  type ObjectKind, type Value,
} from './values.ts'

/** What `Object.spec{replicas: 1}` makes. Source: apiserver cel/mutation/dynamic. */
interface DynamicObject {
  readonly type: CelType
  readonly fields: ReadonlyMap<string, Value>
}

const OBJECT: ObjectKind<DynamicObject> = {
  type: structType('Object'),
  typeOf: ({ type }) => type,
  equal: (a, b) =>
    a.type.name === b.type.name &&
    a.fields.size === b.fields.size &&
    [...a.fields].every(([name, value]) => b.fields.has(name) && equal(value, b.fields.get(name)!) === true),
  field: ({ fields }, name) => fields.get(name),
  isZero: ({ fields }) => fields.size === 0,
  unequalToOthers: true,
  typeIsType: true,
  missing: null,
}

/** A JSON patch operation as expressions make it. Source: apiserver cel/mutation/jsonpatch.go. */
export interface PatchOperation {
  readonly op: string
  readonly path: string
  readonly from: string
  readonly value: Value | undefined
}

const PATCH: ObjectKind<PatchOperation> = {
  type: structType('JSONPatch'),
  equal: (a, b) =>
    a.op === b.op && a.path === b.path && a.from === b.from &&
    (a.value === undefined || b.value === undefined ? a.value === b.value : equal(a.value, b.value) === true),
  unequalToOthers: true,
  typeIsType: true,
  field: (operation, name) =>
    name === 'op' || name === 'path' || name === 'from' || name === 'value' ? operation[name] : undefined,
}

/** The fields of a value that an Object literal made; undefined for others. */
export const dynamicFields = (value: Value): ReadonlyMap<string, Value> | undefined => dataOf(value, OBJECT)?.fields

/** The operation that a JSONPatch literal made; undefined for other values. */
export const patchOperation = (value: Value): PatchOperation | undefined => dataOf(value, PATCH)

const PATCH_FIELDS: Readonly<Record<string, CelType>> = { op: STRING, path: STRING, from: STRING, value: DYN }
/** A type that takes nothing: upstream has none for a field it does not know. */
const NO_TYPE: CelType = { tag: 'type', kind: 'opaque', name: '', params: [] }

const GO_TYPES: Readonly<Record<string, string>> = {
  'types.Int': 'int64', 'types.Uint': 'uint64', 'types.Bool': 'bool', 'types.Double': 'float64', 'types.Bytes': '[]uint8',
}

function createPatch(fields: ReadonlyMap<string, Value>): Value {
  const texts: Record<string, string> = { op: '', path: '', from: '' }
  for (const [name, value] of fields) {
    if (name === 'value') continue
    if (!Object.hasOwn(texts, name)) return failure(`unexpected JSONPatchType field: ${name}`)
    if (typeof value !== 'string') {
      const type = goValueType(value)
      return failure(`unexpected type ${GO_TYPES[type] ?? type} for JSONPatchType '${name}' field`)
    }
    texts[name] = value
  }
  const { op, path, from } = texts as { op: string; path: string; from: string }
  return celObject(PATCH, { op, path, from, value: fields.get('value') })
}

/**
 * The types that expressions of MutatingAdmissionPolicies make: `Object` and its parts, of which any
 * field is allowed, and `JSONPatch`. Source: mutation.DynamicTypeResolver.
 */
export function mutationObjects(name: string): ObjectType | undefined {
  if (name === 'JSONPatch')
    return { name, fieldType: (field) => PATCH_FIELDS[field] ?? NO_TYPE, create: createPatch }
  if (name !== 'Object' && !name.startsWith('Object.')) return undefined
  const type = structType(name)
  return { name, fieldType: () => DYN, create: (fields) => celObject(OBJECT, { type, fields }) }
}

/**
 * Objects whose type is not that of their place, which has to be their name: `Object.spec` below spec.
 * Source: ObjectVal.CheckTypeNamesMatchFieldPathNames.
 */
export function misplacedTypes(value: Value): string[] {
  return misplaced(value, dataOf(value, OBJECT)?.type.name ?? '')
}

function misplaced(value: Value, path: string): string[] {
  const object = dataOf(value, OBJECT)
  if (isList(value)) return listItems(value).flatMap((item) => misplaced(item, path))
  if (isMap(value)) return mapKeys(value).flatMap((key) => misplaced(mapFind(value, key)!, path))
  if (!object) return []
  const { name } = object.type
  const own =
    name === path
      ? []
      : [`unexpected type name "${name}", expected "${path}", which matches field name path from root Object type`]
  return [...own, ...[...object.fields].flatMap(([field, inner]) => misplaced(inner, `${path}.${field}`))]
}

/** `jsonpatch.escapeKey`. Source: apiserver cel/library/jsonpatch.go. */
export const PATCH_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('jsonpatch.escapeKey', [
    overload('string_jsonpatch_escapeKey_string', '(string) -> string', (key) =>
      typeof key === 'string' ? key.replaceAll('~', '~0').replaceAll('/', '~1') : orNoOverload(key),
    ),
  ]),
]
