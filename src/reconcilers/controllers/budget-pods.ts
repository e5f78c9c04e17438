import { controllerOf } from '../../meta/owner.ts'
import { type IntOrString, isPercent, scaledValue } from '../../meta/int-or-string.ts'
import type { KubeObject, OwnerReference } from '../../meta/object.ts'
import type { View } from '../../projections/view.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import type { PodDisruptionBudget } from '../../resources/generated/policy.gen.ts'

/** How many replicas the objects of a kind want; undefined for a kind that has no scale. */
export interface ScaledKind {
  readonly resource: string
  readonly replicas: ((object: KubeObject) => number) | undefined
}

/** Finds a controller's kind; undefined when it is not served. */
export type ScaledKinds = (apiVersion: string, kind: string) => ScaledKind | undefined

/** How many pods a budget is about, and how many of them must be healthy; or why that is not known. */
export type Expected =
  | { readonly count: number; readonly healthy: number; readonly unmanaged: readonly string[] }
  | { readonly problem: string }

const DEPLOYMENTS = 'deployments.apps'

/** Source: disruption.go getExpectedPodCount. */
export function expectedOf(
  { spec }: PodDisruptionBudget,
  pods: readonly Pod[],
  view: View,
  kinds: ScaledKinds,
): Expected {
  const { minAvailable, maxUnavailable } = spec ?? {}
  const wish = maxUnavailable ?? minAvailable
  if (wish === undefined) return { count: 0, healthy: 0, unmanaged: [] }
  if (maxUnavailable === undefined && !isPercent(wish))
    return { count: pods.length, healthy: Number(wish), unmanaged: [] }
  const scale = scaleOf(pods, view, kinds)
  if ('problem' in scale) return scale
  const share = shareOf(wish, scale.count)
  const healthy = maxUnavailable === undefined ? share : Math.max(0, scale.count - share)
  return { ...scale, healthy }
}

function shareOf(wish: IntOrString, total: number): number {
  const share = scaledValue(wish, total, true)
  return share.ok ? share.value : 0
}

type Scale = { readonly count: number; readonly unmanaged: readonly string[] } | { readonly problem: string }

/** The replicas of all controllers of these pods, each once. Source: disruption.go getExpectedScale. */
function scaleOf(pods: readonly Pod[], view: View, kinds: ScaledKinds): Scale {
  const scales = new Map<string, number>()
  const unmanaged: string[] = []
  const seen = new Set<string>()
  for (const pod of pods) {
    const { namespace = '', name = '' } = pod.metadata
    const ref = controllerOf(pod)
    if (!ref) unmanaged.push(name)
    if (!ref || seen.has(ref.uid)) continue
    seen.add(ref.uid)
    const found = replicasOf(ref, namespace, view, kinds)
    if (found === undefined) return { problem: `found no controllers for pod ${JSON.stringify(name)}` }
    if ('problem' in found) return found
    scales.set(found.uid, found.replicas)
  }
  return { count: [...scales.values()].reduce((sum, n) => sum + n, 0), unmanaged }
}

type Replicas = { readonly uid: string; readonly replicas: number } | { readonly problem: string }

function replicasOf(
  ref: OwnerReference,
  namespace: string,
  view: View,
  kinds: ScaledKinds,
): Replicas | undefined {
  const kind = kinds(ref.apiVersion, ref.kind)
  if (!kind) return { problem: `no matches for kind ${JSON.stringify(ref.kind)} in version ${JSON.stringify(ref.apiVersion)}` }
  if (!kind.replicas) return { problem: `${kind.resource} does not implement the scale subresource` }
  const object = view.get<KubeObject>(kind.resource, namespace, ref.name)
  if (!object || object.metadata.uid !== ref.uid) return undefined
  // What a Deployment rolls over is counted once, by the Deployment.
  const above = controllerOf(object)
  if (above && kinds(above.apiVersion, above.kind)?.resource === DEPLOYMENTS)
    return replicasOf(above, namespace, view, kinds)
  return { uid: ref.uid, replicas: kind.replicas(object) }
}
