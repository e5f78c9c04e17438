import type { JsonObject } from '../meta/object.ts'

/** The two dialects: Swagger 2.0 (`/openapi/v2`) and OpenAPI 3.0 (`/openapi/v3`). */
export type Dialect = 'v2' | 'v3'

/** Where a dialect keeps its schemas. */
export const refPrefix = (dialect: Dialect): string =>
  dialect === 'v2' ? '#/definitions/' : '#/components/schemas/'

/**
 * A reference to a named type; in v3 a reference stands alone, so what belongs to it goes around.
 */
export function refTo(dialect: Dialect, name: string, around: JsonObject = {}): JsonObject {
  const ref = { $ref: `${refPrefix(dialect)}${name}` }
  if (Object.keys(around).length === 0) return ref
  return dialect === 'v2' ? { ...around, ...ref } : { ...around, allOf: [ref] }
}
