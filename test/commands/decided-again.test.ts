import { describe, expect, test } from 'bun:test'
import type { Command } from '../../src/commands/command.ts'
import type { AppendFault } from '../../src/events/memory-log.ts'
import type { Batch } from '../../src/events/log.ts'
import type { Json, KubeObject } from '../../src/meta/object.ts'
import { everyKind, pod } from '../differential/cases/objects.ts'
import { contextOf, create, memoryCore, type MemoryCore } from '../support/memory-core.ts'

const NAMESPACE = 'default'
const at = { id: '01890000-0000-7000-8000-000000000001', receivedAt: 1_790_000_000_000_000 }
const nextAt = { id: '01890000-0000-7000-8000-000000000002', receivedAt: 1_790_000_001_000_000 }

/** Storage resource of an API path: `/apis/apps/v1/namespaces/NS/deployments` is `deployments.apps`. */
function resourceOf(core: MemoryCore, path: string): { resource: string; namespace: string } {
  const parts = path.split('/').slice(1)
  const group = parts[0] === 'api' ? '' : parts[1]!
  const version = parts[0] === 'api' ? parts[1]! : parts[2]!
  const { definition } = core.registry.byPath(group, version, parts.at(-1)!)!
  return { resource: definition.resource, namespace: definition.namespaced ? NAMESPACE : '' }
}

/** Loses the append of each batch once, in one of the ways that a log can. */
const losing = (fault: AppendFault) => {
  let lost = false
  return async (_batch: Batch): Promise<AppendFault | undefined> => {
    lost = !lost
    return lost ? fault : undefined
  }
}

const LOST: AppendFault = { kind: 'unavailable', message: 'the connection broke' }

const bodyOf = (core: MemoryCore, command: Command): unknown => {
  const entry = core.view.entry(command.resource, command.namespace, command.name)
  const body = JSON.parse(new TextDecoder().decode(entry!.bytes)) as KubeObject
  return { ...body, metadata: { ...body.metadata, resourceVersion: '' } }
}

describe('a decision that is made again comes to the same', () => {
  test.each(everyKind.map(([path, object]) => [`${object.kind} ${path.split('/')[2]}`, path, object] as const))(
    'create and update of %s', async (_name, path, object) => {
      const clean = await memoryCore()
      const lossy = await memoryCore({ beforeAppend: losing(LOST) })
      try {
        const place = resourceOf(clean, path)
        const { name } = object.metadata as { name: string }
        // Every core gets a wish of its own: decisions must not share what they change.
        const wish = (): Command => ({ verb: 'create', ...place, name, object: JSON.parse(JSON.stringify(object).replaceAll('"NS"', '"default"')) as KubeObject })
        for (const core of [clean, lossy]) expect(await core.execute(wish(), at)).toMatchObject({ ok: true })
        expect(bodyOf(lossy, wish())).toEqual(bodyOf(clean, wish()))
        const changed = (): Command => ({
          verb: 'patch', ...place, name, patchType: 'merge', patch: { metadata: { labels: { again: 'yes' } } } as Json,
        })
        for (const core of [clean, lossy]) expect(await core.execute(changed(), nextAt)).toMatchObject({ ok: true })
        expect(bodyOf(lossy, changed())).toEqual(bodyOf(clean, changed()))
      } finally {
        await clean.close()
        await lossy.close()
      }
    })

  test.each(['json', 'merge', 'strategic', 'apply'] as const)('%s patch', async (patchType) => {
    const clean = await memoryCore()
    const lossy = await memoryCore({ beforeAppend: losing(LOST) })
    const name = 'one'
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: 'ExternalName', externalName: 'a.b' } }
    const spec = { type: 'ClusterIP', externalName: null, ports: [{ port: 80 }] }
    const patch: Json = patchType === 'json'
      ? [{ op: 'replace', path: '/spec', value: { type: 'ClusterIP', ports: [{ port: 80 }] } }]
      : patchType === 'apply' ? ({ ...pod(name) } as unknown as Json) : { spec }
    const place = { resource: patchType === 'apply' ? 'pods' : 'services', namespace: NAMESPACE, name }
    const changed = (): Command => ({ verb: 'patch', ...place, patchType, patch: structuredClone(patch), force: true })
    for (const core of [clean, lossy]) {
      if (patchType !== 'apply') await core.execute({ verb: 'create', ...place, object: service as KubeObject }, at)
      expect(await core.execute(changed(), nextAt)).toMatchObject({ ok: true })
    }
    expect(bodyOf(lossy, changed())).toEqual(bodyOf(clean, changed()))
    await clean.close()
    await lossy.close()
  })

  test.each<[string, AppendFault]>([
    ['lost before it was written', LOST],
    ['refused by the log once', { kind: 'rejected', message: 'the disk had a moment' }],
    ['written, and the answer lost', { kind: 'unclear', message: 'the connection broke', written: true }],
    ['not written, and nobody knows', { kind: 'unclear', message: 'the connection broke' }],
  ])('a batch %s: each Pod is there once, with one token volume', async (_name, fault) => {
    const core = await memoryCore({ beforeAppend: losing(fault) })
    try {
      const names = ['a', 'b', 'c', 'd']
      const answers = await Promise.all(names.map((name) =>
        core.execute({ verb: 'create', resource: 'pods', namespace: NAMESPACE, name, object: pod(name) as KubeObject })))
      // A batch of a lone request that the log refuses is the culprit itself; alone it was refused once.
      const accepted = answers.filter(({ ok }) => ok)
      expect(core.view.count('pods')).toBe(accepted.length)
      expect(accepted.length).toBeGreaterThanOrEqual(fault.kind === 'rejected' ? 2 : 4)
      for (const stored of core.view.list<KubeObject & { spec: { volumes: unknown[] } }>('pods'))
        expect(stored.spec.volumes).toHaveLength(1)
      const events = await core.log.events({ resource: 'pods', limit: 100 })
      expect(events.map(({ name }) => name).sort()).toEqual(core.view.list('pods').map(({ metadata }) => metadata.name!).sort())
    } finally {
      await core.close()
    }
  })
})

describe('what is decided sees what is not durable yet', () => {
  /** A core whose first append waits until it is let go, with a fault or none. */
  async function held() {
    const gate = Promise.withResolvers<AppendFault | undefined>()
    const reached = Promise.withResolvers<void>()
    let first = true
    const core = await memoryCore({
      beforeAppend: async () => {
        if (!first) return undefined
        first = false
        reached.resolve()
        return gate.promise
      },
    })
    const letGo = async (fault?: AppendFault): Promise<void> => {
      await reached.promise
      gate.resolve(fault)
    }
    return { core, letGo }
  }
  const named = (name: string, more: object = {}): KubeObject =>
    ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more }) as KubeObject
  const made = (name: string): Command => ({ verb: 'create', resource: 'configmaps', namespace: NAMESPACE, name, object: named(name) })

  test('a second create of the same name is refused before the first is durable, and answered after it', async () => {
    const { core, letGo } = await held()
    const order: string[] = []
    const first = core.execute(made('x')).then((answer) => (order.push('first'), answer))
    const second = core.execute(made('x')).then((answer) => (order.push('second'), answer))
    expect(core.view.entry('configmaps', NAMESPACE, 'x')).toBeUndefined()
    await letGo()
    expect(await first).toMatchObject({ ok: true, value: { effect: 'created' } })
    expect(await second).toMatchObject({ ok: false, error: { code: 409, reason: 'AlreadyExists' } })
    expect(order).toEqual(['first', 'second'])
    await core.close()
  })

  test('an update of what is staged builds on it; its stale twin in the same batch is a conflict', async () => {
    const { core, letGo } = await held()
    const first = core.execute(made('x'))
    const patch = (key: string, version?: string): Command => ({
      verb: 'patch', resource: 'configmaps', namespace: NAMESPACE, name: 'x', patchType: 'merge',
      patch: { data: { [key]: '1' }, ...(version && { metadata: { resourceVersion: version } }) },
    })
    const revision = core.sequencer.revision + 1
    const second = core.execute(patch('a', String(revision)))
    const third = core.execute(patch('b', String(revision)))
    await letGo()
    expect(await first).toMatchObject({ ok: true })
    expect(await second).toMatchObject({ ok: true })
    expect(await third).toMatchObject({ ok: false, error: { code: 409, reason: 'Conflict' } })
    expect(core.view.get('configmaps', NAMESPACE, 'x')).toMatchObject({ data: { a: '1' } })
    await core.close()
  })

  test('when the batch fails, what rested on it is decided again: a refusal becomes a create', async () => {
    const { core, letGo } = await held()
    // The first is decided against the view, the second against the first, the third against both.
    const remove: Command = { verb: 'delete', resource: 'configmaps', namespace: NAMESPACE, name: 'x' }
    const answers = [core.execute(made('x')), core.execute(remove), core.execute(made('x'))]
    await letGo(LOST)
    const [created, deleted, again] = await Promise.all(answers)
    expect(created).toMatchObject({ ok: true, value: { effect: 'created' } })
    expect(deleted).toMatchObject({ ok: true, value: { effect: 'deleted' } })
    expect(again).toMatchObject({ ok: true, value: { effect: 'created' } })
    const uids = await core.log.events({ resource: 'configmaps', name: 'x', limit: 10 })
    expect(uids.map(({ op }) => op)).toEqual(['put', 'delete', 'put'])
    expect(new Set(uids.map(({ uid }) => uid)).size).toBe(2)
    await core.close()
  })

  test('an address that a lost create had taken is free again', async () => {
    const { core, letGo } = await held()
    const service = (name: string): Command => ({
      verb: 'create', resource: 'services', namespace: NAMESPACE, name,
      object: { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { clusterIP: '10.96.0.77', clusterIPs: ['10.96.0.77'], ports: [{ port: 80 }] } } as KubeObject,
    })
    const both = [core.execute(service('a')), core.execute(service('b'))]
    await letGo(LOST)
    expect((await Promise.all(both)).map(({ ok }) => ok)).toEqual([true, false])
    expect(core.view.count('services')).toBe(1)
    await core.close()
  })

  test('a dry run sees what is staged and leaves nothing', async () => {
    const { core, letGo } = await held()
    const first = core.execute(made('x'))
    const dry = core.execute({ ...made('x'), dryRun: true })
    const other = core.execute({ ...made('y'), dryRun: true })
    await letGo()
    expect(await first).toMatchObject({ ok: true })
    expect(await dry).toMatchObject({ ok: false, error: { code: 409 } })
    expect(await other).toMatchObject({ ok: true, value: { effect: 'created' } })
    expect(core.view.count('configmaps')).toBe(1)
    await core.close()
  })
})

test('one poisoned write never harms its neighbours', async () => {
  const core = await memoryCore({
    beforeAppend: async (batch) =>
      batch.events.some(({ name }) => name === 'poison') ? { kind: 'rejected', message: 'no such byte' } : undefined,
  })
  const names = ['a', 'b', 'poison', 'c', 'd']
  const answers = await Promise.all(names.map((name) => core.execute({
    verb: 'create', resource: 'configmaps', namespace: NAMESPACE, name,
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
  }, contextOf())))
  expect(answers.map((answer) => (answer.ok ? 201 : answer.error.code))).toEqual([201, 201, 500, 201, 201])
  expect(core.view.list('configmaps').map(({ metadata }) => metadata.name!)).toEqual(['a', 'b', 'c', 'd'])
  await create(core, 'configmaps', NAMESPACE, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'e' } })
  await core.close()
})
