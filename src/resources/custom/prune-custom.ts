import type { Json, JsonObject } from '../../meta/object.ts'
import { isJsonObject } from '../../meta/own-property.ts'
import { nodeOfKey, type Structural } from './structural.ts'

const META_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata'])

/**
 * Takes out what a schema does not know and answers its paths, sorted: `spec.a[0].b`. At the root
 * `apiVersion`, `kind` and `metadata` stay. The value is changed in place. Source:
 * apiextensions-apiserver apiserver/schema/pruning/algorithm.go.
 */
export function pruneUnknown(root: JsonObject, node: Structural): string[] {
  const unknown: string[] = []
  if (node.preserve) skip(root, { ...node, embedded: true }, '', unknown)
  else pruneObject(root, { ...node, embedded: true }, '', unknown)
  return unknown.sort()
}

/** The same of a part: a default of a schema below the root. */
export function pruneValue(value: Json, node: Structural): void {
  prune(value, node, 'default', [])
}

function prune(value: Json, node: Structural | undefined, path: string, unknown: string[]): void {
  if (typeof value !== 'object' || value === null) return
  if (node?.preserve) skip(value, node, path, unknown)
  else if (Array.isArray(value))
    value.forEach((item, i) => prune(item, node?.items, `${path}[${i}]`, unknown))
  else if (isJsonObject(value)) pruneObject(value, node, path, unknown)
}

function pruneObject(
  value: JsonObject,
  node: Structural | undefined,
  path: string,
  unknown: string[],
): void {
  for (const key in value) {
    if (node?.embedded && META_FIELDS.has(key)) continue
    const known = node?.properties.get(key)
    if (known) prune(value[key]!, known, below(path, key), unknown)
    else if (node?.additional !== undefined)
      prune(value[key]!, node.additional ?? undefined, below(path, key), unknown)
    else {
      if (path !== '' || !META_FIELDS.has(key)) unknown.push(below(path, key))
      delete value[key]
    }
  }
}

/** Below what keeps unknown fields, those that are known are still pruned by their own schemas. */
function skip(value: Json, node: Structural | undefined, path: string, unknown: string[]): void {
  if (!node) return
  if (Array.isArray(value))
    value.forEach((item, i) => skip(item, node.items, `${path}[${i}]`, unknown))
  else if (isJsonObject(value))
    for (const key in value) {
      if (node.embedded && META_FIELDS.has(key)) continue
      const known = node.properties.get(key)
      if (known) prune(value[key]!, known, below(path, key), unknown)
      else if (node.additional !== undefined)
        prune(value[key]!, node.additional ?? undefined, below(path, key), unknown)
    }
}

const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** Takes out nulls that may not be there and that no default replaces. Source: defaulting/prunenulls.go. */
export function pruneNulls(value: Json, node: Structural | undefined): void {
  if (Array.isArray(value)) for (const item of value) pruneNulls(item, node?.items)
  else if (isJsonObject(value))
    for (const key in value) {
      const known = nodeOfKey(node, key)
      if (value[key] === null && known && !known.nullable && known.fallback === undefined)
        delete value[key]
      else pruneNulls(value[key]!, known)
    }
}
