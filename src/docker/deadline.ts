import type { CallOptions } from './engine.ts'
import { type DockerError, dockerError } from './errors.ts'

/** One wait bounded by a time and by the caller's own signal. */
export interface Deadline {
  readonly signal: AbortSignal
  /** The refusal to return when the wait ended early: the caller's wish, or the time. */
  refusal(call: string): DockerError
  /** Stops the timer and lets go of the caller's signal. */
  done(): void
  /** Stops the timer only: from here the caller's signal bounds a stream. */
  stop(): void
  /** Starts the time again: something arrived. */
  extend(): void
}

/** A deadline of `timeoutMs`, else `defaultMs`; Infinity waits for the signal alone. */
export function deadline(call: CallOptions | undefined, defaultMs: number): Deadline {
  const timeoutMs = call?.timeoutMs ?? defaultMs
  const controller = new AbortController()
  let expired = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const expire = () => {
    expired = true
    controller.abort()
  }
  const cancel = () => controller.abort()
  const stop = () => clearTimeout(timer)
  const start = () => {
    stop()
    if (Number.isFinite(timeoutMs)) timer = setTimeout(expire, timeoutMs)
  }
  if (call?.signal?.aborted) controller.abort()
  else call?.signal?.addEventListener('abort', cancel, { once: true })
  start()
  return {
    signal: controller.signal,
    refusal: (name) =>
      expired
        ? dockerError('retry', 0, `the daemon gave no answer within ${timeoutMs} ms`, name)
        : dockerError('retry', 0, 'cancelled', name),
    stop,
    extend: start,
    done: () => {
      stop()
      call?.signal?.removeEventListener('abort', cancel)
    },
  }
}
