import type { Json, JsonObject } from './object.ts'

/** True for a JSON object: no array, no null, no `JSON.rawJSON` number. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)

/**
 * The object's own value under `key`; what it inherits (`constructor`, `__proto__`) is not there.
 */
export const ownValue = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined

/** Sets an own property, also for the key `__proto__`, which plain assignment would not store. */
export function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value
  else
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
}
