import type { Readable } from 'node:stream'
import type { Database } from './pool.ts'

/**
 * Reads a query's rows in PostgreSQL's binary COPY format, each handed to `take` as it comes: bytes come
 * as bytes, and the server works on while a row is looked at. Source: PostgreSQL manual, COPY,
 * "Binary Format". Rejects with what `take` throws.
 */
export async function copyRows(db: Database, query: string, take: (row: CopyRow) => void): Promise<void> {
  const stream = await db.unsafe(`copy (${query}) to stdout (format binary)`).readable()
  let first = true
  await each(stream, (chunk) => {
    const row = new CopyRow(chunk, first)
    first = false
    while (row.next()) take(row)
  })
}

/**
 * Takes a stream as fast as it comes. `for await` pauses the socket between chunks, and on Bun 1.4.5 a
 * paused one is at times never resumed (a page read ahead of its use hung; test/db/copy-rows.db.test.ts).
 */
function each(stream: Readable, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      try {
        take(chunk)
      } catch (error) {
        reject(error)
      }
    })
    stream.on('end', resolve)
    stream.on('error', reject)
    stream.on('close', () => reject(new Error('the connection closed during a copy')))
  })
}

const SIGNATURE_BYTES = 11
/** PostgreSQL counts instants from 2000-01-01. */
const EPOCH_MICROS = 946_684_800_000_000

/**
 * A cursor over the rows of one chunk: fields are read in their order, each by the reader of its type.
 * PostgreSQL sends each row as a message of its own, so a row never crosses chunks; reading past the
 * end throws a RangeError.
 */
export class CopyRow {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer, withHeader: boolean) {
    this.#bytes = bytes
    if (!withHeader) return
    const extension = SIGNATURE_BYTES + 4
    this.#at = extension + 4 + bytes.readInt32BE(extension)
  }

  /** Moves to the next row; false at the end of the chunk or of the copy. */
  next(): boolean {
    if (this.#at >= this.#bytes.byteLength) return false
    const fields = this.#bytes.readInt16BE(this.#at)
    this.#at += 2
    return fields >= 0
  }

  int2(): number {
    this.#at += 6
    return this.#bytes.readInt16BE(this.#at - 2)
  }

  int4(): number {
    this.#at += 8
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  /** A bigint below 2^53. */
  int8(): number {
    this.#at += 12
    return this.#bytes.readInt32BE(this.#at - 8) * 2 ** 32 + this.#bytes.readUInt32BE(this.#at - 4)
  }

  bool(): boolean {
    this.#at += 5
    return this.#bytes[this.#at - 1] === 1
  }

  /** A timestamptz as microseconds since 1970. */
  time(): number {
    return this.int8() + EPOCH_MICROS
  }

  text(): string {
    return this.textOrNull() ?? ''
  }

  textOrNull(): string | null {
    const length = this.#length()
    if (length < 0) return null
    this.#at += length
    return this.#bytes.toString('utf8', this.#at - length, this.#at)
  }

  /** Bytes of the page itself: copy them to keep them longer than the page. */
  bytesOrNull(): Buffer | null {
    const length = this.#length()
    if (length < 0) return null
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  #length(): number {
    this.#at += 4
    return this.#bytes.readInt32BE(this.#at - 4)
  }
}
