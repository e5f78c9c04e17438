import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { KubeObject } from '../../../src/meta/object.ts'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { create, memoryCore, type MemoryCore } from '../../support/memory-core.ts'

let core: MemoryCore
beforeAll(async () => {
  core = await memoryCore()
})
afterAll(() => core.close())

let count = 0

/** A namespace of its own with one LimitRange of these items. */
async function limited(...limits: object[]): Promise<string> {
  const namespace = `limits-${++count}`
  await create(core, 'namespaces', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await create(core, 'serviceaccounts', namespace, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
  await create(core, 'limitranges', namespace, {
    apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits' }, spec: { limits },
  } as KubeObject)
  return namespace
}

const pod = (spec: object, metadata: object = { name: 'web' }): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata, spec } as KubeObject)

const one = (resources: object): object => ({ containers: [{ name: 'c', image: 'x', resources }] })

const claim = (storage: string): KubeObject => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'web' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
} as KubeObject)

async function answer(namespace: string, object: KubeObject): Promise<string> {
  const resource = `${object.kind.toLowerCase()}s`
  const made = await core.execute({ verb: 'create', resource, namespace, name: object.metadata.name ?? '', object })
  return made.ok ? 'created' : `${made.error.code} ${made.error.message}`
}

describe('LimitRanger', () => {
  test('gives containers what they leave out and says so', async () => {
    const namespace = await limited({
      type: 'Container', defaultRequest: { cpu: '100m', memory: '64Mi' }, default: { cpu: '200m', memory: '128Mi' },
    })
    const made = (await create(core, 'pods', namespace, pod({
      initContainers: [{ name: 'i', image: 'x', resources: { requests: { cpu: '50m' }, limits: { cpu: '60m' } } }],
      containers: [{ name: 'a', image: 'x' }, { name: 'b', image: 'x', resources: { requests: { cpu: '1', memory: '1' }, limits: { cpu: '1', memory: '1' } } }],
    }))) as Pod
    expect(made.spec!.containers.map(({ resources }) => resources)).toEqual([
      { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
      { requests: { cpu: '1', memory: '1' }, limits: { cpu: '1', memory: '1' } },
    ])
    expect(made.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger':
        'LimitRanger plugin set: cpu, memory request for container a; cpu, memory limit for container a; memory request for init container i; memory limit for init container i',
    })
  })

  const container = { type: 'Container', min: { cpu: '100m' }, max: { cpu: '1' } }
  test.each([
    ['below the least', container, pod(one({ requests: { cpu: '50m' }, limits: { cpu: '1' } })),
      '403 pods "web" is forbidden: minimum cpu usage per Container is 100m, but request is 50m'],
    ['above the most', container, pod(one({ requests: { cpu: '1' }, limits: { cpu: '1500m' } })),
      '403 pods "web" is forbidden: maximum cpu usage per Container is 1, but limit is 1500m'],
    ['both of two containers, said once', container,
      pod({ containers: ['a', 'b'].map((name) => ({ name, image: 'x', resources: { requests: { cpu: '50m' }, limits: { cpu: '2' } } })) }),
      '403 pods "web" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m, maximum cpu usage per Container is 1, but limit is 2]'],
    ['no request', { type: 'Pod', min: { memory: '1Mi' } }, pod(one({})),
      '403 pods "web" is forbidden: minimum memory usage per Pod is 1Mi.  No request is specified'],
    ['no limit', { type: 'Pod', max: { memory: '1Mi' } }, pod(one({ requests: { memory: '1' } })),
      '403 pods "web" is forbidden: maximum memory usage per Pod is 1Mi.  No limit is specified'],
    ['the sum of a Pod', { type: 'Pod', max: { cpu: '1' } },
      pod({ containers: ['a', 'b'].map((name) => ({ name, image: 'x', resources: { limits: { cpu: '600m' } } })) }),
      '403 pods "web" is forbidden: maximum cpu usage per Pod is 1, but limit is 1200m'],
    ['a ratio', { type: 'Container', maxLimitRequestRatio: { cpu: '1.5' } }, pod(one({ requests: { cpu: '1' }, limits: { cpu: '2' } })),
      '403 pods "web" is forbidden: cpu max limit to request ratio per Container is 1500m, but provided ratio is 2.000000'],
    ['a ratio that is kept', { type: 'Container', maxLimitRequestRatio: { cpu: '2' } }, pod(one({ requests: { cpu: '1' }, limits: { cpu: '2' } })), 'created'],
    ['a small claim', { type: 'PersistentVolumeClaim', min: { storage: '1Gi' } }, claim('500Mi'),
      '403 persistentvolumeclaims "web" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi'],
    ['a large claim', { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }, claim('5Gi'),
      '403 persistentvolumeclaims "web" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 5Gi'],
    ['what is within', container, pod(one({ requests: { cpu: '200m' }, limits: { cpu: '1' } })), 'created'],
  ])('%s', async (_name, item, object, expected) => {
    expect(await answer(await limited(item), object)).toBe(expected)
  })

  test('an update of a Pod is free, a resize is not', async () => {
    const namespace = await limited({ type: 'Container', max: { cpu: '1' } })
    await create(core, 'pods', namespace, pod(one({ requests: { cpu: '1' }, limits: { cpu: '1' } })))
    const place = { resource: 'pods', namespace, name: 'web' }
    const labelled = await core.execute({ verb: 'patch', ...place, patchType: 'merge', patch: { metadata: { labels: { a: 'b' } } } })
    expect(labelled.ok).toBe(true)
    const resized = await core.execute({
      verb: 'patch', ...place, subresource: 'resize', patchType: 'strategic',
      patch: { spec: { containers: [{ name: 'c', resources: { requests: { cpu: '2' }, limits: { cpu: '2' } } }] } },
    })
    expect(resized).toMatchObject({
      ok: false,
      error: { message: 'pods "web" is forbidden: maximum cpu usage per Container is 1, but limit is 2' },
    })
  })
})
