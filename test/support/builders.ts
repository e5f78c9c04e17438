import type { Deployment, ReplicaSet } from '../../src/resources/generated/apps.gen.ts'
import type {
  Container,
  Namespace,
  Node,
  Pod,
  PodTemplateSpec,
  ReplicationController,
  Service,
  ServicePort,
} from '../../src/resources/generated/core.gen.ts'
import type { KubeObject, ObjectMeta } from '../../src/meta/object.ts'
import { timeText } from '../../src/meta/timestamp.ts'
import type { TestCluster } from './cluster.ts'

/** Small objects for tests: what is not named is left out or the API's default. */
export const container = (image = 'nginx', extra: Partial<Container> = {}): Container => ({
  name: 'web',
  image,
  ...extra,
})

export const template = (labels: Record<string, string>, image?: string): PodTemplateSpec => ({
  metadata: { labels },
  spec: { containers: [container(image)] },
})

export const pod = (
  name: string,
  extra: Omit<Partial<Pod>, 'metadata'> & { metadata?: ObjectMeta } = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  spec: { containers: [container()] },
  ...extra,
  metadata: { name, namespace: 'default', ...extra.metadata },
})

export const node = (
  name: string,
  extra: Omit<Partial<Node>, 'metadata'> & { metadata?: ObjectMeta } = {},
): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  spec: {},
  status: {
    allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: 'True' }],
  },
  ...extra,
  metadata: { name, ...extra.metadata },
})

export const namespace = (name: string, metadata: ObjectMeta = {}): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, ...metadata },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: metadata.deletionTimestamp ? 'Terminating' : 'Active' },
})

export const replicaSet = (
  name: string,
  replicas: number,
  spec: Partial<ReplicaSet['spec']> = {},
): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: template({ app: name }),
    ...spec,
  },
})

export const replicationController = (name: string, replicas: number): ReplicationController => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name, namespace: 'default' },
  spec: { replicas, selector: { app: name }, template: template({ app: name }) },
})

export const deployment = (
  name: string,
  replicas: number,
  spec: Partial<Deployment['spec']> = {},
): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: template({ app: name }),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...spec,
  },
})

export const service = (
  name: string,
  spec: Partial<Service['spec']> = {},
  metadata: ObjectMeta = {},
): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default', ...metadata },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.0.0.1',
    ipFamilies: ['IPv4'],
    selector: { app: name },
    ports: [servicePort(80)],
    ...spec,
  },
})

export const servicePort = (port: number, extra: Partial<ServicePort> = {}): ServicePort => ({
  port,
  protocol: 'TCP',
  targetPort: port,
  ...extra,
})

/** Makes a pod Running and ready since `seconds` ago. */
export function makeReady(cluster: TestCluster, of: Pod, seconds = 0): Pod {
  return cluster.edit(of, (copy) => {
    const since = timeText(cluster.clock.now() - seconds * 1000)
    const [podIP] = [copy.status?.podIP ?? `10.1.0.${Number(copy.metadata.uid?.slice(4)) % 250}`]
    copy.spec = { ...copy.spec!, nodeName: copy.spec?.nodeName ?? 'node-1' }
    copy.status = {
      ...copy.status,
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [
        ...(copy.status?.conditions ?? []).filter((c) => c.type !== 'Ready'),
        { type: 'Ready', status: 'True', lastTransitionTime: since },
      ],
    }
  })
}

/**
 * What a kubelet does: terminating pods vanish, all others run and are ready. True when it did
 * anything.
 */
export function kubelet(cluster: TestCluster, chosen: (of: Pod) => boolean = () => true): boolean {
  let busy = false
  for (const each of cluster.view.list<Pod>('pods')) {
    if (!chosen(each)) continue
    if (each.metadata.deletionTimestamp) cluster.remove(each)
    else if (!each.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'))
      makeReady(cluster, each)
    else continue
    busy = true
  }
  return busy
}

/** Names of what a list holds. */
export const namesOf = (objects: readonly KubeObject[]): string[] =>
  objects.map((o) => o.metadata.name ?? '')
