import { matchesTerm } from '../filters/affinity.ts'
import { untolerated } from '../../../resources/taint.ts'
import type { Score } from './score.ts'

/** Preferred node affinity: the weights of the terms that match. Source: nodeaffinity Score. */
export const preferredAffinity: Score = {
  weight: 2,
  normalise: 'high',
  of({ nodeAffinity }, { facts }) {
    let sum = 0
    for (const {
      weight,
      preference,
    } of nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
      if (matchesTerm(preference, facts)) sum += weight
    return sum
  },
}

/** Taints that would rather have other pods. Source: tainttoleration Score. */
export const softTaints: Score = {
  weight: 3,
  normalise: 'low',
  of: ({ tolerations }, { facts }) =>
    facts.taints.filter((taint) => untolerated([taint], tolerations, ['PreferNoSchedule'])).length,
}
