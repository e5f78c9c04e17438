import type { Clock } from '../../src/base/clock.ts'
import { ok } from '../../src/base/result.ts'
import type { Engine } from '../../src/docker/engine.ts'
import type { ImageInspect } from '../../src/docker/types.ts'
import { fakeContainers } from './fake-containers.ts'
import { fakeExecs } from './fake-execs.ts'
import { addImage, fakeImage, fakeImages, withTag } from './fake-images.ts'
import { fakeNetworks } from './fake-networks.ts'
import type { Programs } from './fake-program.ts'
import type { FakeState } from './fake-state.ts'
import { fakeVolumes } from './fake-volumes.ts'
import { type Faults, FakeWorld } from './fake-world.ts'

/** How a fake daemon is set up. */
export interface FakeOptions {
  clock: Clock
  /** Chooses ids; equal seeds and equal calls give equal answers. */
  seed?: string
  /** What processes do; undefined falls back to the small shell of fake-program.ts. */
  programs?: Programs
  faults?: Faults
  /** Time between a start call and the first step; default 0. */
  startMs?: number
}

/** An in-memory daemon with its handles for a test. */
export interface FakeDocker extends Engine {
  /** Every call's name, in order. */
  readonly calls: string[]
  readonly state: FakeState
  setFaults(faults: Faults): void
  /** Makes an image present. */
  addImage(reference: string, config?: ImageInspect['Config']): ImageInspect
  /** Makes an image pullable. */
  publish(reference: string, config?: ImageInspect['Config']): ImageInspect
  /** A container's process dies from outside, as by `kill -9` on the host. */
  crash(container: string, how?: { oom?: boolean }): void
  /** The daemon answers nothing but keeps its connections. */
  freeze(): void
  thaw(): void
  /** The daemon is away: streams break, calls are refused; its containers run on (live restore). */
  goAway(): void
  comeBack(): void
}

/** Starts an empty fake daemon with Docker's default networks. */
export function fakeDocker(options: FakeOptions): FakeDocker {
  const world = new FakeWorld(options.clock, options.seed ?? 'fake', options.faults ?? {})
  const state: FakeState = {
    world,
    programs: options.programs ?? (() => undefined),
    startMs: options.startMs ?? 0,
    containers: new Map(),
    images: new Map(),
    registry: new Map(),
    networks: new Map(),
    volumes: new Map(),
    execs: new Map(),
    gates: new Map(),
    // Above every pid of the machine: who kills by pid must never hit a stranger.
    nextPid: 100_000_000,
    nextAddress: 0,
  }
  addDefaultNetworks(state)
  return {
    endpoint: 'fake',
    containers: fakeContainers(state),
    images: fakeImages(state),
    networks: fakeNetworks(state),
    volumes: fakeVolumes(state),
    execs: fakeExecs(state),
    events: (filter, call) => world.call('events', call, () => ok(world.follow(filter, call))),
    ping: (call) => world.call('ping', call, () => ok(undefined)),
    version: (call) =>
      world.call('version', call, () =>
        ok({ Version: '0.0.0-fake', ApiVersion: '1.41', Os: 'linux', Arch: 'amd64' }),
      ),
    info: (call) => world.call('info', call, () => ok(infoOf(state))),
    close: async () => world.goAway(),
    calls: world.calls,
    state,
    setFaults: (faults) => void (world.faults = faults),
    addImage: (reference, config) => {
      const image = { ...fakeImage(state), Config: config ?? {} }
      addImage(state, withTag(reference), image)
      return image
    },
    publish: (reference, config) => {
      const image = { ...fakeImage(state), Config: config ?? {} }
      state.registry.set(withTag(reference), image)
      return image
    },
    crash: (container, how) => state.containers.get(container)?.process?.crash(how?.oom ?? false),
    freeze: () => world.freeze(),
    thaw: () => world.thaw(),
    goAway: () => world.goAway(),
    comeBack: () => world.comeBack(),
  }
}

function addDefaultNetworks(state: FakeState): void {
  for (const [name, subnet] of [
    ['bridge', '172.17.0.0/16'],
    ['host', ''],
    ['none', ''],
  ] as const) {
    const id = state.world.id()
    state.networks.set(id, {
      Id: id,
      Name: name,
      Created: state.world.time(),
      Driver: name === 'none' ? 'null' : name,
      Internal: false,
      IPAM: {
        Driver: 'default',
        Config: subnet ? [{ Subnet: subnet, Gateway: '172.17.0.1' }] : [],
      },
      Options: {},
      Labels: {},
      Containers: {},
    })
  }
}

const infoOf = (state: FakeState) => ({
  ID: 'FAKE',
  Name: 'fake',
  ServerVersion: '0.0.0-fake',
  OperatingSystem: 'Fake Linux',
  OSType: 'linux',
  Architecture: 'x86_64',
  KernelVersion: '6.0.0',
  NCPU: 4,
  MemTotal: 8 * 1024 ** 3,
  Driver: 'overlay2',
  LoggingDriver: 'json-file',
  CgroupDriver: 'cgroupfs',
  CgroupVersion: '2',
  DockerRootDir: '/var/lib/docker',
  DefaultRuntime: 'runc',
  SecurityOptions: ['name=seccomp,profile=default'],
  LiveRestoreEnabled: true,
  Containers: state.containers.size,
  ContainersRunning: [...state.containers.values()].filter((c) => c.status === 'running').length,
  Images: new Set(state.images.values()).size,
})
