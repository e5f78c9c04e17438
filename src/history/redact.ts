import { createHmac } from 'node:crypto'
import type { Difference } from '../meta/json-path-set.ts'
import type { Json } from '../meta/object.ts'

/** Writes a secret value as something that tells only whether two values are the same. */
export type Redact = (value: Json) => string

/** Hexadecimal digits of a redacted value: enough to tell values apart, too few to be mistaken for data. */
const DIGITS = 16

/**
 * Keyed, so that short values cannot be guessed from what history shows (a plain hash of a four-digit
 * pin would be one lookup away).
 */
export const redactWith =
  (key: Uint8Array): Redact =>
  (value) =>
    `redacted:${createHmac('sha256', key)
      .update(`history ${JSON.stringify(value)}`)
      .digest('hex')
      .slice(0, DIGITS)}`

const SECRET_FIELDS = /^(data|stringData|binaryData)(?=$|[.[])/
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** Hides the values of a sensitive kind's differences: its data, and kubectl's copy of it in an annotation. */
export function redactDifferences(
  differences: readonly Difference[],
  redact: Redact,
): Difference[] {
  const hide = (value: Json | undefined) => (value === undefined ? undefined : redact(value))
  return differences.map((one) =>
    SECRET_FIELDS.test(one.path) ||
    one.path.includes(LAST_APPLIED) ||
    one.path === 'metadata.annotations'
      ? { path: one.path, before: hide(one.before), after: hide(one.after) }
      : one,
  )
}
