import { connect } from 'node:net'
import { backoffMs } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.ts'
import {
  IMAGE_BACKOFF_MS_MAX, IMAGE_BACKOFF_MS_MIN, IMAGE_PULLS_MAX, REGISTRY_CONNECT_MS_MAX,
  REGISTRY_REMEMBERED_MS,
} from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { Engine } from '../../docker/engine.ts'
import type { DockerError } from '../../docker/errors.ts'
import type { ImageInspect } from '../../docker/types.ts'
import type { Secret } from '../../resources/generated/core.gen.ts'
import { type ImageReference, isUnreachable, parseImage, registryAuths } from './plan-image.ts'
import type { Waiting } from './pod-facts.ts'
import { slots, type Slots } from './slots.ts'

/** Says something about the image to the Pod's Events. */
export type ImageNote = (type: 'Normal' | 'Warning', reason: string, message: string) => void

/** What is wanted. */
export interface ImageWish {
  readonly image: string
  readonly policy: string
  readonly secrets: readonly Secret[]
  readonly podUid: string
  readonly note: ImageNote
  readonly signal: AbortSignal
}

/** An image that is there, and what status shows as imageID. */
export interface ReadyImage {
  readonly inspect: ImageInspect
  readonly statusId: string
}

/** Why an image is not there, and when another try makes sense. */
export type ImageFailure = Waiting & { readonly retryAt: number }

/** Brings images onto the node. Source: kubelet/images/image_manager.go. */
export interface Images {
  ensure(wish: ImageWish): Promise<Result<ReadyImage, ImageFailure>>
  /** Forgets back-offs of a Pod that is gone. */
  forget(podUid: string): void
}

interface Backoff {
  failures: number
  until: number
  message: string
}

interface State {
  readonly engine: Engine
  readonly clock: Clock
  readonly backoffs: Map<string, Backoff>
  /** By reference: one pull for all who wait. */
  readonly pulls: Map<string, Promise<Result<void, DockerError>>>
  /** By registry: until when it counts as unreachable. */
  readonly unreachable: Map<string, number>
  readonly slots: Slots
}

/** Images of one engine. */
export function makeImages(engine: Engine, clock: Clock): Images {
  const state: State = {
    engine,
    clock,
    backoffs: new Map(),
    pulls: new Map(),
    unreachable: new Map(),
    slots: slots(IMAGE_PULLS_MAX),
  }
  return {
    ensure: (wish) => ensure(state, wish),
    forget(podUid) {
      for (const key of state.backoffs.keys()) if (key.startsWith(`${podUid}_`)) state.backoffs.delete(key)
    },
  }
}

async function ensure(state: State, wish: ImageWish): Promise<Result<ReadyImage, ImageFailure>> {
  const { image, policy, note } = wish
  const reference = parseImage(image)
  if (!reference.ok) {
    const message = `Failed to apply default image tag "${image}": ${reference.error}`
    note('Warning', 'InspectFailed', message)
    return failed('InvalidImageName', message, state.clock.now() + IMAGE_BACKOFF_MS_MAX)
  }
  const local = await state.engine.images.inspect(reference.value.full, { signal: wish.signal })
  if (!local.ok && local.error.kind !== 'notFound') {
    const message = `Failed to inspect image "${image}": ${local.error.message}`
    note('Warning', 'InspectFailed', message)
    return failed('ImageInspectError', message, state.clock.now() + IMAGE_BACKOFF_MS_MIN)
  }
  if (local.ok && policy !== 'Always') {
    note('Normal', 'Pulled', present(image))
    return ok(ready(local.value))
  }
  if (policy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`
    note('Warning', 'ErrImageNeverPull', message)
    return failed('ErrImageNeverPull', message, state.clock.now() + IMAGE_BACKOFF_MS_MIN)
  }
  return pullOrKeep(state, wish, reference.value, local.ok ? local.value : undefined)
}

const present = (image: string): string =>
  `Container image "${image}" already present on machine and can be accessed by the pod`

const failed = (reason: string, message: string, retryAt: number) =>
  err({ reason, message, retryAt })

/** What status shows: the digest it was pulled by, else its id. Source: cri-dockerd. */
export const ready = (inspect: ImageInspect): ReadyImage => ({
  inspect,
  statusId: inspect.RepoDigests?.[0]
    ? `docker-pullable://${inspect.RepoDigests[0]}`
    : `docker://${inspect.Id}`,
})

async function pullOrKeep(
  state: State,
  wish: ImageWish,
  reference: ImageReference,
  local: ImageInspect | undefined,
): Promise<Result<ReadyImage, ImageFailure>> {
  const { image, note, podUid } = wish
  const key = `${podUid}_${image}`
  const paused = state.backoffs.get(key)
  if (paused && state.clock.now() < paused.until) {
    note('Normal', 'BackOff', `Back-off pulling image "${image}"`)
    return failed('ImagePullBackOff', `Back-off pulling image "${image}": ${paused.message}`, paused.until)
  }
  const remembered = (state.unreachable.get(reference.registry) ?? 0) > state.clock.now()
  if (local && remembered) return keep(wish, reference, local)
  note('Normal', 'Pulling', `Pulling image "${image}"`)
  const startedMs = state.clock.monotonicMs()
  const pulled = await pull(state, wish, reference, local !== undefined)
  if (pulled.ok) {
    const now = await state.engine.images.inspect(reference.full, { signal: wish.signal })
    if (now.ok) {
      state.backoffs.delete(key)
      const took = `${Math.round(state.clock.monotonicMs() - startedMs)}ms`
      const size = `Image size: ${now.value.Size} bytes.`
      note('Normal', 'Pulled', `Successfully pulled image "${image}" in ${took} (${took} including waiting). ${size}`)
      return ok(ready(now.value))
    }
  }
  const message = pulled.ok ? 'the image vanished after the pull' : pulled.error.message
  if (local && !pulled.ok && isUnreachable(message)) {
    state.unreachable.set(reference.registry, state.clock.now() + REGISTRY_REMEMBERED_MS)
    return keep(wish, reference, local)
  }
  return pullFailed(state, wish, key, message)
}

/** The registry cannot be reached: what is here serves, and the Pod's Events say so. */
function keep(wish: ImageWish, { registry }: ImageReference, local: ImageInspect): Result<ReadyImage, never> {
  const why = `the registry ${registry} cannot be reached`
  wish.note('Warning', 'RegistryUnreachable', `Using the local image "${wish.image}": ${why}`)
  wish.note('Normal', 'Pulled', present(wish.image))
  return ok(ready(local))
}

function pullFailed(state: State, wish: ImageWish, key: string, message: string) {
  const failures = (state.backoffs.get(key)?.failures ?? 0) + 1
  const pause = backoffMs({ baseMs: IMAGE_BACKOFF_MS_MIN, maxMs: IMAGE_BACKOFF_MS_MAX }, failures - 1)
  const until = state.clock.now() + pause
  state.backoffs.set(key, { failures, until, message: `ErrImagePull: ${message}` })
  wish.note('Warning', 'Failed', `Failed to pull image "${wish.image}": ${message}`)
  // The status shows the error for a moment, then the back-off until the next try.
  return failed('ErrImagePull', message, Math.min(until, state.clock.now() + 1_000))
}

/** One pull per reference at a time; with each credential in turn until one is taken. */
async function pull(
  state: State,
  wish: ImageWish,
  reference: ImageReference,
  haveLocal: boolean,
): Promise<Result<void, DockerError>> {
  const running = state.pulls.get(reference.full) ?? startPull(state, wish, reference, haveLocal)
  return Promise.race([running, cancelled(wish.signal)])
}

/** A pull goes on when the Pod that asked for it is gone: others may wait for it too. */
function startPull(state: State, wish: ImageWish, reference: ImageReference, haveLocal: boolean) {
  const started = state.slots.run(() => pullWithAuths(state, wish, reference, haveLocal))
  state.pulls.set(reference.full, started)
  void started.finally(() => state.pulls.delete(reference.full))
  return started
}

const cancelled = (signal: AbortSignal): Promise<Result<void, DockerError>> =>
  new Promise((resolve) => {
    const error: DockerError = { kind: 'retry', status: 0, message: 'cancelled', call: 'POST /images/create' }
    const done = () => resolve(err(error))
    if (signal.aborted) done()
    else signal.addEventListener('abort', done, { once: true })
  })

async function pullWithAuths(
  state: State,
  wish: ImageWish,
  reference: ImageReference,
  haveLocal: boolean,
): Promise<Result<void, DockerError>> {
  const auths = [...registryAuths(wish.secrets, reference), undefined]
  let last: Result<void, DockerError> = ok(undefined)
  for (const auth of auths) {
    const gaveUp = new AbortController()
    let heard = false
    const onProgress = () => void (heard = true)
    const call = { signal: gaveUp.signal }
    const pulling = state.engine.images.pull(reference.full, { ...(auth && { auth }), onProgress }, call)
    const watching = haveLocal ? silence(state, reference, () => heard, gaveUp.signal) : undefined
    const first = watching ? await Promise.race([pulling, watching]) : await pulling
    gaveUp.abort()
    if (first !== 'unreachable') last = first
    else last = unreachableAnswer(reference)
    if (last.ok || !/unauthorized|denied|authentication|401|403/i.test(last.error.message)) return last
  }
  return last
}

const unreachableAnswer = ({ registry }: ImageReference): Result<void, DockerError> => {
  const message = `dial tcp: no connection to ${registry} within ${REGISTRY_CONNECT_MS_MAX / 1000} s`
  return err({ kind: 'retry', status: 0, message, call: 'POST /images/create' })
}

/** Settles only when nothing was heard of the registry and nobody answers there either. */
async function silence(
  state: State,
  { registry }: ImageReference,
  heard: () => boolean,
  signal: AbortSignal,
): Promise<'unreachable'> {
  const dialled = canConnect(registry, REGISTRY_CONNECT_MS_MAX)
  await state.clock.sleep(REGISTRY_CONNECT_MS_MAX, signal)
  if (!signal.aborted && !heard() && !(await dialled)) return 'unreachable'
  return new Promise(() => {})
}

function canConnect(registry: string, timeoutMs: number): Promise<boolean> {
  const name = registry === 'docker.io' ? 'registry-1.docker.io' : registry
  const [, host = name, port = '443'] = /^(.*?)(?::(\d+))?$/.exec(name) ?? []
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: timeoutMs })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('timeout', () => done(false))
  })
}
