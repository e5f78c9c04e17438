import { err, ok, type Result } from '../base/result.ts'
import type { Incoming } from './engine.ts'
import { type DockerError, dockerError } from './errors.ts'

/** Where the things come from, and how to let go of it. */
export interface Source<T> {
  /** Throws when the connection breaks. */
  items: AsyncIterable<T>
  destroy(): void
  /** Ends the stream with `refusal`, even while nobody reads. */
  signal?: AbortSignal
  /** Says why the source broke; default: the connection broke. */
  refusal?(cause: unknown): DockerError
}

/** Turns a source that throws into an Incoming that ends and says how. */
export function incoming<T>(source: Source<T>, call: string): Incoming<T> {
  const end = Promise.withResolvers<Result<void, DockerError>>()
  const refusal = (cause: unknown) => source.refusal?.(cause) ?? broken(cause, call)
  let finished = false
  const finish = (how: Result<void, DockerError>): void => {
    if (finished) return
    finished = true
    source.signal?.removeEventListener('abort', aborted)
    end.resolve(how)
    source.destroy()
  }
  const aborted = (): void => finish(err(refusal('cancelled')))
  async function* read(): AsyncGenerator<T> {
    try {
      for await (const item of source.items) {
        if (finished) return
        yield item
      }
    } catch (cause) {
      finish(err(refusal(cause)))
    } finally {
      finish(ok(undefined))
    }
  }
  if (source.signal?.aborted) aborted()
  else source.signal?.addEventListener('abort', aborted, { once: true })
  const iterator = read()
  return {
    ended: end.promise,
    close: () => finish(ok(undefined)),
    [Symbol.asyncIterator]: () => iterator,
  }
}

/** The same arrival through `map`, which gives a list of items for one; its throw is `fatal`. */
export function mapIncoming<A, B>(
  from: Incoming<A>,
  map: (item: A) => B[],
  call: string,
): Incoming<B> {
  const end = Promise.withResolvers<Result<void, DockerError>>()
  const tryMap = (item: A): B[] | undefined => {
    try {
      return map(item)
    } catch (cause) {
      end.resolve(err(dockerError('fatal', 0, textOf(cause), call)))
      return undefined
    }
  }
  async function* read(): AsyncGenerator<B> {
    for await (const item of from) {
      const mapped = tryMap(item)
      if (!mapped) return
      yield* mapped
    }
  }
  void from.ended.then(end.resolve)
  const iterator = read()
  return { ended: end.promise, close: () => from.close(), [Symbol.asyncIterator]: () => iterator }
}

/** The connection ended before the sender was done. */
export const broken = (cause: unknown, call: string): DockerError =>
  dockerError('unavailable', 0, `connection lost: ${textOf(cause)}`, call)

/** An error's words and code, for a message. */
export function textOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code = 'code' in cause ? String(cause.code) : ''
  return cause.message.includes(code) ? cause.message : `${cause.message} (${code})`
}
