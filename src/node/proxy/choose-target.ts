import { USERSPACE_AFFINITY_MAX } from '../../base/limits.ts'
import { inRange, isIpv4, parseRange, type Ipv4Range } from './ipv4.ts'
import type { Frontend, Target } from './rules.ts'

/** Chooses endpoints for the connections of one frontend; the rules may change under it. */
export interface Chooser {
  /**
   * Undefined refuses: no endpoint for this client, or the client may not connect. `silent` endpoints did
   * not answer this connection and are passed over.
   */
  choose(client: string, silent?: ReadonlySet<Target>): Target | undefined
  frontend: Frontend
}

/** What choosing depends on beside the frontend. */
export interface ChooserFacts {
  readonly podRange: Ipv4Range
  isNodeAddress(address: string): boolean
  now(): number
  /** A number from 0 up to, without, the limit. */
  random(limit: number): number
}

/** Random, or by client where the Service wants affinity. */
export function chooserOf(first: Frontend, facts: ChooserFacts): Chooser {
  const clients = new Map<string, { target: Target; untilMs: number }>()
  const chooser: Chooser = {
    frontend: first,
    choose(client, silent) {
      const { frontend } = chooser
      if (!mayConnect(frontend, client)) return undefined
      const inside = facts.isNodeAddress(client) || (isIpv4(client) && inRange(facts.podRange, client))
      const all = inside ? (frontend.inside ?? frontend.targets) : frontend.targets
      const targets = silent ? all.filter((target) => !silent.has(target)) : all
      const known = clients.get(client)
      const kept = known && known.untilMs > facts.now() && targets.includes(known.target)
      const target = kept ? known.target : targets[facts.random(targets.length)]
      if (frontend.affinitySeconds === undefined || target === undefined) return target
      // Deleted first, so that the oldest entry is always the first.
      clients.delete(client)
      clients.set(client, { target, untilMs: facts.now() + frontend.affinitySeconds * 1000 })
      if (clients.size > USERSPACE_AFFINITY_MAX) clients.delete(clients.keys().next().value!)
      return target
    },
  }
  return chooser
}

const mayConnect = ({ sources }: Frontend, client: string): boolean =>
  sources === undefined || (isIpv4(client) && sources.some((text) => inRange(parseRange(text)!, client)))
