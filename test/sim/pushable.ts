import { err, ok, type Result } from '../../src/base/result.ts'
import type { Incoming } from '../../src/docker/engine.ts'
import type { DockerError } from '../../src/docker/errors.ts'

/** An Incoming that a test pushes into. */
export interface Pushable<T> extends Incoming<T> {
  push(item: T): void
  /** Ends it; with an error it ends as broken. Later calls change nothing. */
  end(error?: DockerError): void
}

/** An empty one; `signal` ends it as a caller's abort does. */
export function pushable<T>(signal?: AbortSignal, aborted?: DockerError): Pushable<T> {
  const settled = Promise.withResolvers<Result<void, DockerError>>()
  const queue: T[] = []
  let ended = false
  let wake: (() => void) | undefined
  const finish = (how: Result<void, DockerError>): void => {
    if (ended) return
    ended = true
    settled.resolve(how)
    wake?.()
  }
  const cancel = () => finish(aborted ? err(aborted) : ok(undefined))
  if (signal?.aborted) cancel()
  else signal?.addEventListener('abort', cancel, { once: true })
  async function* read(): AsyncGenerator<T> {
    try {
      for (;;) {
        if (queue.length > 0) yield queue.shift()!
        else if (ended) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      finish(ok(undefined))
    }
  }
  const iterator = read()
  return {
    ended: settled.promise,
    close: () => {
      queue.length = 0
      finish(ok(undefined))
    },
    push: (item) => {
      if (ended) return
      queue.push(item)
      wake?.()
    },
    end: (error) => finish(error ? err(error) : ok(undefined)),
    [Symbol.asyncIterator]: () => iterator,
  }
}
