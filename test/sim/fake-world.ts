import { createHash } from 'node:crypto'
import type { Clock } from '../../src/base/clock.ts'
import { err, ok, type Result } from '../../src/base/result.ts'
import type { CallOptions, EventFilter, Incoming } from '../../src/docker/engine.ts'
import { type DockerError, dockerError } from '../../src/docker/errors.ts'
import type { EngineEvent } from '../../src/docker/types.ts'
import { type Pushable, pushable } from './pushable.ts'

/** What goes wrong with one call. */
export type Fault =
  /** Refused before anything happened. */
  | { type: 'fail'; error?: Partial<DockerError> }
  /** Done, but the answer is lost. */
  | { type: 'lost' }
  /** No answer until the caller gives up. */
  | { type: 'hang' }
  | { type: 'delay'; ms: number }

/** Decides about faults: `nth` counts the calls of that name from 1. */
export interface Faults {
  call?(name: string, nth: number): Fault | undefined
  dropEvent?(event: EngineEvent, nth: number): boolean
}

const REMEMBERED = 256
const DEFAULT_TIMEOUT_MS = 120_000

/** What all parts of the fake share: time, ids, events and faults. */
export class FakeWorld {
  readonly clock: Clock
  readonly seed: string
  faults: Faults
  readonly calls: string[] = []
  readonly #counts = new Map<string, number>()
  readonly #followers = new Set<{ filter: EventFilter; stream: Pushable<EngineEvent> }>()
  readonly #history: EngineEvent[] = []
  #ids = 0
  #events = 0
  #lastNano = 0n
  #away: DockerError | undefined
  /** Set while the daemon is stopped; who asked meanwhile is answered when it goes on. */
  #thawed: PromiseWithResolvers<void> | undefined

  constructor(clock: Clock, seed: string, faults: Faults) {
    this.clock = clock
    this.seed = seed
    this.faults = faults
  }

  /** 64 hexadecimal digits, the same in every run. */
  id(): string {
    return createHash('sha256').update(`${this.seed}/${this.#ids++}`).digest('hex')
  }

  /** RFC 3339 with nanoseconds. */
  time(): string {
    return `${new Date(this.clock.now()).toISOString().slice(0, -1)}000000Z`
  }

  /** Runs one call under the fault hooks and the caller's deadline. */
  async call<T>(
    name: string,
    options: CallOptions | undefined,
    run: () => Result<T, DockerError> | Promise<Result<T, DockerError>>,
  ): Promise<Result<T, DockerError>> {
    const nth = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, nth)
    this.calls.push(name)
    await Promise.resolve()
    if (options?.signal?.aborted) return err(cancelled(name))
    if (this.#thawed) {
      const stuck = await this.#bounded(name, options, this.#thawed.promise.then(() => ok(undefined)))
      if (!stuck.ok) return stuck
    }
    if (this.#away) return err({ ...this.#away, call: name })
    const fault = this.faults.call?.(name, nth)
    if (fault?.type === 'hang') return this.#hang(name, options)
    if (fault?.type === 'delay') await this.clock.sleep(fault.ms, options?.signal)
    if (fault?.type === 'fail')
      return err({ ...dockerError('retry', 500, 'fault', name), ...fault.error })
    const answer = await this.#bounded(name, options, Promise.resolve(run()))
    return fault?.type === 'lost'
      ? err(dockerError('unavailable', 0, 'connection lost', name))
      : answer
  }

  /** Tells all followers, and remembers for `since`. */
  emit(type: string, action: string, id: string, attributes: Record<string, string>): void {
    const nano = BigInt(this.clock.now()) * 1_000_000n
    this.#lastNano = nano > this.#lastNano ? nano : this.#lastNano + 1n
    const event: EngineEvent = {
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: { ...attributes } },
      time: Number(this.#lastNano / 1_000_000_000n),
      timeNano: String(this.#lastNano),
    }
    this.#history.push(event)
    if (this.#history.length > REMEMBERED) this.#history.shift()
    if (this.#thawed || this.faults.dropEvent?.(event, ++this.#events)) return
    for (const { filter, stream } of this.#followers) if (matches(event, filter)) stream.push(event)
  }

  /** One connection to the event stream. */
  follow(filter: EventFilter, options?: CallOptions): Incoming<EngineEvent> {
    const stream = pushable<EngineEvent>(options?.signal, cancelled('events'))
    const follower = { filter, stream }
    this.#followers.add(follower)
    void stream.ended.then(() => this.#followers.delete(follower))
    const since = filter.since === undefined ? undefined : nanoOf(filter.since)
    for (const event of this.#history) {
      if (since !== undefined && BigInt(event.timeNano) >= since && matches(event, filter))
        stream.push(event)
    }
    return stream
  }

  /** The daemon stops answering but keeps its connections, as under SIGSTOP. */
  freeze(): void {
    this.#thawed ??= Promise.withResolvers<void>()
  }

  thaw(): void {
    this.#thawed?.resolve()
    this.#thawed = undefined
  }

  /** The daemon is gone: streams break, calls are refused. Its memory of events is lost. */
  goAway(): void {
    this.#away = dockerError('unavailable', 0, 'no answer from the fake: it is away', '')
    this.#history.length = 0
    this.breakStreams()
  }

  /** Event streams break; the daemon itself lives on. */
  breakStreams(): void {
    for (const { stream } of this.#followers)
      stream.end(dockerError('unavailable', 0, 'connection lost', 'events'))
  }

  comeBack(): void {
    this.#away = undefined
  }

  #hang<T>(name: string, options: CallOptions | undefined): Promise<Result<T, DockerError>> {
    return this.#bounded(name, options, new Promise(() => undefined))
  }

  async #bounded<T>(
    name: string,
    options: CallOptions | undefined,
    answer: Promise<Result<T, DockerError>>,
  ): Promise<Result<T, DockerError>> {
    const done = new AbortController()
    const signal = options?.signal ? AbortSignal.any([options.signal, done.signal]) : done.signal
    const timeoutMs =
      options?.timeoutMs ?? (name === 'containers.wait' ? Infinity : DEFAULT_TIMEOUT_MS)
    const waited: Promise<Result<T, DockerError>> = Number.isFinite(timeoutMs)
      ? this.clock
          .sleep(timeoutMs, signal)
          .then(() => err(options?.signal?.aborted ? cancelled(name) : late(name)))
      : untilAborted(signal).then(() => err(cancelled(name)))
    try {
      return await Promise.race([answer, waited])
    } finally {
      done.abort()
    }
  }
}

const cancelled = (name: string): DockerError => dockerError('retry', 0, 'cancelled', name)
const late = (name: string): DockerError => dockerError('retry', 0, 'no answer in time', name)

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

function nanoOf(since: string): bigint {
  if (since.includes('T')) return BigInt(Date.parse(since)) * 1_000_000n
  const [seconds = '0', fraction = ''] = since.split('.')
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9) || '0')
}

function matches(event: EngineEvent, filter: EventFilter): boolean {
  if (filter.types && filter.types.length > 0 && !filter.types.includes(event.Type)) return false
  return hasLabels(event.Actor.Attributes, filter.labels)
}

/** All of `key` or `key=value` hold. */
export const hasLabels = (
  labels: Record<string, string> | null | undefined,
  wanted: string[] = [],
): boolean =>
  wanted.every((text) => {
    const at = text.indexOf('=')
    return at < 0
      ? labels?.[text] !== undefined
      : labels?.[text.slice(0, at)] === text.slice(at + 1)
  })
