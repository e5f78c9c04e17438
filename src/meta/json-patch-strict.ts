import type { Json } from './object.ts'
import { isJsonObject } from './own-property.ts'

const KNOWN: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value'])

/**
 * Fields of a JSON patch's operations that mean nothing, for field validation Strict and Warn.
 * Duplicate fields are found where the text is read. Source: apiserver handlers/patch.go,
 * sigs.k8s.io/json.
 */
export const unknownPatchFields = (patch: Json): string[] =>
  (Array.isArray(patch) ? patch : []).flatMap((operation, i) =>
    Object.keys(isJsonObject(operation) ? operation : {})
      .filter((name) => !KNOWN.has(name))
      .map((name) => `json patch unknown field "[${i}].${name}"`),
  )
