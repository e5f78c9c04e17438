import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import {
  OBSERVATIONS_BATCH_MAX, OBSERVATIONS_FLUSH_MS, OBSERVATIONS_QUEUE_MAX,
} from '../base/limits.ts'
import type { Result } from '../base/result.ts'
import type { Engine, Reply } from '../docker/engine.ts'
import type { DockerError } from '../docker/errors.ts'
import type { ContainerSpec } from '../docker/types.ts'
import type { Observation } from '../events/log-event.ts'
import type { Seen } from './kubelet/context.ts'
import { LABEL } from './kubelet/labels.ts'

/** Takes a batch; false: it could not, the batch comes again. Idempotent by (node, sequence). */
export type ObservationSink = (batch: readonly Observation[]) => Promise<boolean>

/** Numbers what a node sees and hands it on in batches. */
export interface Observations {
  observe(seen: Seen): void
  /** Observations lost because nobody took them; they are counted, never blocked on. */
  readonly dropped: number
  /** Hands on what waits; resolves when it was taken or refused once. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** What an Observations is made from. */
export interface ObservationsInput {
  readonly node: string
  readonly clock: Clock
  readonly sink: ObservationSink
  /** First number to give: above all that this node ever gave. Microseconds since the epoch do. */
  readonly firstSequence: number
}

/** A bounded queue in front of a sink. The oldest go first when it is full. */
export function makeObservations(input: ObservationsInput): Observations {
  const { node, clock, sink } = input
  const queue: Observation[] = []
  const closing = new AbortController()
  let sequence = input.firstSequence
  let dropped = 0
  let scheduled = false
  let sending: Promise<void> | undefined

  const sendAll = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, OBSERVATIONS_BATCH_MAX)
      if (!(await sink(batch))) return
      queue.splice(0, batch.length)
    }
  }
  const flush = (): Promise<void> =>
    (sending ??= sendAll().finally(() => {
      sending = undefined
    }))
  const schedule = (): void => {
    if (scheduled || closing.signal.aborted) return
    scheduled = true
    void clock.sleep(OBSERVATIONS_FLUSH_MS, closing.signal).then(async () => {
      scheduled = false
      await flush()
      if (queue.length > 0) schedule()
    })
  }

  return {
    get dropped() {
      return dropped
    },
    observe(seen) {
      queue.push({ ...seen, node, sequence: sequence++, time: Math.floor(clock.now() * 1000) })
      // While a batch is on its way its head must stay: numbers are handed on without gaps.
      if (queue.length > OBSERVATIONS_QUEUE_MAX && !sending) {
        queue.shift()
        dropped++
      }
      schedule()
    },
    flush,
    async close() {
      closing.abort()
      await flush()
    },
  }
}

/** Whom a container belongs to, as far as this process has seen. */
interface Owner {
  readonly podUid: string
  readonly container: string
}

/** Calls that change something; reads are no events of their own. */
const CHANGING = ['create', 'start', 'stop', 'kill', 'remove', 'rename', 'update', 'pause', 'unpause'] as const

/**
 * The same engine, with every call that changes a container, an image or a network observed: what was
 * called, a digest of its arguments (they may hold secrets) and what came of it.
 */
export function observedEngine(engine: Engine, clock: Clock, observe: (seen: Seen) => void): Engine {
  const owners = new Map<string, Owner>()
  const tell = (
    call: string,
    owner: Owner | undefined,
    args: unknown,
    startedMs: number,
    result: Result<unknown, DockerError>,
  ): void => {
    observe({
      kind: 'docker-call',
      podUid: owner?.podUid ?? '',
      container: owner?.container ?? '',
      revision: 0,
      detail: {
        call, arguments: digest(args), ms: Math.round((clock.monotonicMs() - startedMs) * 10) / 10,
        ...(result.ok ? { ok: true } : { ok: false, kind: result.error.kind, message: result.error.message }),
      },
    })
  }
  const containers = { ...engine.containers }
  for (const name of CHANGING) {
    const original = engine.containers[name] as (...args: unknown[]) => Reply<unknown>
    const observed = async (...args: unknown[]): Reply<unknown> => {
      const startedMs = clock.monotonicMs()
      const answer = await original(...args)
      const owner = name === 'create' ? ownerOf(args[1] as ContainerSpec) : owners.get(String(args[0]))
      if (name === 'create' && answer.ok && owner) owners.set((answer.value as { Id: string }).Id, owner)
      if (name === 'remove') owners.delete(String(args[0]))
      tell(`containers.${name}`, owner, args.slice(0, -1), startedMs, answer)
      return answer
    }
    Object.assign(containers, { [name]: observed })
  }
  const pull: Engine['images']['pull'] = async (reference, options, call) => {
    const startedMs = clock.monotonicMs()
    const answer = await engine.images.pull(reference, options, call)
    tell('images.pull', undefined, [reference], startedMs, answer)
    return answer
  }
  return {
    ...engine,
    endpoint: engine.endpoint,
    containers,
    images: { ...engine.images, pull },
  }
}

const ownerOf = (spec: ContainerSpec): Owner => ({
  podUid: spec.Labels?.[LABEL.podUid] ?? '',
  container: spec.Labels?.[LABEL.container] ?? '',
})

/** Short digest of arguments: equal calls can be told from others, their contents cannot be read. */
function digest(args: unknown): string {
  const text = JSON.stringify(args, (_, value) => (isData(value) ? value : undefined))
  return createHash('sha256').update(text ?? '').digest('hex').slice(0, 16)
}

const isData = (value: unknown): boolean =>
  typeof value !== 'function' && !(value instanceof AbortSignal)
