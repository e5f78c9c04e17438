import type { AppendFault } from '../../src/events/memory-log.ts'
import type { SimClock } from './clock.ts'
import type { Fault, Faults as DockerFaults } from './fake-world.ts'
import type { Random } from './random.ts'

/** How often each small fault happens, in one seed: probabilities of each occasion. */
export interface FaultRates {
  /** Commits that take up to three seconds. */
  readonly slowCommit: number
  /** Batches that PostgreSQL refuses as a whole. */
  readonly rejected: number
  /** Commits whose answer is lost; half of them happened. */
  readonly unclear: number
  readonly unavailable: number
  /** Notifications of the log that never come. */
  readonly lostHint: number
  /** Batches of a watch that come late, and such that come twice. */
  readonly lateWatch: number
  readonly doubleWatch: number
  /** Watches that break with a batch: resumed later, or read anew. */
  readonly brokenWatch: number
  /** Requests of a node that never arrive; such whose answer never arrives. */
  readonly lostRequest: number
  readonly lostAnswer: number
  /** Docker calls that fail, that happen without an answer, that take up to four seconds. */
  readonly dockerFail: number
  readonly dockerLost: number
  readonly dockerSlow: number
  readonly dropEvent: number
}

const HIGHEST: FaultRates = {
  slowCommit: 0.2,
  rejected: 0.02,
  unclear: 0.05,
  unavailable: 0.05,
  lostHint: 0.5,
  lateWatch: 0.3,
  doubleWatch: 0.2,
  brokenWatch: 0.03,
  lostRequest: 0.1,
  lostAnswer: 0.1,
  dockerFail: 0.05,
  dockerLost: 0.05,
  dockerSlow: 0.2,
  dropEvent: 0.2,
}

/** Chance's small faults: every occasion asks here. All stop when `on` becomes false. */
export class Faults {
  readonly rates: FaultRates
  on = true
  readonly #chance: Random
  readonly #clock: SimClock

  /** About half of the kinds are on in one seed: some bugs hide behind other faults. */
  constructor(random: Random, clock: SimClock) {
    this.#clock = clock
    this.#chance = random
    const rates = Object.entries(HIGHEST).map(([name, highest]) => [
      name,
      random.chance(0.5) ? highest * random.next() : 0,
    ])
    this.rates = Object.fromEntries(rates) as FaultRates
  }

  happens(kind: keyof FaultRates): boolean {
    // The draw is made in any case, so that switching a fault off moves nothing else.
    const drawn = this.#chance.next()
    return this.on && drawn < this.rates[kind]
  }

  /** Milliseconds, at most so many. */
  delay(mostMs: number): number {
    return 1 + this.#chance.below(mostMs)
  }

  /** What becomes of an append. */
  async append(): Promise<AppendFault | undefined> {
    if (this.happens('slowCommit')) await this.#clock.sleep(this.delay(3_000))
    if (this.happens('unavailable')) return { kind: 'unavailable', message: 'no connection' }
    if (this.happens('rejected')) return { kind: 'rejected', message: 'a bad batch' }
    if (this.happens('unclear'))
      return { kind: 'unclear', message: 'connection lost', written: this.#chance.chance(0.5) }
    return undefined
  }

  /** A read of the head that finds no connection. */
  async head(): Promise<void> {
    if (this.happens('unavailable')) throw new Error('no connection')
  }

  /** The faults of a Docker daemon. Its events and pings fail by outages only. */
  docker(): DockerFaults {
    return {
      call: (name): Fault | undefined => {
        if (name === 'events' || name === 'ping') return undefined
        if (this.happens('dockerFail')) return { type: 'fail' }
        if (this.happens('dockerLost')) return { type: 'lost' }
        if (this.happens('dockerSlow')) return { type: 'delay', ms: this.delay(4_000) }
        return undefined
      },
      dropEvent: () => this.happens('dropEvent'),
    }
  }
}
