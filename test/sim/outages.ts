import { LABEL } from '../../src/node/kubelet/labels.ts'
import type { SimClock } from './clock.ts'
import type { Plane } from './plane.ts'
import type { Random } from './random.ts'
import type { SimNode } from './sim-node.ts'

/** What outages strike. */
export interface Struck {
  readonly clock: SimClock
  readonly nodes: readonly SimNode[]
  readonly plane: Plane
  startPlane(): Plane
  endSession(): void
}

type Outage = readonly [weight: number, name: string, strike: () => string | undefined]

/** Chance's big faults: processes that die, freeze and come back, networks and daemons that go away. */
export class Outages {
  readonly #random: Random
  readonly #struck: Struck
  readonly #trace: (text: string) => void
  readonly #kinds: readonly Outage[]
  /** What ends an outage that is under way. */
  readonly #healers = new Set<() => void>()
  #healed = false

  constructor(random: Random, struck: Struck, trace: (text: string) => void) {
    this.#random = random
    this.#struck = struck
    this.#trace = trace
    const all: Outage[] = [
      [3, 'the control plane dies', () => this.#killPlane()],
      [2, 'the control plane freezes', () => this.#freezePlane()],
      [3, 'the kubelet dies', () => this.#killKubelet()],
      [6, 'a container is killed', () => this.#killContainer()],
      [3, 'a sandbox is killed', () => this.#killSandbox()],
      [2, 'dockerd goes away', () => this.#stopDocker()],
      [2, 'dockerd hangs', () => this.#freezeDocker()],
      [2, 'the node is cut off', () => this.#cutOff()],
      [2, 'pods lose readiness', () => this.#unready()],
    ]
    const chosen = all.filter(() => random.chance(0.6))
    this.#kinds = chosen.length > 0 ? chosen : all
  }

  /** Something happens. */
  strike(): void {
    const total = this.#kinds.reduce((sum, [weight]) => sum + weight, 0)
    let drawn = this.#random.below(total)
    const [, name, strike] = this.#kinds.find(([weight]) => (drawn -= weight) < 0)!
    const whom = strike()
    if (whom !== undefined) this.#trace(`outage: ${name}: ${whom}`)
  }

  /** Everything is well again, and stays so. */
  heal(): void {
    this.#healed = true
    for (const heal of [...this.#healers]) heal()
  }

  /** Ends the outage after a while, or when all are healed. */
  #until(ms: number, heal: () => void): void {
    const once = (): void => {
      if (this.#healers.delete(once)) heal()
    }
    this.#healers.add(once)
    void this.#struck.clock.sleep(ms).then(once)
  }

  #killPlane(): string | undefined {
    const { plane } = this.#struck
    if (!plane.life.alive || plane.life.frozen) return undefined
    plane.kill()
    const ms = this.#random.pick([0, 50, 2_000, 20_000])
    this.#until(ms, () => {
      if (!this.#struck.plane.life.alive) this.#struck.startPlane()
    })
    return `${plane.name}, back after ${ms} ms`
  }

  /** The frozen one wakes up beside the one that took over, and finds that it leads no more. */
  #freezePlane(): string | undefined {
    const { plane } = this.#struck
    if (!plane.up || this.#healed) return undefined
    plane.life.freeze()
    this.#until(3_000, () => {
      this.#struck.endSession()
      this.#struck.startPlane()
      this.#until(this.#random.pick([100, 5_000, 30_000]), () => plane.life.thaw())
      this.#until(60_000, () => {
        plane.life.thaw()
        plane.kill()
      })
      if (this.#healed) this.heal()
    })
    return plane.name
  }

  #killKubelet(): string {
    const node = this.#random.pick(this.#struck.nodes)
    node.crash()
    const ms = this.#random.pick([0, 100, 3_000, 60_000])
    this.#until(ms, () => node.restart())
    return `${node.name}, back after ${ms} ms`
  }

  #killContainer(): string | undefined {
    const found = this.#running((role) => role === 'app' || role === 'init')
    if (!found) return undefined
    found.node.docker.crash(found.id, { oom: this.#random.chance(0.3) })
    return found.name
  }

  #killSandbox(): string | undefined {
    const found = this.#running((role) => role === 'sandbox' || role === 'pool')
    if (!found) return undefined
    found.node.docker.crash(found.id)
    return found.name
  }

  #stopDocker(): string {
    const node = this.#random.pick(this.#struck.nodes)
    node.docker.goAway()
    this.#until(this.#random.pick([500, 10_000, 90_000]), () => node.docker.comeBack())
    return node.name
  }

  #freezeDocker(): string {
    const node = this.#random.pick(this.#struck.nodes)
    node.docker.freeze()
    this.#until(this.#random.pick([500, 10_000, 90_000]), () => node.docker.thaw())
    return node.name
  }

  #cutOff(): string {
    const node = this.#random.pick(this.#struck.nodes)
    node.partitioned = true
    const ms = this.#random.pick([5_000, 70_000, 450_000])
    this.#until(ms, () => (node.partitioned = false))
    return `${node.name} for ${ms} ms`
  }

  #unready(): string | undefined {
    const node = this.#random.pick(this.#struck.nodes)
    const beginning = `klio_app_${this.#random.pick(['web', 'api', 'job'])}`
    node.unready.add(beginning)
    this.#until(this.#random.pick([3_000, 30_000]), () => node.unready.delete(beginning))
    return `${beginning} on ${node.name}`
  }

  #running(wanted: (role: string) => boolean): { node: SimNode; id: string; name: string } | undefined {
    const all = this.#struck.nodes.flatMap((node) =>
      [...node.docker.state.containers.values()]
        .filter((c) => c.status === 'running' && wanted(c.spec.Labels?.[LABEL.role] ?? ''))
        .map(({ id, name }) => ({ node, id, name })),
    )
    return all.length === 0 ? undefined : this.#random.pick(all)
  }
}
