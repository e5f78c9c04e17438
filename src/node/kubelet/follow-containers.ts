import type { Clock } from '../../base/clock.ts'
import { EXIT_LOG_CHARS_MAX, EXIT_LOG_LINES_MAX, RELIST_MS } from '../../base/limits.ts'
import { ok, type Result } from '../../base/result.ts'
import type { Engine } from '../../docker/engine.ts'
import { followEvents } from '../../docker/engine-events.ts'
import type { DockerError } from '../../docker/errors.ts'
import type { ContainerInspect, ContainerSummary, EngineEvent } from '../../docker/types.ts'
import type { Seen } from './context.ts'
import { LABEL, ownFilter, type Ownership, SANDBOX } from './labels.ts'
import { type ObservedStore, type SandboxPlace, sightingOf } from './observe.ts'
import { lastLines, terminationMessage } from './termination-message.ts'

/** What a follower is made from. */
export interface FollowerInput {
  readonly engine: Engine
  readonly clock: Clock
  readonly store: ObservedStore
  readonly owner: Ownership
  observe(seen: Seen): void
  /** Something about this Pod's containers is new in the store. */
  changed(podUid: string): void
}

/** Keeps the store true: by events, by asking after own calls, by a slow relist. */
export interface Follower {
  relist(): Promise<Result<void, DockerError>>
  refresh(id: string): Promise<void>
  untilStopped(id: string, signal: AbortSignal): Promise<void>
  /** Follows until the signal aborts. */
  run(signal: AbortSignal): void
}

/** Events after which a container is looked at again. */
const TELLING = new Set(['start', 'die', 'oom', 'destroy', 'pause', 'unpause', 'rename'])

/** How often a kill asks by itself, should an event be lost. */
const STOPPED_CHECK_MS = 2_000

/** Source: kubelet/pleg (evented). */
export function followContainers(input: FollowerInput): Follower {
  const follower = new EventFollower(input)
  return {
    relist: () => follower.relist(),
    refresh: (id) => follower.refresh(id),
    untilStopped: (id, signal) => follower.untilStopped(id, signal),
    run(signal) {
      void follower.follow(signal)
      void follower.repair(signal)
    },
  }
}

class EventFollower {
  readonly #input: FollowerInput
  /** Reads under way by id, so that an old answer never overwrites a newer one. */
  readonly #turns = new Map<string, Promise<void>>()
  /** Who waits for the end of a container. */
  readonly #waiters = new Map<string, Set<() => void>>()

  constructor(input: FollowerInput) {
    this.#input = input
  }

  async relist(): Promise<Result<void, DockerError>> {
    const { engine, store, owner } = this.#input
    const listed = await engine.containers.list({ labels: ownFilter(owner), all: true })
    if (!listed.ok) return listed
    const found = new Set(listed.value.map((c) => c.Id))
    for (const id of store.ids()) if (!found.has(id)) this.#forget(id)
    const isSandbox = (c: ContainerSummary) => c.Labels[LABEL.container] === SANDBOX
    // Containers first: they tell which Pod a warm sandbox serves.
    await Promise.all(listed.value.filter((c) => !isSandbox(c)).map((c) => this.refresh(c.Id)))
    await Promise.all(listed.value.filter(isSandbox).map((c) => this.refresh(c.Id)))
    return ok(undefined)
  }

  refresh(id: string): Promise<void> {
    const before = this.#turns.get(id) ?? Promise.resolve()
    const turn = before
      .then(() => this.#read(id))
      .finally(() => {
        if (this.#turns.get(id) === turn) this.#turns.delete(id)
      })
    this.#turns.set(id, turn)
    return turn
  }

  async untilStopped(id: string, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#input
    const own = store.of(store.podOf(id) ?? '').containers.find((c) => c.id === id)
    if (own && own.phase !== 'running') return
    const gate = Promise.withResolvers<void>()
    const set = this.#waiters.get(id) ?? new Set()
    this.#waiters.set(id, set.add(gate.resolve))
    signal.addEventListener('abort', () => gate.resolve(), { once: true })
    let over = false
    void gate.promise.then(() => void (over = true))
    while (!over && !signal.aborted) {
      await Promise.race([gate.promise, clock.sleep(STOPPED_CHECK_MS, signal)])
      if (!over && !signal.aborted) await this.refresh(id)
    }
    set.delete(gate.resolve)
    if (set.size === 0 && this.#waiters.get(id) === set) this.#waiters.delete(id)
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { engine, clock, owner } = this.#input
    const filter = { labels: [`${LABEL.cluster}=${owner.clusterUid}`], types: ['container'] }
    for await (const told of followEvents(engine, { filter, clock, signal })) {
      if (told.type === 'connected') void this.relist()
      if (told.type === 'event') void this.#onEvent(told.event)
    }
  }

  async repair(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#input.clock.sleep(RELIST_MS, signal)
      if (!signal.aborted) await this.relist()
    }
  }

  async #read(id: string): Promise<void> {
    const inspect = await this.#input.engine.containers.inspect(id)
    if (inspect.ok) return this.#take(inspect.value)
    if (inspect.error.kind === 'notFound') this.#forget(id)
  }

  async #take(inspect: ContainerInspect): Promise<void> {
    const { engine, store } = this.#input
    const own = store.of(store.podOf(inspect.Id) ?? '').containers
    const known = own.find((c) => c.id === inspect.Id)
    // An end is read once: its message never changes, and logs are long.
    const ended = known?.phase === 'exited'
    const message = ended ? known.message : await terminationMessage(engine, inspect)
    const sighting = sightingOf(inspect, message, this.#placeOf(inspect))
    if (sighting) store.put(sighting)
    if (!inspect.State.Running) this.#stopped(inspect.Id)
    if (sighting) this.#input.changed(sighting.podUid)
  }

  /** What this process knows of a sandbox: its name may not say it yet, its containers do. */
  #placeOf({ Id }: ContainerInspect): SandboxPlace | undefined {
    const { store } = this.#input
    const joined = (uid: string) => store.of(uid).containers.some((c) => c.sandboxId === Id)
    const podUid = store.podOf(Id) ?? store.podUids().find(joined)
    if (podUid === undefined) return undefined
    const known = store.of(podUid).sandboxes.find((s) => s.id === Id)
    return { podUid, attempt: known?.attempt ?? 0 }
  }

  #forget(id: string): void {
    const podUid = this.#input.store.remove(id)
    this.#stopped(id)
    if (podUid !== undefined) this.#input.changed(podUid)
  }

  #stopped(id: string): void {
    for (const done of this.#waiters.get(id) ?? []) done()
    this.#waiters.delete(id)
  }

  async #onEvent({ Type, Action, Actor, timeNano }: EngineEvent): Promise<void> {
    const { ID: id, Attributes: attributes } = Actor
    if (Type !== 'container' || !TELLING.has(Action)) return
    const { store, observe } = this.#input
    const podUid = attributes[LABEL.podUid] ?? store.podOf(id) ?? ''
    const container = attributes[LABEL.container] ?? ''
    const detail = { action: Action, id, time: timeNano, ...exitDetail(attributes) }
    observe({ kind: 'docker-event', podUid, container, revision: 0, detail })
    if (Action === 'destroy') return this.#forget(id)
    await this.refresh(id)
    if (Action === 'die') await this.#observeExit(id, podUid, container)
  }

  /** The end of a container with its last words. */
  async #observeExit(id: string, podUid: string, container: string): Promise<void> {
    const { engine, observe } = this.#input
    const inspect = await engine.containers.inspect(id)
    if (!inspect.ok || !inspect.value.Config.Labels?.[LABEL.sandbox]) return
    const { ExitCode: exitCode, OOMKilled: oomKilled, Error: error } = inspect.value.State
    const text = exitCode === 0 ? '' : await lastLines(engine, inspect.value, EXIT_LOG_LINES_MAX)
    const detail = { id, exitCode, oomKilled, error, log: text.slice(-EXIT_LOG_CHARS_MAX) }
    observe({ kind: 'exit', podUid, container, revision: 0, detail })
  }
}

function exitDetail(attributes: Record<string, string>): Record<string, unknown> {
  const code = attributes['exitCode']
  return code === undefined ? {} : { exitCode: Number(code) }
}
