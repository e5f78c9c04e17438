import { createReadStream } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { LOG_ENTRY_BYTES_MAX, LOG_FILES_MAX, LOG_READ_BYTES } from '../base/limits.ts'
import { type LogEntry, parseEntry } from './log-entry.ts'

/**
 * The files of one log from the oldest to the one being written. Source: moby,
 * loggerutils/logfile.go: `.N[.gz]`.
 */
export async function logFiles(path: string): Promise<string[]> {
  const name = basename(path)
  const rotated: { number: number; path: string }[] = []
  for (const entry of await readdir(dirname(path))) {
    const number = entry.startsWith(`${name}.`)
      ? /^(\d+)(?:\.gz)?$/.exec(entry.slice(name.length + 1))?.[1]
      : undefined
    if (number !== undefined)
      rotated.push({ number: Number(number), path: join(dirname(path), entry) })
  }
  const oldestFirst = rotated.toSorted((a, b) => b.number - a.number).slice(-LOG_FILES_MAX)
  return [...oldestFirst.map((file) => file.path), path]
}

/**
 * Reads one open file forward from an offset; what is not ended by a newline yet is read again
 * later.
 */
export class LogReader {
  readonly inode: number
  readonly #file: FileHandle
  #offset: number
  readonly #buffer = Buffer.alloc(LOG_READ_BYTES)
  #rest: Buffer = Buffer.alloc(0)

  private constructor(file: FileHandle, inode: number, offset: number) {
    this.#file = file
    this.inode = inode
    this.#offset = offset
  }

  /** Throws when the file cannot be opened: its caller has checked that it can. */
  static async open(path: string, offset: number): Promise<LogReader> {
    const file = await open(path, 'r')
    return new LogReader(file, (await file.stat()).ino, offset)
  }

  /** The next entries; an empty list at the end of what is written so far. */
  async next(): Promise<LogEntry[]> {
    for (;;) {
      const { bytesRead } = await this.#file.read(
        this.#buffer,
        0,
        this.#buffer.length,
        this.#offset,
      )
      if (bytesRead === 0) return []
      this.#offset += bytesRead
      const bytes = Buffer.concat([this.#rest, this.#buffer.subarray(0, bytesRead)])
      const end = bytes.lastIndexOf(10) + 1
      this.#rest = bytes.subarray(end)
      if (this.#rest.length > LOG_ENTRY_BYTES_MAX)
        throw new Error('an entry of the log exceeds the cap')
      const entries = entriesOf(bytes.toString('utf8', 0, end))
      if (entries.length > 0) return entries
    }
  }

  /** dockerd with one file only cuts it to nothing instead of renaming it. */
  async rewindWhenCut(): Promise<void> {
    if ((await this.#file.stat()).size >= this.#offset) return
    this.#offset = 0
    this.#rest = Buffer.alloc(0)
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** The entries of a compressed rotated file. */
export async function* gzipEntries(path: string): AsyncGenerator<LogEntry[]> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const bytes of createReadStream(path).pipe(createGunzip()) as AsyncIterable<Buffer>) {
    const text = rest + decoder.decode(bytes, { stream: true })
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    if (rest.length > LOG_ENTRY_BYTES_MAX) throw new Error('an entry of the log exceeds the cap')
    yield entriesOf(text.slice(0, end))
  }
}

/** The file that came after the one with this inode; undefined while it is still the newest. */
export async function fileAfter(path: string, inode: number): Promise<string | undefined> {
  if ((await inodeOf(path)) === inode) return undefined
  const files = await logFiles(path)
  const inodes = await Promise.all(files.map(inodeOf))
  const index = inodes.lastIndexOf(inode)
  if (index >= 0) return files[index + 1]
  // Rotated away entirely while nobody looked: go on with the oldest that is left.
  return files.find((_, at) => inodes[at] !== undefined)
}

/** undefined: it is gone. */
export async function inodeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).ino
  } catch {
    return undefined
  }
}

function entriesOf(text: string): LogEntry[] {
  const entries: LogEntry[] = []
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at)
    const entry = parseEntry(text.slice(at, end))
    if (entry) entries.push(entry)
    at = end + 1
  }
  return entries
}
