import type { Instant } from '../../base/clock.ts'
import { findCondition, isConditionTrue } from '../../meta/conditions.ts'
import { timeText } from '../../meta/timestamp.ts'
import { sameTaint } from '../../resources/taint.ts'
import type { Node, Taint } from '../../resources/generated/core.gen.ts'

const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'

/** Conditions that are bad when True. Source: nodeConditionToTaintKeyStatusMap. */
const PRESSURES: readonly (readonly [string, string])[] = [
  ['MemoryPressure', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'node.kubernetes.io/pid-pressure'],
]

const MANAGED: readonly Taint[] = [
  ...[NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...PRESSURES.map(([, key]) => key)].map((key) => ({
    key,
    effect: 'NoSchedule',
  })),
  { key: NOT_READY, effect: 'NoExecute' },
  { key: UNREACHABLE, effect: 'NoExecute' },
]

/**
 * The taints that the node's conditions ask for, beside those that people and others set. Pods are
 * only driven away (`NoExecute`) when `evicting`. Source: doNoScheduleTaintingPass,
 * processTaintBaseEviction.
 */
export function wantedTaints(node: Node, evicting: boolean, now: Instant): Taint[] {
  const known = node.spec?.taints ?? []
  const others = known.filter((taint) => !MANAGED.some((mine) => sameTaint(mine, taint)))
  const wishes = wishesOf(node, evicting).map((wish) => {
    const before = known.find((taint) => sameTaint(taint, wish))
    return before ?? { ...wish, timeAdded: timeText(now) }
  })
  // What is there keeps its place, so that equal sets are equal lists.
  const kept = known.filter((taint) => others.includes(taint) || wishes.includes(taint))
  return [...kept, ...wishes.filter((wish) => !kept.includes(wish))]
}

function wishesOf({ spec, status }: Node, evicting: boolean): Taint[] {
  const conditions = status?.conditions
  const ready = findCondition(conditions, 'Ready')?.status
  const wishes: Taint[] = []
  const key = ready === 'False' ? NOT_READY : ready === 'Unknown' ? UNREACHABLE : undefined
  if (key) wishes.push({ key, effect: 'NoSchedule' })
  if (spec?.unschedulable) wishes.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' })
  for (const [type, pressure] of PRESSURES)
    if (isConditionTrue(conditions, type)) wishes.push({ key: pressure, effect: 'NoSchedule' })
  if (key && evicting) wishes.push({ key, effect: 'NoExecute' })
  return wishes
}
