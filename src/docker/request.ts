import type { TarBody } from './engine.ts'
import { type DockerError, dockerError, kindOfAnswer } from './errors.ts'

/** Where a daemon listens. */
export type Address = { socketPath: string } | { hostname: string; port: number }

/** One request to the daemon. Query values that are undefined are left out. */
export interface Request {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Below the version: `/containers/json`. */
  path: string
  /** The path with its names taken out, for errors and metrics. */
  call: string
  query?: Record<string, string | number | boolean | undefined>
  json?: unknown
  tar?: TarBody
  headers?: Record<string, string>
  /** Default timeout of this call. */
  timeoutMs?: number
  /**
   * What a stream's timeout bounds: its head (default), each silence up to its end, or all of it.
   */
  bounds?: 'head' | 'silence' | 'whole'
}

/** An address as people write it. */
export const addressText = (address: Address): string =>
  'socketPath' in address
    ? `unix://${address.socketPath}`
    : `tcp://${address.hostname}:${address.port}`

/** An error answer: Docker's `{message}`, or its bare text. */
export function refusal(status: number, text: string, call: string): DockerError {
  const message = messageOf(text) || `HTTP ${status}`
  return dockerError(kindOfAnswer(status, message), status, message, call)
}

/** `?a=1&b=x`, or nothing. */
export function queryText(query: Request['query']): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

function messageOf(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed)
      return String(parsed.message)
  } catch {
    // Not JSON: the text itself is the message.
  }
  return text.trim()
}
