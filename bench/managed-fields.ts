/**
 * What managed fields cost a write: a Pod with all its defaults is created, then a kubelet writes
 * its status. Prints microseconds an operation and bytes. Budget of a create: 8 us on the two-core
 * machine.
 */
import { setOfPaths } from '../src/meta/field-set.ts'
import { managedText, parseManaged } from '../src/meta/managed-entry.ts'
import { managedFieldsForCreate } from '../src/meta/managed-fields.ts'
import { updateManagedFields } from '../src/meta/managed-update.ts'
import type { JsonObject } from '../src/meta/object.ts'
import { schemaOf } from '../src/resources/schemas.ts'

const schema = schemaOf('io.k8s.api.core.v1.Pod')
const pod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'my-deployment-5d9c7b8f6d-x2x4z',
    generateName: 'my-deployment-5d9c7b8f6d-',
    namespace: 'default',
    labels: { app: 'my-app', 'pod-template-hash': '5d9c7b8f6d' },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'my-deployment-5d9c7b8f6d',
        uid: '3f0f4f6e-7b1e-4a8e-9d6d-0f1e2d3c4b5a',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  },
  spec: {
    containers: [
      {
        name: 'my-container',
        image: 'nginx',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        env: [{ name: 'MODE', value: 'production' }],
        resources: { requests: { cpu: '100m', memory: '64Mi' } },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        imagePullPolicy: 'Always',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    enableServiceLinks: true,
  },
  status: { phase: 'Pending' },
}
const running = {
  ...pod,
  metadata: { ...(pod['metadata'] as JsonObject), uid: 'u' },
  status: {
    phase: 'Running',
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    })),
    podIP: '10.244.0.7',
    hostIP: '10.0.0.1',
    startTime: '2026-01-01T00:00:00Z',
  },
}
const time = '2026-01-01T00:00:00Z'
const resetFields = setOfPaths([['f:status']])
const statusReset = setOfPaths([['f:spec']])

const create = (): string =>
  managedFieldsForCreate({
    object: pod,
    schema,
    manager: 'klio',
    apiVersion: 'v1',
    time,
    resetFields,
  })
const created = create()
const live = { ...running, status: pod['status']! }
const update = (): string =>
  managedText(
    updateManagedFields({
      before: live,
      after: running,
      schema,
      entries: parseManaged(created),
      manager: 'kubelet',
      apiVersion: 'v1',
      time,
      subresource: 'status',
      resetFields: statusReset,
    }),
  )
const noop = (): string =>
  managedText(
    updateManagedFields({
      before: structuredRunning,
      after: running,
      schema,
      entries: parseManaged(created),
      manager: 'kubelet',
      apiVersion: 'v1',
      time,
      subresource: 'status',
      resetFields: statusReset,
    }),
  )
const structuredRunning = structuredClone(running)

const stringify = (): string => JSON.stringify(pod)
const runs = Object.entries({ stringify, create, update, noop })
const best = new Map(runs.map(([name]) => [name, Infinity]))
for (const [, run] of runs) for (let i = 0; i < 30_000; i++) run()
for (let round = 0; round < 20; round++) {
  for (const [name, run] of runs) {
    const begin = performance.now()
    for (let i = 0; i < 5_000; i++) run()
    best.set(name, Math.min(best.get(name)!, ((performance.now() - begin) * 1000) / 5_000))
  }
}
for (const [name, run] of runs) {
  const us = best.get(name)!
  const ratio = us / best.get('stringify')!
  console.log(`${name}: ${us.toFixed(2)} us, ${ratio.toFixed(1)}x, ${run().length} bytes`)
}
