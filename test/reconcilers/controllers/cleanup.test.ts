import { describe, expect, test } from 'bun:test'
import type { Event, Pod, Service } from '../../../src/resources/generated/core.gen.ts'
import { eventTtlController } from '../../../src/reconcilers/controllers/event-ttl.ts'
import { podGarbageCollector } from '../../../src/reconcilers/controllers/pod-gc.ts'
import {
  loadBalancerRange,
  serviceLoadBalancer,
} from '../../../src/reconcilers/controllers/service-loadbalancer.ts'
import { container, namesOf, node, pod, service } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const START = Date.UTC(2026, 0, 1)

describe('pod garbage', () => {
  const bound = (name: string, nodeName: string) =>
    pod(name, { spec: { containers: [container()], nodeName } })

  test('pods of a node that is gone fail and go, those of others stay', () => {
    const cluster = new TestCluster()
    const gone = cluster.add(node('gone'))
    cluster.add(node('there'))
    cluster.add(bound('a', 'gone'))
    cluster.add(bound('b', 'there'))
    cluster.settle([podGarbageCollector()])
    expect(cluster.log).toEqual([])
    cluster.remove(gone)
    cluster.settle([podGarbageCollector()])
    expect(namesOf(cluster.view.list('pods'))).toEqual(['b'])
    expect(cluster.log[0]).toMatchObject({
      verb: 'patch',
      subresource: 'status',
      patch: {
        status: {
          phase: 'Failed',
          conditions: [
            {
              type: 'DisruptionTarget',
              reason: 'DeletionByPodGC',
              message: 'PodGC: node no longer exists',
            },
          ],
        },
      },
    })
    expect(cluster.log[1]).toMatchObject({ verb: 'delete', options: { gracePeriodSeconds: 0 } })
  })

  test('a pod that ends and never had a node goes', () => {
    const cluster = new TestCluster()
    cluster.add(pod('a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }))
    cluster.settle([podGarbageCollector()])
    expect(cluster.view.count('pods')).toBe(0)
  })

  test('of finished pods the oldest beyond the limit go, evicted ones first', () => {
    const cluster = new TestCluster()
    const finished = (name: string, day: number, status: Pod['status']) =>
      cluster.add(
        pod(name, { metadata: { creationTimestamp: `2025-12-0${day}T00:00:00Z` }, status }),
      )
    finished('old', 1, { phase: 'Succeeded' })
    finished('new', 5, { phase: 'Failed' })
    finished('evicted', 6, { phase: 'Failed', reason: 'Evicted' })
    cluster.add(pod('running', { status: { phase: 'Running' } }))
    cluster.settle([podGarbageCollector(1)])
    expect(namesOf(cluster.view.list('pods'))).toEqual(['new', 'running'])
  })
})

describe('Events', () => {
  const event = (name: string, times: Partial<Event>): Event => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'default', creationTimestamp: '2025-12-31T22:00:00Z' },
    involvedObject: {},
    ...times,
  })

  test.each([
    ['made two hours ago', {}, undefined],
    ['happened again lately', { lastTimestamp: '2025-12-31T23:30:00Z' }, 1_800_000],
    [
      'a series that goes on',
      { series: { count: 2, lastObservedTime: '2025-12-31T23:59:00.000000Z' } },
      3_540_000,
    ],
  ])('%s', (_name, times, leftMs) => {
    const cluster = new TestCluster(steppedClock())
    cluster.add(event('e', times))
    const plan = eventTtlController().reconcile('default/e', cluster.view, START)
    expect(plan.requeueAfterMs).toBe(leftMs)
    expect(plan.commands.length).toBe(leftMs === undefined ? 1 : 0)
  })
})

describe('LoadBalancer', () => {
  const controller = serviceLoadBalancer(loadBalancerRange('172.31.9.0/24'))
  const balanced = (name: string, spec: Partial<Service['spec']> = {}) =>
    service(name, { type: 'LoadBalancer', ...spec })
  const ip = (cluster: TestCluster, name: string) =>
    cluster.view.get<Service>('services', 'default', name)?.status?.loadBalancer?.ingress?.[0]?.ip

  test('each gets an address of its own in the range, and keeps it', () => {
    const cluster = new TestCluster()
    for (let i = 0; i < 20; i++) cluster.add(balanced(`s${i}`))
    cluster.add(service('plain'))
    cluster.settle([controller])
    const given = Array.from({ length: 20 }, (_, i) => ip(cluster, `s${i}`)!)
    expect(new Set(given).size).toBe(20)
    for (const address of given) expect(address).toMatch(/^172\.31\.9\.\d+$/)
    expect(ip(cluster, 'plain')).toBeUndefined()
    expect(cluster.notes[0]).toMatchObject({
      reason: 'EnsuredLoadBalancer',
      message: 'Ensured load balancer',
    })
  })

  test('the one asked for is given when it is free', () => {
    const cluster = new TestCluster()
    cluster.add(balanced('a', { loadBalancerIP: '172.31.9.77' }))
    cluster.settle([controller])
    cluster.add(balanced('b', { loadBalancerIP: '172.31.9.77' }))
    cluster.settle([controller])
    expect(ip(cluster, 'a')).toBe('172.31.9.77')
    expect(ip(cluster, 'b')).not.toBe('172.31.9.77')
  })

  test('another type gives it back; another class is not ours', () => {
    const cluster = new TestCluster()
    const a = cluster.add(balanced('a'))
    cluster.add(balanced('classy', { loadBalancerClass: 'x.io/lb' }))
    cluster.settle([controller])
    cluster.edit(a, (copy) => (copy.spec!.type = 'ClusterIP'))
    cluster.settle([controller])
    expect([ip(cluster, 'a'), ip(cluster, 'classy')]).toEqual([undefined, undefined])
  })

  test('a full range is told, and tried again', () => {
    const cluster = new TestCluster()
    const tiny = serviceLoadBalancer({
      prefix: '172.31.9',
      reserved: Array.from({ length: 255 }, (_, i) => i),
    })
    cluster.add(balanced('a'))
    cluster.add(balanced('b'))
    cluster.settle([tiny])
    expect([ip(cluster, 'a'), ip(cluster, 'b')]).toEqual(['172.31.9.255', undefined])
    const plan = tiny.reconcile('default/b', cluster.view, START)
    expect(plan).toMatchObject({
      commands: [],
      requeueAfterMs: 30_000,
      notes: [
        {
          reason: 'SyncLoadBalancerFailed',
          message:
            'Error syncing load balancer: failed to ensure load balancer: no free address in 172.31.9.0/24',
        },
      ],
    })
  })
})
