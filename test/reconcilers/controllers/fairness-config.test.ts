import { expect, test } from 'bun:test'
import { fairnessObjects } from '../../../src/fairness-objects.ts'
import { fairnessConfig } from '../../../src/reconcilers/controllers/fairness-config.ts'
import type { FlowSchema, PriorityLevelConfiguration } from '../../../src/resources/generated/flowcontrol.gen.ts'
import type { KubeObject } from '../../../src/meta/object.ts'
import { MANDATORY_LEVELS, MANDATORY_SCHEMAS } from '../../../src/resources/flowcontrol/mandatory.ts'
import { equal } from '../../../src/resources/equal.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const CONFIG = fairnessConfig(fairnessObjects())
const SCHEMAS = 'flowschemas.flowcontrol.apiserver.k8s.io'
const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'

function settled(...objects: KubeObject[]): TestCluster {
  const cluster = new TestCluster(steppedClock())
  for (const object of objects) cluster.add(object)
  cluster.settle([CONFIG])
  return cluster
}

const schema = (name: string, level: string, annotations: Record<string, string> = {}): FlowSchema =>
  ({
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', metadata: { name, annotations },
    spec: { priorityLevelConfiguration: { name: level }, matchingPrecedence: 77 },
  }) as FlowSchema
const get = (cluster: TestCluster, name: string): FlowSchema => cluster.view.get<FlowSchema>(SCHEMAS, '', name)!

test('what every cluster begins with', () => {
  const cluster = settled()
  expect(cluster.view.list(LEVELS)).toHaveLength(8)
  expect(cluster.view.list(SCHEMAS)).toHaveLength(11)
  expect(get(cluster, 'service-accounts')).toMatchObject({
    spec: { priorityLevelConfiguration: { name: 'workload-low' }, matchingPrecedence: 9000 },
    status: { conditions: [{ type: 'Dangling', status: 'False', reason: 'Found' }] },
  })
  for (const [name, spec] of MANDATORY_SCHEMAS) expect(equal(get(cluster, name).spec, spec)).toBe(true)
  for (const [name, spec] of MANDATORY_LEVELS)
    expect(equal(cluster.view.get<PriorityLevelConfiguration>(LEVELS, '', name)!.spec, spec)).toBe(true)
})

test('a suggested one is kept like this while it says so', () => {
  const kept = settled(schema('service-accounts', 'catch-all', { 'apf.kubernetes.io/autoupdate-spec': 'true' }))
  expect(get(kept, 'service-accounts').spec.matchingPrecedence).toBe(9000)
  const own = settled(schema('service-accounts', 'catch-all', { 'apf.kubernetes.io/autoupdate-spec': 'false' }))
  expect(get(own, 'service-accounts').spec.matchingPrecedence).toBe(77)
})

test('a schema that leads nowhere is told, until its level is there', () => {
  const cluster = settled(schema('mine', 'missing'))
  expect(get(cluster, 'mine').status).toMatchObject({
    conditions: [
      {
        type: 'Dangling', status: 'True', reason: 'NotFound',
        message: 'This FlowSchema references the PriorityLevelConfiguration object named "missing" but there is no such object',
      },
    ],
  })
  cluster.add({
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'PriorityLevelConfiguration', metadata: { name: 'missing' },
    spec: { type: 'Limited' },
  } as unknown as PriorityLevelConfiguration)
  cluster.settle([CONFIG])
  expect(get(cluster, 'mine').status).toMatchObject({ conditions: [{ status: 'False', reason: 'Found' }] })
})
