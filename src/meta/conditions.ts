import type { Instant } from '../base/clock.ts'
import { timeText } from './timestamp.ts'

/** The three answers of a condition. */
export type ConditionStatus = 'True' | 'False' | 'Unknown'

/**
 * What all conditions share. Pods add lastProbeTime, Deployments lastUpdateTime, Nodes
 * lastHeartbeatTime: such a type extends this one.
 */
export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  observedGeneration?: number
  lastTransitionTime?: string | null
}

/** The condition of this type. */
export const findCondition = <C extends { type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined => conditions?.find((c) => c.type === type)

/** Whether the condition is there and `True`. */
export const isConditionTrue = (
  conditions: readonly { type: string; status: string }[] | undefined,
  type: string,
): boolean => findCondition(conditions, type)?.status === 'True'

/** Whether the condition is there and `False`. */
export const isConditionFalse = (
  conditions: readonly { type: string; status: string }[] | undefined,
  type: string,
): boolean => findCondition(conditions, type)?.status === 'False'

/**
 * The list with this condition in it: the wish replaces what was there, but lastTransitionTime
 * moves only when the status does. A wish that changes nothing returns the very same list, so that
 * callers compare by identity. Source: apimachinery api/meta/conditions.go, api/v1/pod
 * UpdatePodCondition.
 */
export function setCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  wish: C,
  now: Instant,
): readonly C[] {
  const list = conditions ?? []
  const at = list.findIndex((c) => c.type === wish.type)
  const given = wish.lastTransitionTime ?? timeText(now)
  if (at < 0) return [...list, { ...wish, lastTransitionTime: given }]
  const before = list[at]!
  const moved = before.status !== wish.status
  const after = { ...wish, lastTransitionTime: moved ? given : before.lastTransitionTime }
  if (sameFields(before, after)) return list
  return list.with(at, after)
}

/** The list without the condition; the same list when it was not there. */
export function removeCondition<C extends { type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): readonly C[] {
  const list = conditions ?? []
  return list.some((c) => c.type === type) ? list.filter((c) => c.type !== type) : list
}

/**
 * A Deployment's way: lastUpdateTime moves with every change of status or reason, a wish with the
 * same status and reason changes nothing. Source: deployment/util SetDeploymentCondition.
 */
export function setUpdatedCondition<C extends Condition & { lastUpdateTime?: string | null }>(
  conditions: readonly C[] | undefined,
  wish: C,
  now: Instant,
): readonly C[] {
  const list = conditions ?? []
  const before = findCondition(list, wish.type)
  if (before && before.status === wish.status && before.reason === wish.reason) return list
  const kept = before?.status === wish.status ? before.lastTransitionTime : undefined
  const after = {
    ...wish,
    lastUpdateTime: wish.lastUpdateTime ?? timeText(now),
    lastTransitionTime: kept ?? wish.lastTransitionTime ?? timeText(now),
  }
  return [...removeCondition(list, wish.type), after]
}

function sameFields(a: object, b: object): boolean {
  const set = (o: object) => Object.entries(o).filter(([, value]) => value !== undefined)
  const left = set(a)
  const right = new Map(set(b))
  return left.length === right.size && left.every(([name, value]) => right.get(name) === value)
}
