import type { FileHandle } from 'node:fs/promises'
import { LOG_ENTRY_BYTES_MAX, LOG_READ_BYTES } from '../base/limits.ts'
import { parseEntry } from './log-entry.ts'

/** Where the last lines begin in one file. */
export interface TailStart {
  offset: number
  /** Lines that older files must give. */
  missing: number
}

/**
 * Finds the start of the last `lines` lines by reading backwards, so that its cost does not grow
 * with the file. An entry without a newline at its end belongs to the line that ends after it;
 * only as the very last entry of the newest file it is a line of its own.
 */
export async function tailStart(
  file: FileHandle,
  size: number,
  lines: number,
  newest: boolean,
): Promise<TailStart> {
  let counted = 0
  let last = newest
  for await (const { end, text } of entriesBackwards(file, size)) {
    const entry = parseEntry(text)
    if (entry === undefined) continue
    if (last || entry.text.endsWith('\n')) counted++
    last = false
    if (counted > lines) return { offset: end, missing: 0 }
  }
  return { offset: 0, missing: lines - counted }
}

/** One line of the file: where it lies, its newline included, and its text without. */
interface RawEntry {
  start: number
  end: number
  text: string
}

async function* entriesBackwards(file: FileHandle, size: number): AsyncGenerator<RawEntry> {
  let rest = Buffer.alloc(0)
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - LOG_READ_BYTES)
    const block = Buffer.alloc(end - start)
    await file.read(block, 0, block.length, start)
    let bytes = Buffer.concat([block, rest])
    for (let cut = newlineBefore(bytes); cut >= 0; cut = newlineBefore(bytes)) {
      yield entryAt(start + cut + 1, bytes.subarray(cut + 1))
      bytes = bytes.subarray(0, cut + 1)
    }
    if (bytes.length > LOG_ENTRY_BYTES_MAX) throw new Error('an entry of the log exceeds the cap')
    rest = bytes
    end = start
  }
  if (rest.length > 0) yield entryAt(0, rest)
}

/** The newline before the last entry; that entry may lack its own after a torn write. */
const newlineBefore = (bytes: Buffer): number =>
  bytes.length < 2 ? -1 : bytes.lastIndexOf(10, bytes.length - 2)

const entryAt = (start: number, bytes: Buffer): RawEntry => ({
  start,
  end: start + bytes.length,
  text: bytes.toString('utf8', 0, bytes.at(-1) === 10 ? bytes.length - 1 : bytes.length),
})
