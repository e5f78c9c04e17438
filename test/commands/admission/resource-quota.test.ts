import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Batch } from '../../../src/events/log.ts'
import type { AppendFault } from '../../../src/events/memory-log.ts'
import type { Json, KubeObject } from '../../../src/meta/object.ts'
import { create, memoryCore, type MemoryCore } from '../../support/memory-core.ts'

let core: MemoryCore
beforeAll(async () => {
  core = await memoryCore()
})
afterAll(() => core.close())

let count = 0

/** A namespace of its own with one quota. */
async function bounded(hard: object, more: object = {}, on = core): Promise<string> {
  const namespace = `quota-${++count}`
  await create(on, 'namespaces', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await create(on, 'serviceaccounts', namespace, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
  await create(on, 'resourcequotas', namespace, {
    apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard, ...more },
  } as KubeObject)
  return namespace
}

const object = (kind: string, name: string, more: object): KubeObject =>
  ({ apiVersion: 'v1', kind, metadata: { name }, ...more }) as KubeObject

const pod = (name: string, spec: object = {}, resources: object = {}): KubeObject =>
  object('Pod', name, { spec: { containers: [{ name: 'c', image: 'x', resources }], ...spec } })

const cpu = (amount: string): object => ({ requests: { cpu: amount }, limits: { cpu: amount } })

async function answer(namespace: string, wish: KubeObject, on = core): Promise<string> {
  const resource = `${wish.kind.toLowerCase()}s`
  const made = await on.execute({ verb: 'create', resource, namespace, name: wish.metadata.name ?? '', object: wish })
  return made.ok ? 'created' : `${made.error.code} ${made.error.message}`
}

const patch = (namespace: string, resource: string, name: string, change: object, subresource = '') =>
  core.execute({ verb: 'patch', resource, namespace, name, subresource, patchType: 'strategic', patch: change as Json })

const exceeded = (what: string, name: string, requested: string, used: string, limited: string): string =>
  `403 ${what} "${name}" is forbidden: exceeded quota: q, requested: ${requested}, used: ${used}, limited: ${limited}`

describe('ResourceQuota', () => {
  test('Pods are counted, and what goes makes room', async () => {
    const namespace = await bounded({ pods: '2' })
    expect([await answer(namespace, pod('a')), await answer(namespace, pod('b')), await answer(namespace, pod('c'))])
      .toEqual(['created', 'created', exceeded('pods', 'c', 'pods=1', 'pods=2', 'pods=2')])
    await core.execute({ verb: 'delete', resource: 'pods', namespace, name: 'a', options: { gracePeriodSeconds: 0 } })
    expect(await answer(namespace, pod('c'))).toBe('created')
  })

  test('a Pod that has ended makes room for another, not for its place in storage', async () => {
    const namespace = await bounded({ pods: '1', 'count/pods': '2' })
    await create(core, 'pods', namespace, pod('a'))
    expect(await answer(namespace, pod('b'))).toBe(exceeded('pods', 'b', 'pods=1', 'pods=1', 'pods=1'))
    await patch(namespace, 'pods', 'a', { status: { phase: 'Succeeded' } }, 'status')
    expect(await answer(namespace, pod('b'))).toBe('created')
    await patch(namespace, 'pods', 'b', { status: { phase: 'Failed' } }, 'status')
    expect(await answer(namespace, pod('c'))).toBe(exceeded('pods', 'c', 'count/pods=1', 'count/pods=2', 'count/pods=2'))
  })

  test('of a thousand at once exactly as many pass as fit', async () => {
    const namespace = await bounded({ pods: '100' })
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => answer(namespace, pod(`p${i}`))))
    expect(answers.filter((text) => text === 'created')).toHaveLength(100)
    expect(core.view.count('pods', namespace)).toBe(100)
  })

  test('a batch that was lost is charged once', async () => {
    let lost = false
    const lossy = await memoryCore({
      beforeAppend: async (_batch: Batch): Promise<AppendFault | undefined> => {
        lost = !lost
        return lost ? { kind: 'unavailable', message: 'the connection broke' } : undefined
      },
    })
    try {
      const namespace = await bounded({ pods: '3' }, {}, lossy)
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => answer(namespace, pod(name), lossy)))
      expect(answers.filter((text) => text === 'created')).toHaveLength(3)
    } finally {
      await lossy.close()
    }
  })

  test('what is asked of a node is added up, in the words of upstream', async () => {
    const namespace = await bounded({ cpu: '1', 'limits.memory': '1Gi', 'requests.example.com/gpu': '2' })
    const all = (more: object): object => ({ requests: { cpu: '600m' }, limits: { cpu: '1', memory: '600Mi', ...more } })
    expect(await answer(namespace, pod('a', {}, {}))).toBe(
      '403 pods "a" is forbidden: failed quota: q: must specify cpu for: c; limits.memory for: c')
    expect(await answer(namespace, pod('a', {}, all({})))).toBe('created')
    expect(await answer(namespace, pod('b', {}, all({})))).toBe(
      exceeded('pods', 'b', 'cpu=600m,limits.memory=600Mi', 'cpu=600m,limits.memory=600Mi', 'cpu=1,limits.memory=1Gi'))
    expect(await answer(namespace, pod('b', {}, { requests: { cpu: '1m', 'example.com/gpu': '3' }, limits: { memory: '1Mi', 'example.com/gpu': '3' } })))
      .toBe(exceeded('pods', 'b', 'requests.example.com/gpu=3', 'requests.example.com/gpu=0', 'requests.example.com/gpu=2'))
  })

  test('a resize asks for the difference', async () => {
    const namespace = await bounded({ 'requests.cpu': '1' })
    await create(core, 'pods', namespace, pod('a', {}, cpu('600m')))
    const resized = (amount: string) =>
      patch(namespace, 'pods', 'a', { spec: { containers: [{ name: 'c', resources: cpu(amount) }] } }, 'resize')
    expect(await resized('1')).toMatchObject({ ok: true })
    expect(await resized('1100m')).toMatchObject({
      ok: false,
      error: { message: 'pods "a" is forbidden: exceeded quota: q, requested: requests.cpu=100m, used: requests.cpu=1, limited: requests.cpu=1' },
    })
    expect(await resized('500m')).toMatchObject({ ok: true })
    expect(await answer(namespace, pod('b', {}, cpu('500m')))).toBe('created')
  })

  const besteffort = pod('a')
  const affinity = (term: object): object => ({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'z', ...term }] } } })
  const byClass = (operator: string, ...values: string[]): object => ({ scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, ...(values.length > 0 && { values }) }] } })
  const critical = pod('a', { priorityClassName: 'system-node-critical' })
  test.each([
    ['BestEffort', { scopes: ['BestEffort'] }, besteffort, true],
    ['BestEffort', { scopes: ['BestEffort'] }, pod('a', {}, cpu('1')), false],
    ['NotBestEffort', { scopes: ['NotBestEffort'] }, pod('a', {}, cpu('1')), true],
    ['Terminating', { scopes: ['Terminating'] }, pod('a', { activeDeadlineSeconds: 5 }), true],
    ['Terminating', { scopes: ['Terminating'] }, besteffort, false],
    ['NotTerminating', { scopes: ['NotTerminating'] }, besteffort, true],
    ['two scopes', { scopes: ['NotTerminating', 'NotBestEffort'] }, besteffort, false],
    ['a class', byClass('In', 'system-node-critical'), critical, true],
    ['another class', byClass('In', 'other'), critical, false],
    ['no class', byClass('In', 'other'), besteffort, false],
    ['not a class', byClass('NotIn', 'other'), besteffort, true],
    ['any class', byClass('Exists'), besteffort, false],
    ['any class', byClass('Exists'), critical, true],
    ['affinity abroad', { scopes: ['CrossNamespacePodAffinity'] }, pod('a', affinity({ namespaces: ['x'] })), true],
    ['affinity at home', { scopes: ['CrossNamespacePodAffinity'] }, pod('a', affinity({})), false],
  ])('scope %s %#', async (_name, more, wish, isCounted) => {
    const namespace = await bounded({ pods: '0' }, more)
    expect(await answer(namespace, wish)).toBe(
      isCounted ? exceeded('pods', 'a', 'pods=1', 'pods=0', 'pods=0') : 'created')
  })

  const service = (type: string, more: object = {}): KubeObject =>
    object('Service', 'a', { spec: { type, ports: [{ port: 1, name: 'x' }, { port: 2, name: 'y' }], ...more } })
  const claim = (name: string, storageClassName: string, storage: string): KubeObject =>
    object('PersistentVolumeClaim', name, { spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } } })
  test.each([
    ['services', service('ClusterIP'), 'services', '1'],
    ['services.nodeports', service('NodePort'), 'services.nodeports', '2'],
    ['services.nodeports', service('LoadBalancer', { allocateLoadBalancerNodePorts: false }), 'services.nodeports', '0'],
    ['services.loadbalancers', service('LoadBalancer'), 'services.loadbalancers', '1'],
    ['requests.storage', claim('a', 'gold', '3Gi'), 'requests.storage', '3Gi'],
    ['a storage class', claim('a', 'gold', '3Gi'), 'gold.storageclass.storage.k8s.io/requests.storage', '3Gi'],
    ['another storage class', claim('a', 'tin', '3Gi'), 'gold.storageclass.storage.k8s.io/persistentvolumeclaims', '0'],
    ['configmaps', object('ConfigMap', 'a', {}), 'configmaps', '1'],
    ['count/configmaps', object('ConfigMap', 'a', {}), 'count/configmaps', '1'],
    ['count/secrets', object('ConfigMap', 'a', {}), 'count/secrets', '0'],
  ])('%s %#', async (_name, wish, name, amount) => {
    const namespace = await bounded({ [name]: '0' })
    const what = `${wish.kind.toLowerCase()}s`
    expect(await answer(namespace, wish)).toBe(
      amount === '0' ? 'created' : exceeded(what, 'a', `${name}=${amount}`, `${name}=0`, `${name}=0`))
  })

  test('an update asks for what it adds', async () => {
    const namespace = await bounded({ 'services.nodeports': '1' })
    await create(core, 'services', namespace, object('Service', 'a', { spec: { ports: [{ port: 1, name: 'x' }] } }))
    const typed = (type: string, ...ports: number[]) =>
      patch(namespace, 'services', 'a', { spec: { type, ports: ports.map((port) => ({ port, name: `p${port}` })) } })
    expect(await typed('NodePort', 2)).toMatchObject({
      ok: false, error: { message: expect.stringContaining('requested: services.nodeports=2, used: services.nodeports=0') },
    })
  })

  test('a quota that is raised, made or taken away counts at once', async () => {
    const namespace = await bounded({ pods: '0' })
    expect(await answer(namespace, pod('a'))).toContain('exceeded quota')
    await patch(namespace, 'resourcequotas', 'q', { spec: { hard: { pods: '1' } } })
    expect(await answer(namespace, pod('a'))).toBe('created')
    expect(await answer(namespace, pod('b'))).toContain('exceeded quota')
    await core.execute({ verb: 'delete', resource: 'resourcequotas', namespace, name: 'q' })
    expect(await answer(namespace, pod('b'))).toBe('created')
    const again = await Promise.all([
      answer(namespace, object('ResourceQuota', 'r', { spec: { hard: { pods: '2' } } })), answer(namespace, pod('c')),
    ])
    expect(again[1]).toContain('exceeded quota: r, requested: pods=1, used: pods=2, limited: pods=2')
  })

  test('a dry run is held to it and takes nothing', async () => {
    const namespace = await bounded({ configmaps: '1' })
    const wish = (): KubeObject => object('ConfigMap', 'a', {})
    for (let i = 0; i < 3; i++)
      expect(await core.execute({ verb: 'create', resource: 'configmaps', namespace, name: 'a', object: wish(), dryRun: true }))
        .toMatchObject({ ok: true })
    expect(await answer(namespace, wish())).toBe('created')
    expect(await core.execute({ verb: 'create', resource: 'configmaps', namespace, name: 'b', object: object('ConfigMap', 'b', {}), dryRun: true }))
      .toMatchObject({ ok: false })
  })
})
