import type { KubeObject } from '../../src/meta/object.ts'
import { LABEL } from '../../src/node/kubelet/labels.ts'
import type { Deployment, ReplicaSet } from '../../src/resources/generated/apps.gen.ts'
import type { Endpoints, Node, Pod, Service } from '../../src/resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../src/resources/generated/discovery.gen.ts'
import type { FakeContainer } from './fake-state.ts'
import { type Fold, isActive, isReady } from './fold.ts'
import type { SimNode } from './sim-node.ts'

/** What still differs between wishes and world; nothing once a cluster has come to rest. */
export function unsettled(fold: Fold, nodes: readonly SimNode[]): string[] {
  return [
    ...fold.list<Deployment>('deployments.apps').flatMap((d) => deploymentGap(fold, d)),
    ...['replicasets.apps', 'replicationcontrollers'].flatMap((r) => fold.list<ReplicaSet>(r).flatMap((s) => setGap(fold, s))),
    ...fold.list<Pod>('pods').flatMap((pod) => podGap(pod, nodes)),
    ...fold.list<Service>('services').flatMap((service) => serviceGap(fold, service)),
    ...fold.list<Node>('nodes').flatMap(nodeGap),
    ...[...fold.objects.values()].flatMap(({ object, resource }) => objectGap(fold, object, resource)),
    ...nodes.flatMap((node) => containerGaps(fold, node)),
  ]
}

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`

function deploymentGap(fold: Fold, d: Deployment): string[] {
  const { status = {} } = d
  const wanted = d.spec.replicas ?? 1
  const counts = [status.replicas, status.updatedReplicas, status.readyReplicas, status.availableReplicas].map((n) => n ?? 0)
  const told = fold.membersOf<ReplicaSet>(d.metadata.uid!).reduce((sum, set) => sum + (set.spec.replicas ?? 0), 0)
  if (status.observedGeneration !== d.metadata.generation) return [`${nameOf(d)} was not looked at`]
  if (told !== wanted || counts.some((n) => n !== wanted)) return [`${nameOf(d)} has ${counts} of ${wanted}, told ${told}`]
  return []
}

function setGap(fold: Fold, set: ReplicaSet): string[] {
  const { status } = set
  const wanted = set.spec.replicas ?? 1
  const members = fold.membersOf<Pod>(set.metadata.uid!)
  const [active, ready] = [members.filter(isActive).length, members.filter(isReady).length]
  const told = [status?.replicas, status?.readyReplicas, status?.availableReplicas].map((n) => n ?? 0)
  if (status?.observedGeneration !== set.metadata.generation) return [`${nameOf(set)} was not looked at`]
  if (active !== wanted || ready !== wanted) return [`${nameOf(set)} has ${active}, ${ready} ready, of ${wanted}`]
  return told.some((n) => n !== wanted) ? [`${nameOf(set)} says ${told}, has ${wanted}`] : []
}

function podGap(pod: Pod, nodes: readonly SimNode[]): string[] {
  const { phase } = pod.status ?? {}
  if (phase === 'Succeeded' || phase === 'Failed') return []
  const node = nodes.find(({ name }) => name === pod.spec?.nodeName)
  if (!node) return [`${nameOf(pod)} is on no node`]
  if (!isReady(pod)) return [`${nameOf(pod)} is ${phase}, not ready`]
  const own = [...node.docker.state.containers.values()].filter((c) => labelOf(c, LABEL.podUid) === pod.metadata.uid)
  const lacking = pod.spec!.containers.filter(({ name }) => !own.some((c) => c.status === 'running' && labelOf(c, LABEL.container) === name))
  return lacking.map(({ name }) => `${nameOf(pod)}: container ${name} does not run`)
}

function serviceGap(fold: Fold, service: Service): string[] {
  const { selector, type } = service.spec ?? {}
  const { namespace = '', name = '' } = service.metadata
  if (!selector) return []
  const chosen = fold
    .list<Pod>('pods')
    .filter((pod) => pod.metadata.namespace === namespace && isReady(pod))
    .filter((pod) => Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value))
    .flatMap((pod) => pod.status?.podIP ?? [])
  const wanted = [...new Set(chosen)].sort().join()
  const endpoints = fold.get<Endpoints>('endpoints', namespace, name)
  const listed = endpoints?.subsets?.flatMap((subset) => subset.addresses ?? []).map(({ ip }) => ip) ?? []
  const slices = fold
    .list<EndpointSlice>('endpointslices.discovery.k8s.io')
    .filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name)
  const sliced = slices.flatMap((slice) => slice.endpoints ?? []).filter((one) => one.conditions?.ready).flatMap((one) => one.addresses)
  const gaps: string[] = []
  if ([...new Set(listed)].sort().join() !== wanted) gaps.push(`${nameOf(service)}: Endpoints ${listed}, ready ${wanted}`)
  if ([...new Set(sliced)].sort().join() !== wanted) gaps.push(`${nameOf(service)}: slices ${sliced}, ready ${wanted}`)
  if (type === 'LoadBalancer' && !service.status?.loadBalancer?.ingress?.length) gaps.push(`${nameOf(service)} has no address`)
  return gaps
}

function nodeGap(node: Node): string[] {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  return ready && (node.spec?.taints ?? []).length === 0 ? [] : [`${nameOf(node)} is not ready or tainted`]
}

/** Nobody ends for ever, nobody outlives all its owners, nobody lives in a namespace that is gone. */
function objectGap(fold: Fold, object: KubeObject, resource: string): string[] {
  const { deletionTimestamp, ownerReferences = [], namespace, name } = object.metadata
  if (deletionTimestamp) return [`${nameOf(object)} is still being deleted`]
  if (ownerReferences.length > 0 && ownerReferences.every(({ uid }) => !fold.byUid.has(uid)))
    return [`${nameOf(object)} has no owner left`]
  if (namespace && !fold.get('namespaces', '', namespace)) return [`${nameOf(object)} is in no namespace`]
  if (resource !== 'namespaces') return []
  const missing = ['serviceaccounts/default', 'configmaps/kube-root-ca.crt'].filter((text) => {
    const [what, which] = text.split('/') as [string, string]
    return !fold.get(what, name!, which)
  })
  return missing.map((text) => `namespace ${name} lacks ${text}`)
}

/** Everything that Docker holds for pods belongs to one that is there and not over. */
function containerGaps(fold: Fold, node: SimNode): string[] {
  return [...node.docker.state.containers.values()].flatMap((container) => {
    const uid = labelOf(container, LABEL.podUid)
    if (uid === undefined) return []
    const pod = fold.uid<Pod>(uid)
    if (!pod) return [`${container.name} on ${node.name} has no pod any more`]
    const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
    return over && container.status === 'running' ? [`${container.name} on ${node.name} runs for a pod that is over`] : []
  })
}

const labelOf = (container: FakeContainer, label: string): string | undefined => container.spec.Labels?.[label]
