import type { Database } from './pool.ts'

/** Columns of one row as the server sent them: PostgreSQL's text form, null for NULL. */
export type RawRow = readonly (Buffer | null)[]

/**
 * Runs a query and hands each row to `take` as it comes, without parsing it and without keeping it: the
 * server works on while a row is looked at. Rejects with what `take` throws. (COPY would spare the
 * text form of bytes, but postgres.js 3.4.9 leaves a connection paused when a copy ends with data
 * unread; docs/design/001-log.md.)
 */
export async function rawRows(
  db: Database,
  query: string,
  values: readonly (string | number)[],
  take: (row: RawRow) => void,
): Promise<void> {
  let failure: { error: unknown } | undefined
  await db.unsafe(query, [...values], { prepare: true }).raw().forEach((row) => {
    if (failure) return
    try {
      take(row)
    } catch (error) {
      failure = { error }
    }
  })
  if (failure) throw failure.error
}

/** An integer below 2^53 out of its decimal digits. */
export function rawInteger(digits: Buffer | null | undefined): number {
  if (!digits) return 0
  const negative = digits[0] === MINUS
  let value = 0
  for (let i = negative ? 1 : 0; i < digits.length; i++) value = value * 10 + (digits[i]! - ZERO)
  return negative ? -value : value
}

/** A text; empty for NULL. */
export const rawText = (text: Buffer | null | undefined): string => text?.toString('utf8') ?? ''

/** A text that may be NULL. */
export const rawTextOrNull = (text: Buffer | null | undefined): string | null => text?.toString('utf8') ?? null

/** A bytea out of its hexadecimal form. */
export const rawBytes = (hex: Buffer): Buffer => Buffer.from(hex.toString('latin1', 2), 'hex')

/** A boolean. */
export const rawBoolean = (letter: Buffer | null | undefined): boolean => letter?.[0] === TRUE

const MINUS = 0x2d
const ZERO = 0x30
const TRUE = 0x74
