import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessUse } from './api/metrics/process-metrics.ts'

/** Kernel pages are 4 KiB on the machines klio runs on. */
const PAGE_BYTES = 4096

/** What this process uses now, from /proc; what cannot be read is 0. Source: proc(5). */
export function processUse(startedMs: number): ProcessUse {
  const { user, system } = process.cpuUsage()
  const [virtualPages = 0] = readText('/proc/self/statm').split(' ').map(Number)
  return {
    cpuSeconds: (user + system) / 1_000_000,
    residentBytes: process.memoryUsage.rss(),
    virtualBytes: virtualPages * PAGE_BYTES,
    openFiles: openFiles(),
    maxFiles: Number(/^Max open files\s+(\d+)/m.exec(readText('/proc/self/limits'))?.[1] ?? 0),
    startedSeconds: startedMs / 1000,
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Not every system has /proc: the number is then not known.
    return ''
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    // As above.
    return 0
  }
}
