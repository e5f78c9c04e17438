import type { Clock } from '../../base/clock.ts'
import { EXIT_LOG_LINES_MAX, RELIST_MS } from '../../base/limits.ts'
import { ok, type Result } from '../../base/result.ts'
import type { Engine } from '../../docker/engine.ts'
import { followEvents } from '../../docker/engine-events.ts'
import type { DockerError } from '../../docker/errors.ts'
import type { ContainerInspect, EngineEvent } from '../../docker/types.ts'
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
  const { engine, clock, store } = input
  /** Reads under way, so that an old answer never overwrites a newer one. */
  const turns = new Map<string, Promise<void>>()
  const waiters = new Map<string, Set<() => void>>()

  const stopped = (id: string): void => {
    for (const done of waiters.get(id) ?? []) done()
    waiters.delete(id)
  }

  const forget = (id: string): void => {
    const podUid = store.remove(id)
    stopped(id)
    if (podUid !== undefined) input.changed(podUid)
  }

  const read = async (id: string): Promise<void> => {
    const inspect = await engine.containers.inspect(id)
    if (!inspect.ok) {
      if (inspect.error.kind === 'notFound') forget(id)
      return
    }
    await take(inspect.value)
  }

  const take = async (inspect: ContainerInspect): Promise<void> => {
    const { State } = inspect
    const known = store.of(store.podOf(inspect.Id) ?? '').containers.find((c) => c.id === inspect.Id)
    // An end is read once: its message never changes, and logs are long.
    const message = known?.phase === 'exited' ? known.message : await terminationMessage(engine, inspect)
    const sighting = sightingOf(inspect, message, placeOf(inspect))
    if (sighting) store.put(sighting)
    if (!State.Running) stopped(inspect.Id)
    if (sighting) input.changed(sighting.podUid)
  }

  /** What this process knows of a sandbox: its name may not say it yet, its containers do. */
  const placeOf = ({ Id }: ContainerInspect): SandboxPlace | undefined => {
    const podUid = store.podOf(Id) ?? store.podUids().find((uid) => store.of(uid).containers.some((c) => c.sandboxId === Id))
    if (podUid === undefined) return undefined
    const known = store.of(podUid).sandboxes.find((s) => s.id === Id)
    return { podUid, attempt: known?.attempt ?? 0 }
  }

  const refresh = (id: string): Promise<void> => {
    const before = turns.get(id) ?? Promise.resolve()
    const turn = before.then(() => read(id)).finally(() => {
      if (turns.get(id) === turn) turns.delete(id)
    })
    turns.set(id, turn)
    return turn
  }

  const relist = async (): Promise<Result<void, DockerError>> => {
    const listed = await engine.containers.list({ labels: ownFilter(input.owner), all: true })
    if (!listed.ok) return listed
    const found = new Set(listed.value.map((c) => c.Id))
    for (const id of store.ids()) if (!found.has(id)) forget(id)
    const sandboxes = listed.value.filter((c) => c.Labels[LABEL.container] === SANDBOX)
    // Containers first: they tell which Pod a warm sandbox serves.
    await Promise.all(listed.value.filter((c) => !sandboxes.includes(c)).map((c) => refresh(c.Id)))
    await Promise.all(sandboxes.map((c) => refresh(c.Id)))
    return ok(undefined)
  }

  const onEvent = async (event: EngineEvent): Promise<void> => {
    const { ID: id, Attributes: attributes } = event.Actor
    if (event.Type !== 'container' || !TELLING.has(event.Action)) return
    const podUid = attributes[LABEL.podUid] ?? store.podOf(id) ?? ''
    const container = attributes[LABEL.container] ?? ''
    input.observe({
      kind: 'docker-event', podUid, container, revision: 0,
      detail: { action: event.Action, id, time: event.timeNano, ...exitDetail(attributes) },
    })
    if (event.Action === 'destroy') return forget(id)
    await refresh(id)
    if (event.Action === 'die') await observeExit(id, podUid, container)
  }

  /** The end of a container with its last words. */
  const observeExit = async (id: string, podUid: string, container: string): Promise<void> => {
    const inspect = await engine.containers.inspect(id)
    if (!inspect.ok || !inspect.value.Config.Labels?.[LABEL.sandbox]) return
    const { ExitCode, OOMKilled, Error: error } = inspect.value.State
    const log = ExitCode === 0 ? '' : await lastLines(engine, inspect.value, EXIT_LOG_LINES_MAX)
    input.observe({
      kind: 'exit', podUid, container, revision: 0,
      detail: { id, exitCode: ExitCode, oomKilled: OOMKilled, error, log: log.slice(-4096) },
    })
  }

  const follow = async (signal: AbortSignal): Promise<void> => {
    const filter = { labels: [`${LABEL.cluster}=${input.owner.clusterUid}`], types: ['container'] }
    for await (const told of followEvents(engine, { filter, clock, signal })) {
      if (told.type === 'connected') void relist()
      if (told.type === 'event') void onEvent(told.event)
    }
  }

  const repair = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(RELIST_MS, signal)
      if (!signal.aborted) await relist()
    }
  }

  return {
    relist,
    refresh,
    untilStopped: async (id, signal) => {
      const own = store.of(store.podOf(id) ?? '').containers.find((c) => c.id === id)
      if (own && own.phase !== 'running') return
      const gate = Promise.withResolvers<void>()
      const set = waiters.get(id) ?? new Set()
      waiters.set(id, set.add(gate.resolve))
      signal.addEventListener('abort', () => gate.resolve(), { once: true })
      let over = false
      void gate.promise.then(() => void (over = true))
      while (!over && !signal.aborted) {
        await Promise.race([gate.promise, clock.sleep(STOPPED_CHECK_MS, signal)])
        if (!over && !signal.aborted) await refresh(id)
      }
      set.delete(gate.resolve)
    },
    run(signal) {
      void follow(signal)
      void repair(signal)
    },
  }
}

function exitDetail(attributes: Record<string, string>): Record<string, unknown> {
  const code = attributes['exitCode']
  return code === undefined ? {} : { exitCode: Number(code) }
}
