import { err, ok } from '../../src/base/result.ts'
import type { Networks } from '../../src/docker/engine.ts'
import { dockerError } from '../../src/docker/errors.ts'
import type { NetworkInspect } from '../../src/docker/types.ts'
import { type FakeContainer, type FakeState, findContainer } from './fake-state.ts'
import { hasLabels } from './fake-world.ts'

/** The fake's networks: addresses are handed out, nothing is routed. */
export function fakeNetworks(state: FakeState): Networks {
  const { world } = state
  const missing = (id: string, call: string) =>
    err(dockerError('notFound', 404, `No such network: ${id}`, call))
  return {
    create: (spec, call) =>
      world.call('networks.create', call, () => {
        if (findNetwork(state, spec.Name)) {
          return err(
            dockerError(
              'conflict',
              409,
              `network with name ${spec.Name} already exists`,
              'networks.create',
            ),
          )
        }
        const network: NetworkInspect = {
          Id: world.id(),
          Name: spec.Name,
          Created: world.time(),
          Driver: spec.Driver ?? 'bridge',
          Internal: spec.Internal ?? false,
          IPAM: {
            Driver: 'default',
            Config: spec.IPAM?.Config ?? [{ Subnet: '172.30.0.0/16', Gateway: '172.30.0.1' }],
          },
          Options: spec.Options ?? {},
          Labels: spec.Labels ?? {},
          Containers: {},
        }
        state.networks.set(network.Id, network)
        world.emit('network', 'create', network.Id, { name: network.Name, type: network.Driver })
        return ok({ Id: network.Id })
      }),
    inspect: (id, call) =>
      world.call('networks.inspect', call, () => {
        const network = findNetwork(state, id)
        return network ? ok(network) : missing(id, 'networks.inspect')
      }),
    list: (filter, call) =>
      world.call('networks.list', call, () =>
        ok(
          [...state.networks.values()].filter(
            (network) =>
              hasLabels(network.Labels, filter?.labels) &&
              (!filter?.names?.length || filter.names.some((name) => network.Name.includes(name))),
          ),
        ),
      ),
    remove: (id, call) =>
      world.call('networks.remove', call, () => {
        const network = findNetwork(state, id)
        if (!network) return missing(id, 'networks.remove')
        if (Object.keys(network.Containers ?? {}).length > 0) {
          return err(
            dockerError(
              'fatal',
              403,
              `network ${network.Name} has active endpoints`,
              'networks.remove',
            ),
          )
        }
        state.networks.delete(network.Id)
        world.emit('network', 'destroy', network.Id, { name: network.Name, type: network.Driver })
        return ok(undefined)
      }),
    connect: (id, container, endpoint, call) =>
      world.call('networks.connect', call, () => {
        const network = findNetwork(state, id)
        const c = findContainer(state, container)
        if (!network || !c) return missing(network ? container : id, 'networks.connect')
        place(state, network, c, endpoint?.IPAMConfig?.IPv4Address)
        return ok(undefined)
      }),
    disconnect: (id, container, _force, call) =>
      world.call('networks.disconnect', call, () => {
        const network = findNetwork(state, id)
        const c = findContainer(state, container)
        if (!network || !c) return missing(network ? container : id, 'networks.disconnect')
        delete network.Containers?.[c.id]
        world.emit('network', 'disconnect', network.Id, {
          container: c.id,
          name: network.Name,
          type: network.Driver,
        })
        return ok(undefined)
      }),
  }
}

/** Gives a starting container its place in the network that its mode names. */
export function attachNetwork(state: FakeState, c: FakeContainer): void {
  const mode = c.spec.HostConfig?.NetworkMode ?? 'bridge'
  if (mode === 'none' || mode === 'host' || mode.startsWith('container:')) return
  const network = findNetwork(state, mode === 'default' ? 'bridge' : mode)
  const wish = c.spec.NetworkingConfig?.EndpointsConfig[mode]?.IPAMConfig?.IPv4Address
  if (network) place(state, network, c, wish)
}

/** Takes a stopped container out of all networks. */
export function detachNetworks(state: FakeState, c: FakeContainer): void {
  for (const network of state.networks.values()) {
    if (!network.Containers?.[c.id]) continue
    delete network.Containers[c.id]
    state.world.emit('network', 'disconnect', network.Id, {
      container: c.id,
      name: network.Name,
      type: network.Driver,
    })
  }
}

const findNetwork = (state: FakeState, id: string): NetworkInspect | undefined =>
  state.networks.get(id) ?? [...state.networks.values()].find((network) => network.Name === id)

function place(
  state: FakeState,
  network: NetworkInspect,
  c: FakeContainer,
  wish: string | undefined,
): void {
  const [base = '172.30.0.0', bits = '16'] = (network.IPAM.Config?.[0]?.Subnet ?? '').split('/')
  const prefix = base.split('.').slice(0, 2).join('.')
  const third = base.split('.')[2] ?? '0'
  const number = state.nextAddress++
  const address =
    wish ??
    (bits === '24'
      ? `${prefix}.${third}.${2 + (number % 250)}`
      : `${prefix}.${Math.floor(number / 250)}.${2 + (number % 250)}`)
  network.Containers ??= {}
  network.Containers[c.id] = { Name: c.name, IPv4Address: `${address}/${bits}`, MacAddress: '' }
  state.world.emit('network', 'connect', network.Id, {
    container: c.id,
    name: network.Name,
    type: network.Driver,
  })
}
