import type { Family } from './exposition.ts'

/** What the process uses, read when it is asked. */
export interface ProcessUse {
  readonly cpuSeconds: number
  readonly residentBytes: number
  readonly virtualBytes: number
  readonly openFiles: number
  readonly maxFiles: number
  /** Seconds since the epoch. */
  readonly startedSeconds: number
}

/** Families that every Prometheus client has. Source: prometheus/docs writing_clientlibs, process metrics. */
export function processFamilies(use: ProcessUse): Family[] {
  const one = (name: string, type: Family['type'], help: string, value: number): Family => ({
    name: `process_${name}`, type, help, samples: [{ labels: [], value }],
  })
  return [
    one('cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.', use.cpuSeconds),
    one('max_fds', 'gauge', 'Maximum number of open file descriptors.', use.maxFiles),
    one('open_fds', 'gauge', 'Number of open file descriptors.', use.openFiles),
    one('resident_memory_bytes', 'gauge', 'Resident memory size in bytes.', use.residentBytes),
    one('start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.', use.startedSeconds),
    one('virtual_memory_bytes', 'gauge', 'Virtual memory size in bytes.', use.virtualBytes),
  ]
}
