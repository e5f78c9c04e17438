import { inRange, type Ipv4Range } from './ipv4.ts'
import { splitTarget, type Frontend, type Target } from './rules.ts'

/** An element of a set or map of the table. */
export interface Element {
  /** Name of the set or map. */
  readonly in: string
  readonly key: string
  /** Value in a map; `''` in a set. */
  readonly value: string
}

/** A family of slots: which frontends, seen from where, and what its keys are made of. */
export interface SlotFamily {
  readonly prefix: 's' | 'n' | 'is' | 'in'
  /** Whether keys hold no address: node ports. */
  readonly nodePort: boolean
  /** Chain that looks for frontends of this family. */
  readonly dispatch: string
}

/** Services and node ports, and both again as pods and the node itself see them (policy Local). */
export const FAMILIES: readonly SlotFamily[] = [
  { prefix: 's', nodePort: false, dispatch: 'services' },
  { prefix: 'n', nodePort: true, dispatch: 'node-ports' },
  { prefix: 'is', nodePort: false, dispatch: 'inside-services' },
  { prefix: 'in', nodePort: true, dispatch: 'inside-node-ports' },
]

/** Chains and sets that elements refer to; they are made when first needed and kept. */
export interface Need {
  readonly kind: 'slots' | 'affinity'
  readonly family: SlotFamily
  /** Number of slots, or seconds of affinity. */
  readonly count: number
  readonly sticky: boolean
}

/** What a frontend puts into the table. */
export interface Planned {
  readonly elements: readonly Element[]
  readonly needs: readonly Need[]
}

const EMPTY: Planned = { elements: [], needs: [] }

/** Names of what exists once per number. */
export const slotMap = (family: SlotFamily, slot: number): string => `${family.prefix}-slot-${slot}`
export const countSet = (family: SlotFamily, count: number, sticky: boolean): string =>
  `${family.prefix}-${sticky ? 'stick' : 'pick'}-${count}`
export const affinitySet = (nodePort: boolean, seconds: number): string =>
  `${nodePort ? 'n' : 's'}-affinity-${seconds}`

/**
 * The elements of a frontend. `own` are the ranges whose every unanswered address is rejected anyway.
 * One element says how many endpoints there are, one per endpoint says where it is: all Services share
 * the same few sets, so a change costs the same with ten Services and with 30,000 (design 6).
 */
export function planElements(frontend: Frontend | undefined, own: readonly Ipv4Range[]): Planned {
  if (!frontend) return EMPTY
  const { address, affinitySeconds, inside, protocol, port, targets } = frontend
  const nodePort = address === undefined
  const key = nodePort ? `${protocol} . ${port}` : `${address} . ${protocol} . ${port}`
  const elements: Element[] = []
  const needs: Need[] = []
  for (const [list, family] of [
    [targets, nodePort ? FAMILIES[1]! : FAMILIES[0]!],
    [inside ?? [], nodePort ? FAMILIES[3]! : FAMILIES[2]!],
  ] as const) {
    if (list.length === 0) continue
    const sticky = affinitySeconds !== undefined
    needs.push({ kind: 'slots', family, count: list.length, sticky })
    elements.push({ in: countSet(family, list.length, sticky), key, value: '' })
    for (const [slot, target] of list.entries())
      elements.push({ in: slotMap(family, slot), key, value: targetValue(target) })
  }
  const reached = targets.length > 0 || (inside?.length ?? 0) > 0
  if (reached && affinitySeconds !== undefined) {
    needs.push({ kind: 'affinity', family: nodePort ? FAMILIES[1]! : FAMILIES[0]!, count: affinitySeconds, sticky: true })
    elements.push({ in: affinitySet(nodePort, affinitySeconds), key, value: '' })
  }
  elements.push(...masquerade(frontend, key, reached), ...refusal(frontend, key, own), ...guard(frontend, key))
  return { elements, needs }
}

const targetValue = (target: Target): string => {
  const { address, port } = splitTarget(target)
  return `${address} . ${port}`
}

function masquerade({ address, masquerade: who }: Frontend, key: string, reached: boolean): Element[] {
  // Cluster addresses are a range: one rule for all of them.
  if (!reached || who === 'off-pod') return []
  const kind = address === undefined ? 'node-ports' : 'services'
  return [{ in: `masquerade-${who}-${kind}`, key, value: '' }]
}

function refusal({ address, refusal: how, targets }: Frontend, key: string, own: readonly Ipv4Range[]): Element[] {
  if (targets.length > 0) return []
  if (how === 'reject' && address !== undefined && own.some((range) => inRange(range, address))) return []
  return [{ in: `${how}-${address === undefined ? 'node-ports' : 'services'}`, key, value: '' }]
}

function guard({ sources }: Frontend, key: string): Element[] {
  if (!sources) return []
  const allowed = sources.map((source) => ({ in: 'allowed-sources', key: `${source} . ${key}`, value: '' }))
  return [{ in: 'guarded-services', key, value: '' }, ...allowed]
}
