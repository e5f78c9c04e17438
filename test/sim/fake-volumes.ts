import { err, ok } from '../../src/base/result.ts'
import type { Volumes } from '../../src/docker/engine.ts'
import { dockerError } from '../../src/docker/errors.ts'
import type { FakeState } from './fake-state.ts'
import { hasLabels } from './fake-world.ts'

/** The fake's volumes: names and labels. */
export function fakeVolumes(state: FakeState): Volumes {
  const { world } = state
  const missing = (name: string, call: string) =>
    err(dockerError('notFound', 404, `get ${name}: no such volume`, call))
  return {
    create: (spec, call) =>
      world.call('volumes.create', call, () => {
        const existing = state.volumes.get(spec.Name)
        if (existing) return ok(existing)
        const volume = {
          Name: spec.Name,
          Driver: spec.Driver ?? 'local',
          Mountpoint: `/var/lib/docker/volumes/${spec.Name}/_data`,
          CreatedAt: world.time(),
          Labels: spec.Labels ?? {},
          Options: spec.DriverOpts ?? {},
        }
        state.volumes.set(spec.Name, volume)
        world.emit('volume', 'create', spec.Name, { driver: volume.Driver })
        return ok(volume)
      }),
    inspect: (name, call) =>
      world.call('volumes.inspect', call, () => {
        const volume = state.volumes.get(name)
        return volume ? ok(volume) : missing(name, 'volumes.inspect')
      }),
    list: (filter, call) =>
      world.call('volumes.list', call, () =>
        ok(
          [...state.volumes.values()].filter((volume) => hasLabels(volume.Labels, filter?.labels)),
        ),
      ),
    remove: (name, force, call) =>
      world.call('volumes.remove', call, () => {
        if (!state.volumes.has(name)) return force ? ok(undefined) : missing(name, 'volumes.remove')
        const used = [...state.containers.values()].some((c) =>
          c.spec.HostConfig?.Mounts?.some((mount) => mount.Source === name),
        )
        if (used)
          return err(
            dockerError('conflict', 409, `remove ${name}: volume is in use`, 'volumes.remove'),
          )
        state.volumes.delete(name)
        world.emit('volume', 'destroy', name, { driver: 'local' })
        return ok(undefined)
      }),
  }
}
