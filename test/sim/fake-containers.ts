import { err, ok, type Result } from '../../src/base/result.ts'
import type { Containers, Frame } from '../../src/docker/engine.ts'
import { type DockerError, dockerError } from '../../src/docker/errors.ts'
import type { ContainerInspect, ContainerStatus, ContainerSummary } from '../../src/docker/types.ts'
import {
  type FakeContainer,
  type FakeState,
  emitContainer,
  findContainer,
  inspectOf,
} from './fake-state.ts'
import { sampleOf } from './fake-stats.ts'
import { fakeStreams } from './fake-streams.ts'
import { startContainer } from './fake-start.ts'
import { hasLabels } from './fake-world.ts'

/** The fake's containers: Docker's states, conflicts and events without its processes. */
export function fakeContainers(state: FakeState): Containers {
  const { world } = state
  const on = <T>(id: string, name: string, run: (c: FakeContainer) => Answer<T>) => {
    const found = findContainer(state, id)
    return found ? run(found) : err(dockerError('notFound', 404, `No such container: ${id}`, name))
  }
  return {
    create: (name, spec, call) =>
      world.call('containers.create', call, () => {
        const image = state.images.get(spec.Image)
        if (!image)
          return err(
            dockerError('notFound', 404, `No such image: ${spec.Image}`, 'containers.create'),
          )
        if (findContainer(state, name)) {
          return err(
            dockerError(
              'conflict',
              409,
              `Conflict. The container name "/${name}" is already in use`,
              'containers.create',
            ),
          )
        }
        if (spec.Hostname && spec.HostConfig?.NetworkMode?.startsWith('container:')) {
          return err(
            dockerError(
              'fatal',
              400,
              'conflicting options: hostname and the network mode',
              'containers.create',
            ),
          )
        }
        const labels = { ...image.Config.Labels, ...spec.Labels }
        const container: FakeContainer = {
          id: world.id(),
          name,
          spec: { ...spec, Labels: labels },
          imageId: image.Id,
          created: world.time(),
          status: 'created',
          pid: 0,
          exitCode: 0,
          oomKilled: false,
          error: '',
          startedAt: NEVER,
          finishedAt: NEVER,
          log: [],
          outputs: new Set(),
          archives: new Map(),
          waiters: new Set(),
          process: undefined,
          starts: 0,
        }
        state.containers.set(container.id, container)
        emitContainer(state, container, 'create')
        return ok({ Id: container.id, Warnings: [] })
      }),

    start: (id, call) =>
      world.call('containers.start', call, () =>
        on(id, 'containers.start', (c) => startContainer(state, c)),
      ),

    inspect: (id, call) =>
      world.call('containers.inspect', call, () =>
        on<ContainerInspect>(id, 'containers.inspect', (c) => ok(inspectOf(c, state))),
      ),

    list: (filter, call) =>
      world.call('containers.list', call, () =>
        ok(
          [...state.containers.values()]
            .filter(
              (c) =>
                (filter.all !== false || c.status === 'running' || c.status === 'paused') &&
                hasLabels(c.spec.Labels, filter.labels) &&
                (!filter.ids?.length || filter.ids.some((id) => c.id.startsWith(id))) &&
                (!filter.names?.length ||
                  filter.names.some((name) => c.name.includes(name.replace(/^\//, '')))),
            )
            .reverse()
            .map(summaryOf),
        ),
      ),

    stop: (id, graceSeconds, call) =>
      world.call('containers.stop', call, () =>
        on(id, 'containers.stop', async (c) => {
          if (!isLive(c)) return ok(false)
          sendSignal(state, c, c.spec.StopSignal ?? 'SIGTERM')
          await Promise.race([c.process?.exited, world.clock.sleep(graceSeconds * 1000)])
          if (isLive(c)) sendSignal(state, c, 'SIGKILL')
          await settled(c)
          emitContainer(state, c, 'stop')
          return ok(true)
        }),
      ),

    kill: (id, killSignal, call) =>
      world.call('containers.kill', call, () =>
        on(id, 'containers.kill', (c) => {
          if (!isLive(c)) return err(notRunning(c, 'containers.kill'))
          sendSignal(state, c, killSignal)
          return ok(undefined)
        }),
      ),

    remove: (id, how, call) =>
      world.call('containers.remove', call, () =>
        on(id, 'containers.remove', async (c) => {
          if (isLive(c) && !how?.force) {
            return err(
              dockerError(
                'conflict',
                409,
                `You cannot remove a running container ${c.id}.`,
                'containers.remove',
              ),
            )
          }
          if (isLive(c)) {
            c.process?.signal('SIGKILL')
            await settled(c)
          }
          state.containers.delete(c.id)
          for (const waiter of c.waiters) waiter('removed')
          emitContainer(state, c, 'destroy')
          return ok(undefined)
        }),
      ),

    rename: (id, name, call) =>
      world.call('containers.rename', call, () =>
        on(id, 'containers.rename', (c) => {
          if (findContainer(state, name))
            return err(
              dockerError('conflict', 409, `The name "/${name}" is in use`, 'containers.rename'),
            )
          c.name = name
          emitContainer(state, c, 'rename')
          return ok(undefined)
        }),
      ),

    resize: (id, _size, call) =>
      world.call('containers.resize', call, () =>
        on(id, 'containers.resize', (c) =>
          isLive(c) ? ok(undefined) : err(notRunning(c, 'containers.resize')),
        ),
      ),

    update: (id, limits, call) =>
      world.call('containers.update', call, () =>
        on(id, 'containers.update', (c) => {
          c.spec.HostConfig = { ...c.spec.HostConfig, ...limits }
          emitContainer(state, c, 'update')
          return ok({ Warnings: null })
        }),
      ),

    stats: (id, call) =>
      world.call('containers.stats', call, () =>
        on(id, 'containers.stats', (c) => ok(sampleOf(c, world))),
      ),

    top: (id, _psArgs, call) =>
      world.call('containers.top', call, () =>
        on(id, 'containers.top', (c) =>
          isLive(c)
            ? ok({
                Titles: ['PID', 'CMD'],
                Processes: [[String(c.pid), (c.spec.Cmd ?? []).join(' ')]],
              })
            : err(notRunning(c, 'containers.top')),
        ),
      ),

    pause: (id, call) =>
      world.call('containers.pause', call, () =>
        on(id, 'containers.pause', (c) => setPaused(state, c, true)),
      ),

    unpause: (id, call) =>
      world.call('containers.unpause', call, () =>
        on(id, 'containers.unpause', (c) => setPaused(state, c, false)),
      ),

    ...fakeStreams(state),
  }
}

type Answer<T> = Result<T, DockerError> | Promise<Result<T, DockerError>>

const NEVER = '0001-01-01T00:00:00Z'

/** It has a process. */
export const isLive = (c: FakeContainer): boolean => c.status === 'running' || c.status === 'paused'

/** Docker's refusal of what needs a process. */
export const notRunning = (c: FakeContainer, call: string): DockerError =>
  dockerError('conflict', 409, `Container ${c.id} is not running`, call)

/** Resolves when the container's end is recorded. */
export const settled = (c: FakeContainer): Promise<void> =>
  new Promise((resolve) => {
    if (!isLive(c)) return resolve()
    const waiter = () => {
      c.waiters.delete(waiter)
      resolve()
    }
    c.waiters.add(waiter)
  })

function sendSignal(state: FakeState, c: FakeContainer, name: string): void {
  emitContainer(state, c, 'kill', { signal: name })
  c.process?.signal(name)
}

function setPaused(state: FakeState, c: FakeContainer, paused: boolean): Result<void, DockerError> {
  const wanted: ContainerStatus = paused ? 'running' : 'paused'
  const call = paused ? 'containers.pause' : 'containers.unpause'
  if (c.status !== wanted)
    return err(dockerError('conflict', 409, `Container ${c.id} is not ${wanted}`, call))
  c.status = paused ? 'paused' : 'running'
  if (paused) c.process?.freeze()
  else c.process?.thaw()
  emitContainer(state, c, paused ? 'pause' : 'unpause')
  return ok(undefined)
}

const summaryOf = (c: FakeContainer): ContainerSummary => ({
  Id: c.id,
  Names: [`/${c.name}`],
  Image: c.spec.Image,
  ImageID: c.imageId,
  Created: Math.floor(Date.parse(c.created) / 1000),
  Labels: c.spec.Labels ?? {},
  State: c.status,
  Status: c.status,
})

/** What one frame of output does: kept for the log, sent to whoever is attached. */
export function recordOutput(c: FakeContainer, time: string, frame: Frame): void {
  c.log.push({ ...frame, time })
  for (const output of c.outputs) output(frame, time)
}
