import type { KubeObject } from '../../src/meta/object.ts'
import type { Deployment } from '../../src/resources/generated/apps.gen.ts'
import type { Container, Pod, ReplicationController, Service } from '../../src/resources/generated/core.gen.ts'
import { ABSENT, IMAGES } from './programs.ts'
import type { Random } from './random.ts'

/** Objects that people wish for, by chance. */
export interface Wishes {
  deployment(namespace: string, name: string): Deployment
  replicationController(namespace: string, name: string): ReplicationController
  pod(namespace: string, name: string): Pod
  service(namespace: string, name: string): Service
  image(): string
}

const COMMANDS = [['serve'], ['serve'], ['serve'], ['slow'], ['deaf'], ['shaky', '2']] as const
const TASKS = [['task', '3', '0'], ['task', '5', '1'], ['task', '40', '0'], ['serve']] as const

/** Small objects with every part that a bug may hide behind. */
export function wishesOf(random: Random): Wishes {
  const image = (): string => (random.chance(0.12) ? ABSENT : random.pick(IMAGES))
  const container = (command: readonly string[]): Container => ({
    name: 'app',
    image: image(),
    imagePullPolicy: 'IfNotPresent',
    command: [...command],
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
    ports: [{ containerPort: 80 }],
    ...(random.chance(0.3) && {
      readinessProbe: { exec: { command: ['ready'] }, periodSeconds: 1 + random.below(5), initialDelaySeconds: random.below(4) },
    }),
    ...(random.chance(0.1) && {
      livenessProbe: { exec: { command: ['alive'] }, periodSeconds: 10 },
    }),
  })
  const template = (app: string) => ({
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: random.pick([1, 5, 30]),
      containers: [container(random.pick(COMMANDS))],
    },
  })
  const limit = (): number | string => random.pick([0, 1, 2, '25%', '50%', '100%'])
  return {
    image,
    deployment(namespace, name) {
      const [maxSurge, maxUnavailable] = [limit(), limit()]
      const none = [maxSurge, maxUnavailable].every((value) => value === 0)
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace },
        spec: {
          replicas: random.below(6),
          selector: { matchLabels: { app: name } },
          template: template(name),
          minReadySeconds: random.pick([0, 0, 3]),
          revisionHistoryLimit: random.pick([0, 1, 10]),
          progressDeadlineSeconds: random.pick([30, 600]),
          strategy: random.chance(0.2)
            ? { type: 'Recreate' }
            : { type: 'RollingUpdate', rollingUpdate: { maxSurge: none ? 1 : maxSurge, maxUnavailable } },
        },
      }
    },
    replicationController: (namespace, name) => ({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name, namespace },
      spec: { replicas: random.below(5), selector: { app: name }, template: template(name) },
    }),
    pod: (namespace, name) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels: { app: random.pick([name, 'web', 'api']) } },
      spec: {
        restartPolicy: random.pick(['Never', 'OnFailure', 'Never']),
        terminationGracePeriodSeconds: random.pick([0, 2, 30]),
        containers: [container(random.pick(TASKS))],
        ...(random.chance(0.2) && {
          initContainers: [{ ...container(['task', '1', '0']), name: 'first', readinessProbe: undefined, livenessProbe: undefined }],
        }),
      },
    }),
    service: (namespace, name) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: {
        type: random.pick(['ClusterIP', 'NodePort', 'LoadBalancer']),
        selector: { app: name },
        ports: [{ name: 'http', port: 80, targetPort: 80 }, ...(random.chance(0.3) ? [{ name: 'more', port: 81, targetPort: 81 }] : [])],
        ...(random.chance(0.15) && { type: 'ClusterIP', clusterIP: 'None' }),
      },
    }),
  }
}

/** A namespace of this name. */
export const namespaceWish = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
