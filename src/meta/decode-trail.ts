import { STRICT_ERRORS_MAX } from '../base/limits.ts'
import { goStructName } from './go-type.ts'
import type { FieldSchema, TypeSchema } from './schema.ts'

/** Where a decoder stands and what it has found wrong; the walkers of one body share it. */
export interface Trail {
  /** Fields, map keys and list indexes from the root to here. */
  readonly path: (FieldSchema | string | number)[]
  /** The structs around here, innermost last. */
  readonly structs: TypeSchema[]
  /** The first type error, complete; it wins over strict errors. */
  failure: string | undefined
  /** Unknown and duplicate fields in document order, without repeats, at most STRICT_ERRORS_MAX. */
  readonly strict: Set<string>
  /** Object keys met, to notice duplicates (JSON.parse drops them silently). */
  keys: number
}

/** A fresh trail at the root. */
export const newTrail = (): Trail => ({
  path: [],
  structs: [],
  failure: undefined,
  strict: new Set(),
  keys: 0,
})

/** `spec.containers[0].image`. */
export function pathText(path: Trail['path']): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += `${text === '' ? '' : '.'}${typeof step === 'string' ? step : step.name}`
  }
  return text
}

/**
 * Notes an unknown or duplicate field. Source: sigs.k8s.io/json kubernetes_patch.go
 * saveStrictError.
 */
export function noteStrict(trail: Trail, what: 'unknown' | 'duplicate', key: string): void {
  if (trail.strict.size >= STRICT_ERRORS_MAX) return
  const at = pathText(trail.path)
  trail.strict.add(`${what} field ${goQuoted(at === '' ? key : `${at}.${key}`)}`)
}

/** Notes a finished error text, unless there is one already. */
export function noteFailure(trail: Trail, text: string): void {
  trail.failure ??= text
}

/**
 * Notes that a value has another type than Go's struct. `found` is Go's word for it ("string",
 * "number 1.5"). Source: encoding/json UnmarshalTypeError; its path has no list indexes and no map
 * keys.
 */
export function noteWrongType(trail: Trail, found: string, goType: string): void {
  const fields = trail.path.filter((step) => typeof step === 'object')
  const names = fields.flatMap((f) => [...(f.embeddedNames ?? []), f.name])
  const struct = trail.structs.at(-1)
  const where =
    struct && names.length > 0
      ? `Go struct field ${goStructName(struct)}.${names.join('.')}`
      : 'Go value'
  noteFailure(trail, `json: cannot unmarshal ${found} into ${where} of type ${goType}`)
}

/** Go's word for a JSON value in such an error. */
export function foundText(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'object' && value !== null)
    return JSON.isRawJSON(value) ? 'number' : 'object'
  return typeof value
}

/** Go's strconv.Quote: JSON's quoting, and spaces other than ' ' and invisible characters escaped. */
function goQuoted(text: string): string {
  return JSON.stringify(text).replace(/[\p{Z}\p{C}]/gu, (c) => {
    if (c === ' ') return c
    const hex = c.codePointAt(0)!.toString(16)
    if (hex.length > 4) return `\\U${hex.padStart(8, '0')}`
    return hex === '7f' ? '\\x7f' : `\\u${hex.padStart(4, '0')}`
  })
}
