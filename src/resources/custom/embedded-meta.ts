import { err, ok, type Result } from '../../base/result.ts'
import { goJson } from '../../meta/go-quote.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import { isJsonObject } from '../../meta/own-property.ts'
import { prune } from '../../meta/prune.ts'
import { where, at, type Path } from '../field-path.ts'
import { schemaOf } from '../schemas.ts'
import { nodeOfKey, type Structural } from './structural.ts'

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'

/**
 * Brings an object's metadata into ObjectMeta's form; answers unknown fields as `metadata.x`. The
 * error is Go's text of the first wrong type.
 */
export function coerceMetadata(object: JsonObject, path?: Path): Result<string[], string> {
  const given = object['metadata']
  if (given === undefined) return ok([])
  if (given === null) {
    object['metadata'] = {}
    return ok([])
  }
  if (!isJsonObject(given))
    return err(`json: cannot unmarshal ${foundText(given)} into Go value of type v1.ObjectMeta`)
  const pruned = prune(schemaOf(OBJECT_META), given)
  if (!pruned.ok) return pruned
  const metadata = pruned.value.value
  // Go writes a zero time as null, and upstream takes that out again.
  if (metadata['creationTimestamp'] === null) delete metadata['creationTimestamp']
  object['metadata'] = metadata
  const prefix = where(path, 'metadata')
  return ok(pruned.value.strict.map((text) => `${prefix}.${text.slice(UNKNOWN.length, -1)}`))
}

const UNKNOWN = 'unknown field "'

const foundText = (value: Json): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number'

/**
 * The same for every resource that is embedded in an object. Source: apiextensions-apiserver
 * apiserver/schema/objectmeta/coerce.go.
 */
export function coerceEmbedded(root: Json, node: Structural): Result<string[], string> {
  if (!node.embedded && !hasEmbedded(node)) return ok([])
  const walk: Walk = { unknown: [], failure: undefined }
  coerce(walk, root, node, undefined)
  return walk.failure === undefined ? ok(walk.unknown.sort()) : err(walk.failure)
}

interface Walk {
  readonly unknown: string[]
  failure: string | undefined
}

function coerce(walk: Walk, value: Json, node: Structural | undefined, path: Path | undefined): void {
  if (!node || walk.failure !== undefined) return
  if (Array.isArray(value)) return value.forEach((item, i) => coerce(walk, item, node.items, at(path, i)))
  if (!isJsonObject(value)) return
  if (node.embedded) coerceResource(walk, value, path)
  for (const key of Object.keys(value)) coerce(walk, value[key]!, nodeOfKey(node, key), at(path, key))
}

function coerceResource(walk: Walk, value: JsonObject, path: Path | undefined): void {
  for (const key of ['apiVersion', 'kind'])
    if (Object.hasOwn(value, key) && typeof value[key] !== 'string')
      walk.failure ??= `${where(path, key)}: Invalid value: ${goJson(value[key])}: must be a string`
  // Reading it changes it.
  const given = goJson(value['metadata'])
  const coerced = coerceMetadata(value, path)
  if (coerced.ok) walk.unknown.push(...coerced.value)
  else walk.failure ??= `${where(path, 'metadata')}: Invalid value: ${given}: ${coerced.error}`
}

const KNOWN = new WeakMap<Structural, boolean>()

/** Whether resources are embedded below a schema's root. */
export function hasEmbedded(node: Structural): boolean {
  const known = KNOWN.get(node)
  if (known !== undefined) return known
  const parts = [...node.properties.values(), node.additional, node.items]
  const found = parts.some((part) => part && (part.embedded || hasEmbedded(part)))
  KNOWN.set(node, found)
  return found
}
