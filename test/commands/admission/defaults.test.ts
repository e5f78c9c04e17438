import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mergeTolerations } from '../../../src/commands/admission/merge-tolerations.ts'
import type { Json, KubeObject } from '../../../src/meta/object.ts'
import type { Ingress } from '../../../src/resources/generated/networking.gen.ts'
import type { Node, PersistentVolumeClaim, Pod, Toleration } from '../../../src/resources/generated/core.gen.ts'
import { create, memoryCore, type MemoryCore } from '../../support/memory-core.ts'

let core: MemoryCore
beforeAll(async () => {
  core = await memoryCore()
})
afterAll(() => core.close())

const object = (apiVersion: string, kind: string, name: string, more: object = {}, metadata: object = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name, ...metadata }, ...more }) as KubeObject
const pod = (name: string, spec: object = {}): KubeObject =>
  object('v1', 'Pod', name, { spec: { containers: [{ name: 'c', image: 'x' }], ...spec } })
const storageClass = (name: string, more: object = {}, isDefault = true): KubeObject =>
  object('storage.k8s.io/v1', 'StorageClass', name, { provisioner: 'a.b/c', ...more },
    isDefault ? { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } : {})
const claim = (name: string, spec: object = {}): KubeObject =>
  object('v1', 'PersistentVolumeClaim', name, { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec } })
const patch = (resource: string, name: string, change: object, subresource = '', namespace = 'default') =>
  core.execute({ verb: 'patch', resource, namespace, name, subresource, patchType: 'merge', patch: change as Json })

async function refusal(resource: string, wish: KubeObject): Promise<string> {
  const answer = await core.execute({ verb: 'create', resource, namespace: 'default', name: wish.metadata.name ?? '', object: wish })
  return answer.ok ? 'created' : answer.error.message!
}

describe('classes by default', () => {
  test('a claim gets the newest default class, unless it says that it wants none', async () => {
    const made = async (name: string, spec: object = {}) =>
      ((await create(core, 'persistentvolumeclaims', 'default', claim(name, spec))) as PersistentVolumeClaim).spec!.storageClassName
    expect(await made('before')).toBeUndefined()
    await create(core, 'storageclasses.storage.k8s.io', '', storageClass('b'))
    await create(core, 'storageclasses.storage.k8s.io', '', storageClass('a'))
    await create(core, 'storageclasses.storage.k8s.io', '', storageClass('0', {}, false))
    expect([await made('after'), await made('none', { storageClassName: '' })]).toEqual(['a', ''])
  })

  test('an Ingress gets the default class, unless an old annotation names one', async () => {
    await create(core, 'ingressclasses.networking.k8s.io', '', object('networking.k8s.io/v1', 'IngressClass', 'i',
      { spec: { controller: 'a.b/c' } }, { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }))
    const made = async (name: string, metadata: object = {}) =>
      ((await create(core, 'ingresses.networking.k8s.io', 'default', object('networking.k8s.io/v1', 'Ingress', name,
        { spec: { defaultBackend: { service: { name: 'x', port: { number: 1 } } } } }, metadata))) as Ingress).spec!.ingressClassName
    expect(await made('plain')).toBe('i')
    expect(await made('old', { annotations: { 'kubernetes.io/ingress.class': 'x' } })).toBeUndefined()
  })
})

describe('storage in use', () => {
  test('what may be in use is protected from the start', async () => {
    const made = await create(core, 'persistentvolumeclaims', 'default', claim('held'))
    expect(made.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
  })

  test('a claim grows when it is bound and its class can grow', async () => {
    await create(core, 'storageclasses.storage.k8s.io', '', storageClass('stiff', {}, false))
    await create(core, 'storageclasses.storage.k8s.io', '', storageClass('elastic', { allowVolumeExpansion: true }, false))
    const grow = async (name: string, storage = '2Gi') => {
      const answer = await patch('persistentvolumeclaims', name, { spec: { resources: { requests: { storage } } } })
      return answer.ok ? 'grown' : answer.error.message
    }
    for (const name of ['stiff', 'elastic']) {
      await create(core, 'persistentvolumeclaims', 'default', claim(name, { storageClassName: name, volumeName: 'v' }))
      // Upstream's validation is first: a claim that is not bound changes nothing of its spec.
      expect(await grow(name)).not.toBe('grown')
      await patch('persistentvolumeclaims', name, { status: { phase: 'Bound' } }, 'status')
    }
    expect(await grow('elastic')).toBe('grown')
    expect(await grow('stiff')).toBe('persistentvolumeclaims "stiff" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize')
  })
})

describe('nodes and what runs on them', () => {
  test('a node is tainted until it is found ready', async () => {
    const made = (await create(core, 'nodes', '', object('v1', 'Node', 'n', {}, { labels: {
      'topology.kubernetes.io/zone': 'z', 'topology.kubernetes.io/region': 'r', 'other': 'o',
    } }))) as Node
    expect(made.spec!.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])
  })

  test('a Pod carries the zone and the region of its node', async () => {
    const expected = { 'topology.kubernetes.io/zone': 'z', 'topology.kubernetes.io/region': 'r' }
    expect((await create(core, 'pods', 'default', pod('placed', { nodeName: 'n' }))).metadata.labels).toEqual(expected)
    await create(core, 'pods', 'default', pod('bound'))
    const binding = object('v1', 'Binding', 'bound', { target: { kind: 'Node', name: 'n' } })
    const answer = await core.execute({ verb: 'create', resource: 'pods', subresource: 'binding', namespace: 'default', name: 'bound', object: binding })
    expect(answer.ok).toBe(true)
    expect(core.view.get('pods', 'default', 'bound')!.metadata.labels).toEqual(expected)
  })

  test('a Pod does not grow beyond its node', async () => {
    await patch('nodes', 'n', { status: { allocatable: { cpu: '1', memory: '1Gi' } } }, 'status', '')
    await create(core, 'pods', 'default', pod('grows', { nodeName: 'n', containers: [{ name: 'c', image: 'x', resources: { requests: { cpu: '100m' } } }] }))
    const resize = (cpu: string) => core.execute({
      verb: 'patch', resource: 'pods', namespace: 'default', name: 'grows', subresource: 'resize', patchType: 'strategic',
      patch: { spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] } },
    })
    expect(await resize('1')).toMatchObject({ ok: true })
    expect(await resize('1500m')).toMatchObject({ ok: false, error: {
      message: `pods "grows" is forbidden: node didn't have enough allocatable resources: cpu, requested: 1500, allocatable: 1000`,
      details: { causes: [{ reason: 'NodeCapacity' }] },
    } })
  })
})

describe('runtime classes', () => {
  test('what a class costs and where it runs goes over to the Pod', async () => {
    await create(core, 'runtimeclasses.node.k8s.io', '', object('node.k8s.io/v1', 'RuntimeClass', 'rc', {
      handler: 'h', overhead: { podFixed: { cpu: '100m' } },
      scheduling: { nodeSelector: { kind: 'fast' }, tolerations: [{ key: 'k', operator: 'Exists' }] },
    }))
    const made = (await create(core, 'pods', 'default', pod('rc', { runtimeClassName: 'rc', nodeSelector: { a: 'b' } }))) as Pod
    expect(made.spec).toMatchObject({ overhead: { cpu: '100m' }, nodeSelector: { a: 'b', kind: 'fast' } })
    expect(made.spec!.tolerations!.map(({ key }) => key)).toContain('k')
  })

  test.each([
    ['an absent class', { runtimeClassName: 'absent' }, 'pods "p" is forbidden: pod rejected: RuntimeClass "absent" not found'],
    ['an overhead of one’s own', { overhead: { cpu: '1' } }, 'pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    ['another overhead', { runtimeClassName: 'rc', overhead: { cpu: '1' } }, `pods "p" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead`],
    ['another place', { runtimeClassName: 'rc', nodeSelector: { kind: 'slow' } }, 'pods "p" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[kind] = fast; pod.spec.nodeSelector[kind] = slow'],
    ['the same overhead', { runtimeClassName: 'rc', overhead: { cpu: '0.1' } }, 'created'],
  ])('%s', async (_name, spec, expected) => {
    expect(await refusal('pods', pod('p', spec))).toBe(expected)
  })

  const exists = (key: string, more: object = {}): Toleration => ({ key, operator: 'Exists', ...more })
  const equals = (key: string, value: string, more: object = {}): Toleration => ({ key, operator: 'Equal', value, ...more })
  test.each([
    ['equal ones are one', [exists('a')], [exists('a')], [exists('a')]],
    ['a wider one covers', [equals('a', 'b')], [exists('a')], [exists('a')]],
    ['a wider one before covers', [exists('a')], [equals('a', 'b')], [exists('a')]],
    ['one without a key covers all', [equals('a', 'b')], [{ operator: 'Exists' }], [{ operator: 'Exists' }]],
    ['another effect stays', [exists('a', { effect: 'NoSchedule' })], [exists('a', { effect: 'NoExecute' })], [exists('a', { effect: 'NoSchedule' }), exists('a', { effect: 'NoExecute' })]],
    ['longer covers shorter', [exists('a', { effect: 'NoExecute', tolerationSeconds: 5 })], [exists('a', { effect: 'NoExecute', tolerationSeconds: 9 })], [exists('a', { effect: 'NoExecute', tolerationSeconds: 9 })]],
    ['another value stays', [equals('a', 'b')], [equals('a', 'c')], [equals('a', 'b'), equals('a', 'c')]],
  ] as const)('tolerations: %s', (_name, first, second, expected) => {
    expect(mergeTolerations([...first] as Toleration[], [...second] as Toleration[])).toEqual([...expected] as Toleration[])
  })
})
