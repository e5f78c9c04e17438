import { equalValues } from './compare-objects.ts'
import type { Json } from './object.ts'
import type { FieldSchema, TypeSchema, ValueType } from './schema.ts'

/**
 * Whether two JSON values mean the same object, so that an update which changes nothing is a no-op:
 * a missing value, null and an empty list are one; with a schema an empty map is too, and a struct
 * that Go holds by value. Objects beyond the schema (and all without one) tell `{}` from nothing,
 * because `emptyDir: {}` means something. Never loops on input: JSON has no cycles. Source:
 * apimachinery api/equality Semantic.DeepEqual, as it judges decoded objects.
 */
export const semanticallyEqual = (a: unknown, b: unknown, type?: TypeSchema): boolean =>
  a === b || sameValue(a, b, type && { of: 'object', type }, false)

/** Whether a value stands for nothing at all where this field may stand. */
export function isNothing(value: unknown, field?: FieldSchema): boolean {
  return nothing(value, field?.value, field?.byValue === true)
}

/** The same for a value inside an object; `byValue` says that an empty struct is nothing here. */
export function sameValue(
  a: unknown,
  b: unknown,
  type: ValueType | undefined,
  byValue: boolean,
): boolean {
  if (a === b) return true
  if (isLeaf(a) || isLeaf(b)) return nothing(a, type, byValue) && nothing(b, type, byValue)
  if (Array.isArray(a)) {
    if (Array.isArray(b)) return sameList(a, b, type?.of === 'list' ? type.items : undefined)
    return false
  }
  if (Array.isArray(b)) return false
  return sameFields(a as Fields, b as Fields, type)
}

type Fields = { readonly [key: string]: unknown }

/** Numbers, texts, truth values, null and nothing. */
const isLeaf = (value: unknown): value is undefined | null | string | number | boolean =>
  typeof value !== 'object' || value === null

function nothing(value: unknown, type: ValueType | undefined, byValue: boolean): boolean {
  if (value === undefined || value === null) return true
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) return value.length === 0
  if (type?.of === 'map') return Object.keys(value).length === 0
  if (type?.of !== 'object' || !byValue) return false
  return Object.entries(value).every(([key, inner]) => isNothing(inner, type.type.byName.get(key)))
}

function sameList(
  a: readonly unknown[],
  b: readonly unknown[],
  items: ValueType | undefined,
): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !sameValue(a[i], b[i], items, false)) return false
  }
  return true
}

function sameFields(a: Fields, b: Fields, type: ValueType | undefined): boolean {
  for (const key in a) {
    const left = a[key]
    // Own fields only: users may name a key `constructor`.
    const right = Object.hasOwn(b, key) ? b[key] : undefined
    if (left !== right && !sameField(left, right, type, key)) return false
  }
  for (const key in b) {
    if (!Object.hasOwn(a, key) && !sameField(undefined, b[key], type, key)) return false
  }
  return true
}

function sameField(a: unknown, b: unknown, type: ValueType | undefined, key: string): boolean {
  if (type?.of === 'map') return sameValue(a, b, type.values, false)
  const field = type?.of === 'object' ? type.type.byName.get(key) : undefined
  if (!field && type?.of === 'object' && type.type.preserveUnknown) return equalToTheLetter(a, b)
  return sameValue(a, b, field?.value, field?.byValue === true)
}

/** Custom resources: nobody knows whether an empty list means nothing there. */
const equalToTheLetter = (a: unknown, b: unknown): boolean =>
  a !== undefined && b !== undefined && equalValues(a as Json, b as Json)
