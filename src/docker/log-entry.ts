import type { Frame } from './engine.ts'

/**
 * One entry of a json-file log; a line above 16 KiB is several, all but the last without a
 * newline.
 */
export interface LogEntry {
  stream: Frame['stream']
  text: string
  /** RFC 3339 with nanoseconds, trailing zeros cut off. */
  time: string
}

/** Reads one line of the file; undefined for what is no entry (a torn write after a crash). */
export function parseEntry(line: string): LogEntry | undefined {
  try {
    const raw = JSON.parse(line) as { log?: unknown; stream?: unknown; time?: unknown }
    if (typeof raw.log !== 'string' || typeof raw.time !== 'string') return undefined
    return { stream: raw.stream === 'stderr' ? 'stderr' : 'stdout', text: raw.log, time: raw.time }
  } catch {
    return undefined
  }
}

/**
 * A time that compares as text: UTC with nine digits after the point. Takes RFC 3339 (any offset)
 * or Unix seconds with a fraction; undefined when it is neither.
 */
export function sortableTime(text: string): string | undefined {
  const seconds = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text)
  if (seconds) return assemble(Number(seconds[1]) * 1000, seconds[2] ?? '')
  const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (!stamp) return undefined
  if (stamp[3] === 'Z') return `${stamp[1]}.${(stamp[2] ?? '').padEnd(9, '0')}Z`
  return assemble(Date.parse(`${stamp[1]}${stamp[3]}`), stamp[2] ?? '')
}

function assemble(ms: number, fraction: string): string | undefined {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return undefined
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`
}

/** Which entries of a log are wanted. */
export interface EntryFilter {
  since?: string
  until?: string
  stdout?: boolean
  stderr?: boolean
  timestamps?: boolean
}

/**
 * Turns entries into frames: filters, stamps the start of each line with nine digits (as Docker's
 * endpoint and kubelet's RFC3339NanoFixed do), joins neighbours of one stream.
 */
export function entryFormatter(filter: EntryFilter): (entries: LogEntry[]) => Frame[] {
  const since = filter.since === undefined ? undefined : sortableTime(filter.since)
  const until = filter.until === undefined ? undefined : sortableTime(filter.until)
  const midLine = { stdout: false, stderr: false }
  const wanted = (entry: LogEntry): boolean => {
    if (entry.stream === 'stdout' ? filter.stdout === false : filter.stderr === false) return false
    if (since === undefined && until === undefined) return true
    const time = sortableTime(entry.time) ?? ''
    return (since === undefined || time >= since) && (until === undefined || time <= until)
  }
  return (entries) => {
    const joined: { stream: Frame['stream']; text: string }[] = []
    for (const entry of entries) {
      if (!wanted(entry)) continue
      const stamp =
        filter.timestamps && !midLine[entry.stream]
          ? `${sortableTime(entry.time) ?? entry.time} `
          : ''
      midLine[entry.stream] = !entry.text.endsWith('\n')
      const last = joined.at(-1)
      if (last?.stream === entry.stream) last.text += stamp + entry.text
      else joined.push({ stream: entry.stream, text: stamp + entry.text })
    }
    return joined.map(({ stream, text }) => ({ stream, bytes: Buffer.from(text) }))
  }
}
