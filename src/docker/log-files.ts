import { type FSWatcher, watch } from 'node:fs'
import { access, constants, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ok } from '../base/result.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import { LOG_REPAIR_MS } from '../base/limits.ts'
import type { CallOptions, Engine, Frame, Incoming, LogOptions, Reply } from './engine.ts'
import { dockerError } from './errors.ts'
import { incoming } from './incoming.ts'
import { entryFormatter, type LogEntry } from './log-entry.ts'
import { fileAfter, gzipEntries, inodeOf, logFiles, LogReader } from './log-reader.ts'
import { tailStart } from './log-tail.ts'

/** Whose log. */
export interface LogTarget {
  id: string
  /** LogPath of its inspection; empty: the endpoint is used. */
  logPath: string
  tty: boolean
}

const CALL = 'read the log file'

/**
 * Opens a container's log: its json-file where it can be read (three times as fast as the daemon's
 * endpoint and free of its work), else the endpoint. Rotated files are part of it. A followed log
 * ends when the container has stopped and everything was read, as the endpoint's does.
 */
export async function openLog(
  engine: Engine,
  target: LogTarget,
  options: LogOptions,
  call?: CallOptions,
): Reply<Incoming<Frame>> {
  if (!(await isReadable(target.logPath))) {
    return engine.containers.logs(target.id, { ...options, tty: target.tty }, call)
  }
  const closing = new AbortController()
  const signal = call?.signal ? AbortSignal.any([call.signal, closing.signal]) : closing.signal
  const stopped = options.follow ? untilStopped(engine, target.id, systemClock, signal) : undefined
  const source = {
    items: framesFrom(target.logPath, options, signal, stopped),
    destroy: () => closing.abort(),
    signal: call?.signal,
    refusal: (cause: unknown) =>
      call?.signal?.aborted
        ? dockerError('retry', 0, 'cancelled', CALL)
        : dockerError('fatal', 0, cause instanceof Error ? cause.message : String(cause), CALL),
  }
  return ok(incoming(source, CALL))
}

async function* framesFrom(
  path: string,
  options: LogOptions,
  signal: AbortSignal,
  stopped: Promise<void> | undefined,
): AsyncGenerator<Frame> {
  const format = entryFormatter(options)
  for await (const entries of entriesFrom(path, options.tailLines, signal, stopped))
    yield* format(entries)
}

/** All entries from the tail's start on, over every file, and then what is still written. */
async function* entriesFrom(
  path: string,
  tailLines: number | undefined,
  signal: AbortSignal,
  stopped: Promise<void> | undefined,
): AsyncGenerator<LogEntry[]> {
  const changes = stopped && watchDirectory(path, signal)
  let over = stopped === undefined
  void stopped?.then(() => {
    over = true
    changes?.wake()
  })
  let next: { path: string; offset: number } | undefined = await firstFile(path, tailLines)
  while (next && !signal.aborted) {
    if (next.path.endsWith('.gz')) {
      const inode: number | undefined = await inodeOf(next.path)
      yield* gzipEntries(next.path)
      next = at(await fileAfter(path, inode ?? -1))
      continue
    }
    const reader: LogReader = await LogReader.open(next.path, next.offset)
    try {
      yield* readToItsEnd(reader, path, signal, () => over, changes)
      next = at(signal.aborted ? undefined : await fileAfter(path, reader.inode))
    } finally {
      await reader.close()
    }
  }
}

/** One file until a newer one takes its place, or until nothing more can come. */
async function* readToItsEnd(
  reader: LogReader,
  path: string,
  signal: AbortSignal,
  isOver: () => boolean,
  changes: Changes | undefined,
): AsyncGenerator<LogEntry[]> {
  while (!signal.aborted) {
    // Both are asked before the last read: what was written before them is then read for certain.
    const over = isOver()
    const replaced = (await fileAfter(path, reader.inode)) !== undefined
    let read = false
    for (let entries = await reader.next(); entries.length > 0; entries = await reader.next()) {
      read = true
      yield entries
      if (signal.aborted) return
    }
    if (over || replaced) return
    await reader.rewindWhenCut()
    if (!read) await changes?.next()
  }
}

const at = (path: string | undefined) => (path === undefined ? undefined : { path, offset: 0 })

/** Where reading starts: the oldest file, or the place that the wanted lines begin at. */
async function firstFile(path: string, tailLines: number | undefined) {
  const files = await logFiles(path)
  if (tailLines === undefined) return at(files[0])
  let missing = tailLines
  for (const file of files.toReversed()) {
    // A compressed file cannot be read backwards: it is read whole, and gives more than asked.
    if (file.endsWith('.gz')) return at(file)
    const handle = await open(file, 'r')
    try {
      const start = await tailStart(handle, (await handle.stat()).size, missing, file === path)
      if (start.missing === 0 && (start.offset > 0 || missing === 0))
        return { path: file, offset: start.offset }
      missing = start.missing
    } finally {
      await handle.close()
    }
  }
  return at(files[0])
}

/** Something may have been written. */
interface Changes {
  next(): Promise<void>
  wake(): void
}

/** inotify on the log's folder, with a slow look as repair; one wake is remembered. */
function watchDirectory(path: string, signal: AbortSignal): Changes {
  let dirty = false
  let wake: (() => void) | undefined
  const changed = (): void => {
    dirty = true
    wake?.()
  }
  const watcher = watchQuietly(dirname(path), changed)
  const timer = setInterval(changed, LOG_REPAIR_MS)
  const stop = (): void => {
    clearInterval(timer)
    watcher?.close()
    changed()
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return {
    wake: changed,
    async next() {
      if (!dirty) await new Promise<void>((resolve) => (wake = resolve))
      dirty = false
    },
  }
}

/** undefined where no watch is left (max_user_watches): the repair alone must do then. */
function watchQuietly(directory: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, changed)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}

/** Resolves when the container runs no more; a daemon that is away says nothing about that. */
async function untilStopped(
  engine: Engine,
  id: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const end = await engine.containers.wait(id, 'not-running', { signal })
    if (end.ok || end.error.kind === 'notFound') return
    await clock.sleep(LOG_REPAIR_MS, signal)
  }
}

async function isReadable(path: string): Promise<boolean> {
  if (path === '') return false
  try {
    await access(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}
