import type { Filter } from './filter.ts'

const FIRST = ['cpu', 'memory', 'ephemeral-storage']

/**
 * Requests must fit into what is allocatable and not requested yet. Source: noderesources/fit.go.
 */
export const resources: Filter = ({ requests }, node) => {
  const { allocatable, podsMax } = node.facts
  const reasons: string[] = []
  let resolvable = true
  if (node.pods.size + 1 > podsMax) reasons.push('Too many pods')
  for (const name in requests) {
    const asked = requests[name]!
    const has = allocatable[name] ?? 0
    if (asked <= 0 || asked <= has - (node.requested[name] ?? 0)) continue
    reasons.push(`Insufficient ${name}`)
    if (asked > has) resolvable = false
  }
  if (reasons.length === 0) return undefined
  return { reasons: reasons.length > 1 ? reasons.sort(byCustom) : reasons, resolvable }
}

/** Upstream asks for these three before all others; in messages all are sorted anyway. */
const byCustom = (a: string, b: string): number => rank(a) - rank(b)
const rank = (reason: string): number =>
  reason === 'Too many pods' ? -1 : FIRST.indexOf(reason.slice('Insufficient '.length)) >>> 0
