/**
 * Whether two values mean the same: a missing value, null, an empty list and an empty map are one.
 * Source: apimachinery api/equality Semantic.DeepEqual, as far as decoded and defaulted objects need it.
 */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b)
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b)
  return !Array.isArray(b) && equalObjects(a as Fields, b as Fields)
}

/** Whether two maps of texts mean the same; unlike structs, an empty map is no map. */
export const equalMaps = (a: Fields | undefined, b: Fields | undefined): boolean =>
  equalObjects(a ?? {}, b ?? {})

type Fields = Record<string, unknown>

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i])) return false
  return true
}

function equalObjects(a: Fields, b: Fields): boolean {
  for (const key in a) if (!equal(a[key], b[key])) return false
  for (const key in b) if (!(key in a) && !isNothing(b[key])) return false
  return true
}
