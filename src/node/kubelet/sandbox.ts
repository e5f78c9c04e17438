import { err, ok, type Result } from '../../base/result.ts'
import type { Engine } from '../../docker/engine.ts'
import type { DockerError } from '../../docker/errors.ts'
import type { ContainerInspect, ContainerSpec, ImageInspect } from '../../docker/types.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { dockerName, type Ownership, SANDBOX } from './labels.ts'
import { toSandbox } from './observe.ts'
import type { ObservedSandbox } from './observed.ts'
import { planSandbox } from './plan-sandbox.ts'

/** A container's spec, made fit for the sandbox it joins. */
export interface Dressed {
  readonly spec: ContainerSpec
  /** Called once the container runs, before it counts as running; `fresh`: this start made it run. */
  started(containerId: string, fresh: boolean): Promise<Result<void, DockerError>>
  /** Called when it could not be started; without the daemon's answer it may run all the same. */
  abandon(answered: boolean): void
}

/** Gives Pods the container that holds their network and IPC. */
export interface SandboxProvider {
  /** A ready sandbox for this try of the Pod; the one of an earlier call is found again. */
  acquire(pod: Pod, attempt: number, signal: AbortSignal): Promise<Result<ObservedSandbox, DockerError>>
  /** Ends a sandbox and gives its address back. Gone already is fine. */
  release(id: string): Promise<Result<void, DockerError>>
  /** Told at start of what serves a Pod since before; may also hear of one it never made. */
  adopt(podUid: string, sandbox: ObservedSandbox): void
  dress(sandbox: ObservedSandbox, pod: Pod, spec: ContainerSpec, image: ImageInspect): Promise<Dressed>
  close(): Promise<void>
}

/** What sandboxes are made with. */
export interface SandboxSettings {
  readonly owner: Ownership
  readonly network: string
  readonly clusterDomain: string
  readonly oomScoreMin: number
  /** Makes sure that the image is there; gives its reference. */
  image(): Promise<Result<string, DockerError>>
}

/**
 * A sandbox made for its Pod when it is needed: always right, never early. Containers that join it take
 * its hostname, so that nothing is done to their specs.
 */
export function plainSandboxes(engine: Engine, settings: SandboxSettings): SandboxProvider {
  return {
    acquire: (pod, attempt, signal) => acquire(engine, settings, pod, attempt, signal),
    release: (id) => release(engine, id),
    adopt: () => {},
    dress: async (_sandbox, _pod, spec) => ({
      spec,
      started: async () => ok(undefined),
      abandon: () => {},
    }),
    close: async () => {},
  }
}

/** Removes a sandbox with everything it holds. */
export async function release(engine: Engine, id: string): Promise<Result<void, DockerError>> {
  const removed = await engine.containers.remove(id, { force: true, volumes: true })
  return removed.ok || removed.error.kind === 'notFound' ? ok(undefined) : removed
}

async function acquire(
  engine: Engine,
  settings: SandboxSettings,
  pod: Pod,
  attempt: number,
  signal: AbortSignal,
): Promise<Result<ObservedSandbox, DockerError>> {
  const image = await settings.image()
  if (!image.ok) return image
  const spec = planSandbox({ ...settings, pod, attempt, image: image.value })
  const id = await createOnce(engine, dockerName(settings.owner, pod, SANDBOX, attempt), spec, signal)
  if (!id.ok) return id
  const started = await engine.containers.start(id.value, { signal })
  if (!started.ok) {
    await release(engine, id.value)
    return started
  }
  const inspect = await engine.containers.inspect(id.value, { signal })
  return inspect.ok ? ok(toSandbox(inspect.value, attempt)) : inspect
}

/** Creates a container; one of the same name from before a crash is taken when it can still be used. */
export async function createOnce(
  engine: Engine,
  name: string,
  spec: ContainerSpec,
  signal: AbortSignal,
): Promise<Result<string, DockerError>> {
  const created = await engine.containers.create(name, spec, { signal })
  if (created.ok) return ok(created.value.Id)
  if (created.error.kind !== 'conflict') return created
  const found = await engine.containers.inspect(name, { signal })
  if (!found.ok) return err({ ...created.error, kind: 'retry' })
  const { State } = found.value
  const unstarted = State.Status === 'created' && State.Error === '' && isOfThisTry(found.value, spec)
  if (State.Running || unstarted) return ok(found.value.Id)
  const removed = await release(engine, found.value.Id)
  if (!removed.ok) return removed
  const again = await engine.containers.create(name, spec, { signal })
  return again.ok ? ok(again.value.Id) : again
}

/** Whether it was created with these labels; else it would wait at the gate of an earlier try. */
const isOfThisTry = ({ Config }: ContainerInspect, { Labels = {} }: ContainerSpec): boolean =>
  Object.entries(Labels).every(([name, value]) => Config.Labels?.[name] === value)
