import type { KubeObject } from '../src/meta/object.ts'

/** The Pod of the speed check of the founding slice: it fits nowhere, unless `bound` sends it to `benchNode`. */
export const benchPod = (bound: boolean): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: {
    generateName: 'web-',
    labels: { app: 'web', tier: 'frontend', 'pod-template-hash': '6b7f6db6f4' },
    annotations: { 'klio.test/purpose': 'benchmark of creates' },
  },
  spec: {
    nodeSelector: bound ? { made: 'up' } : { never: 'here' },
    containers: [{
      name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80, protocol: 'TCP' }],
      env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
    }],
    terminationGracePeriodSeconds: 30,
  },
} as KubeObject)

const ROOM = { cpu: '100000', memory: '100000Gi', pods: '200000' }

/** A node with room for all, that nobody runs. */
export const benchNode = (): KubeObject => ({
  apiVersion: 'v1', kind: 'Node', metadata: { name: 'made-up', labels: { made: 'up' } },
  status: { capacity: ROOM, allocatable: ROOM, conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }] },
} as KubeObject)
