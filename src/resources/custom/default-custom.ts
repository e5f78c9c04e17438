import { cloneJson } from '../../meta/clone-json.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import { isJsonObject, setOwn } from '../../meta/own-property.ts'
import { nodeOfKey, type Structural } from './structural.ts'

/**
 * Sets a schema's defaults where a field is missing, or null where null may not be. The value is
 * changed in place. Source: apiextensions-apiserver apiserver/schema/defaulting/algorithm.go.
 */
export function applySchemaDefaults(value: Json, node: Structural | undefined): void {
  if (!node || !hasDefaults(node)) return
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (isForbiddenNull(value[i], node.items)) value[i] = fallbackOf(node.items)
      applySchemaDefaults(value[i]!, node.items)
    }
  } else if (isJsonObject(value)) defaultObject(value, node)
}

function defaultObject(value: JsonObject, node: Structural): void {
  for (const [name, property] of node.properties)
    if (
      property.fallback !== undefined &&
      (!Object.hasOwn(value, name) || isForbiddenNull(value[name], property))
    )
      setOwn(value, name, cloneJson(property.fallback))
  for (const key in value) {
    const below = nodeOfKey(node, key)
    if (!node.properties.has(key) && isForbiddenNull(value[key], below))
      setOwn(value, key, fallbackOf(below))
    applySchemaDefaults(value[key]!, below)
  }
}

const isForbiddenNull = (value: Json | undefined, node: Structural | undefined): boolean =>
  value === null && node !== undefined && !node.nullable

const fallbackOf = (node: Structural | undefined): Json =>
  node?.fallback === undefined ? null : cloneJson(node.fallback)

/** Whether a default stands in a schema or below it. A pure function of the node, kept with it. */
const KNOWN = new WeakMap<Structural, boolean>()

/** Whether a value of this schema can be changed by defaults at all. */
export function hasDefaults(node: Structural): boolean {
  const known = KNOWN.get(node)
  if (known !== undefined) return known
  const parts = [...node.properties.values(), node.additional, node.items]
  const found = parts.some((part) => part && (part.fallback !== undefined || hasDefaults(part)))
  KNOWN.set(node, found)
  return found
}
