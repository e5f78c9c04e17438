import { describe, expect, test } from 'bun:test'
import { bindPod } from '../../../../src/resources/core/pod/binding.ts'
import { imageTag, pullPolicyFor } from '../../../../src/resources/core/pod/image-name.ts'
import { pod } from '../../../../src/resources/core/pod/pod.ts'
import { qosClassOf, type QosClass } from '../../../../src/resources/core/pod/qos.ts'
import { podLimits, podRequests } from '../../../../src/resources/core/pod/requests.ts'
import type { Container, Pod, PodSpec } from '../../../../src/resources/generated/core.gen.ts'
import { listOf } from '../../../../src/resources/resource-list.ts'
import { NOW } from '../../through-policy.ts'

const made = (spec: Partial<PodSpec>, status: Pod['status'] = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [], ...spec },
  status,
})

const asking = (
  name: string,
  requests: Record<string, string>,
  limits?: Record<string, string>,
  more: Partial<Container> = {},
): Container => ({ name, resources: { requests, ...(limits ? { limits } : {}) }, ...more })

const both = { cpu: '1', memory: '1Gi' }

// Source: pkg/apis/core/helper/qos TestComputePodQOS.
test.each<[string, Container[], QosClass]>([
  ['nothing asked', [{ name: 'a' }], 'BestEffort'],
  ['zero asked', [asking('a', { cpu: '0' })], 'BestEffort'],
  ['limits are requests', [asking('a', both, both)], 'Guaranteed'],
  ['the same amounts, written otherwise', [asking('a', { cpu: '1000m', memory: '1Gi' }, both)], 'Guaranteed'],
  ['one of two', [asking('a', both, both), { name: 'b' }], 'Burstable'],
  ['less than the limits', [asking('a', { cpu: '1', memory: '1Mi' }, both)], 'Burstable'],
  ['only cpu', [asking('a', { cpu: '1' }, { cpu: '1' })], 'Burstable'],
])('quality of service: %s', (_, containers, want) => {
  expect(qosClassOf(made({ containers }))).toBe(want)
})

describe('what a Pod asks of a node', () => {
  test('is the larger of the containers and each init container', () => {
    const containers = [asking('a', { cpu: '1' }), asking('b', { cpu: '500m', memory: '1Gi' })]
    const initContainers = [asking('i', { cpu: '2' }), asking('j', { memory: '512Mi' })]
    expect(listOf(podRequests(made({ containers, initContainers })))).toEqual({
      cpu: '2',
      memory: '1Gi',
    })
  })

  test('counts sidecars with the containers and with later init containers', () => {
    const containers = [asking('a', { cpu: '1' })]
    const initContainers = [
      asking('s', { cpu: '1' }, undefined, { restartPolicy: 'Always' }),
      asking('i', { cpu: '3' }),
    ]
    expect(listOf(podRequests(made({ containers, initContainers })))).toEqual({ cpu: '4' })
  })

  test('adds overhead, and lets the Pod level replace the sum', () => {
    const containers = [asking('a', { cpu: '1', memory: '1Gi' }, { cpu: '2' })]
    const spec = { containers, overhead: { cpu: '10m' }, resources: { requests: { cpu: '3' } } }
    expect(listOf(podRequests(made(spec)))).toEqual({ cpu: '3010m', memory: '1Gi' })
    expect(listOf(podLimits(made({ containers, overhead: { cpu: '10m', memory: '1Mi' } })))).toEqual({
      cpu: '2010m',
    })
  })
})

test.each([
  ['nginx', 'latest', 'Always'],
  ['nginx:1.25', '1.25', 'IfNotPresent'],
  ['host:5000/a/nginx', 'latest', 'Always'],
  ['host:5000/a/nginx:latest', 'latest', 'Always'],
  [`nginx@sha256:${'a'.repeat(64)}`, '', 'IfNotPresent'],
  ['Not An Image', '', 'IfNotPresent'],
])('the tag of %s is "%s"', (image, tag, policy) => {
  expect(imageTag(image)).toBe(tag)
  expect(pullPolicyFor(image)).toBe(policy as 'Always')
})

test.each([
  ['unscheduled', made({ terminationGracePeriodSeconds: 30 }), undefined, 0],
  ['ended', made({ nodeName: 'n' }, { phase: 'Succeeded' }), 20, 0],
  ['its own period', made({ nodeName: 'n', terminationGracePeriodSeconds: 7 }), undefined, 7],
  ['asked', made({ nodeName: 'n', terminationGracePeriodSeconds: 7 }), 3, 3],
  ['less than nothing', made({ nodeName: 'n', terminationGracePeriodSeconds: -5 }), undefined, 1],
] as const)('seconds of grace: %s', (_, object, asked, want) => {
  expect(pod.gracefulSeconds?.(object, asked)).toBe(want)
})

describe('a binding', () => {
  const facts = {
    now: NOW,
    uid: () => 'u',
    suffix: () => 'x',
    number: () => 0,
    user: { name: 'u', groups: [] },
  }
  const body = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'p', annotations: { by: 'me' } },
    target: { kind: 'Node', name },
  })

  test('puts the Pod on the node and says so', () => {
    const object = made({}, { nominatedNodeName: 'other' })
    expect(bindPod(object, body('n'), facts)).toBeUndefined()
    expect(object.spec?.nodeName).toBe('n')
    expect(object.status?.nominatedNodeName).toBeUndefined()
    expect(object.metadata.annotations).toEqual({ by: 'me' })
    expect(object.status?.conditions?.[0]).toMatchObject({ type: 'PodScheduled', status: 'True' })
  })

  test('is refused for a Pod that has a node, is going away or is gated', () => {
    expect(bindPod(made({ nodeName: 'm' }), body('n'), facts)?.code).toBe(409)
    const leaving = made({})
    leaving.metadata.deletionTimestamp = '2026-11-23T17:00:00Z'
    expect(bindPod(leaving, body('n'), facts)?.code).toBe(409)
    expect(bindPod(made({ schedulingGates: [{ name: 'g' }] }), body('n'), facts)?.code).toBe(409)
  })

  test('needs a node', () => {
    // Upstream answers an aggregate of errors here, which is no Status: 500.
    expect(bindPod(made({}), body(''), facts)?.code).toBe(500)
  })
})
