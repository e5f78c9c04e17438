import { POD_SECURITY_PODS_MAX } from '../../base/limits.ts'
import { byCodePoint } from '../../meta/go-text.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { reasonText, violationsOf } from '../../resources/pod-security/evaluate.ts'
import { levelText, type LevelVersion } from '../../resources/pod-security/policy.ts'
import type { AdmissionRequest } from '../environment.ts'

/**
 * What the Pods of a namespace have against a profile that it will enforce from now on.
 * Source: pod-security-admission admission.go EvaluatePodsInNamespace.
 */
export function namespaceWarnings({ state, name }: AdmissionRequest, enforce: LevelVersion): string[] {
  const pods = inOrderOfWorth(state.entries('pods', name).map((entry) => entry.object as Pod))
  const checked = pods.slice(0, POD_SECURITY_PODS_MAX)
  const byReason = new Map<string, string[]>()
  for (const { spec, metadata } of checked) {
    const violations = violationsOf(enforce, spec!, metadata)
    if (violations.length === 0) continue
    const reason = reasonText(violations)
    byReason.set(reason, [...(byReason.get(reason) ?? []), metadata.name!])
  }
  const told = [...byReason].map(([reason, names]) => `${shown(names)}: ${reason}`).sort(byCodePoint)
  return [
    ...(checked.length < pods.length
      ? [`new PodSecurity enforce level only checked against the first ${checked.length} of ${pods.length} existing pods`]
      : []),
    ...(told.length > 0
      ? [`existing pods in namespace "${name}" violate the new PodSecurity enforce level "${levelText(enforce)}"`]
      : []),
    ...told,
  ]
}

/** The first of each controller's Pods before their siblings, which are like it. */
function inOrderOfWorth(pods: readonly Pod[]): Pod[] {
  const seen = new Set<string>()
  const isSibling = ({ metadata }: Pod): boolean => {
    const uid = metadata.ownerReferences?.find(({ controller }) => controller)?.uid
    if (uid === undefined) return false
    const known = seen.has(uid)
    seen.add(uid)
    return known
  }
  const marked = pods.map((pod) => ({ pod, sibling: isSibling(pod) }))
  return [...marked.filter(({ sibling }) => !sibling), ...marked.filter(({ sibling }) => sibling)].map(({ pod }) => pod)
}

function shown(names: readonly string[]): string {
  const first = names.toSorted(byCodePoint)[0]!
  if (names.length === 1) return first
  return `${first} (and ${names.length - 1} other ${names.length === 2 ? 'pod' : 'pods'})`
}
