/** Levels in rising order. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Writes records for people and machines; never a token, a Secret's data or a request's body. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** A log whose records all carry these fields. */
  with(fields: Record<string, unknown>): Log
}

/** One JSON line a record at or above the level. */
export function lineLog(
  write: (line: string) => void,
  level: LogLevel,
  bound: Record<string, unknown> = {},
): Log {
  const from = ORDER.indexOf(level)
  const record = (at: LogLevel) => (message: string, fields: Record<string, unknown> = {}) => {
    if (ORDER.indexOf(at) < from) return
    const time = new Date().toISOString()
    write(JSON.stringify({ time, level: at, message, ...bound, ...fields }, plain))
  }
  return {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
    with: (fields) => lineLog(write, level, { ...bound, ...fields }),
  }
}

/** Errors lose everything in JSON but what is named here. */
const plain = (_key: string, value: unknown): unknown =>
  value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value
