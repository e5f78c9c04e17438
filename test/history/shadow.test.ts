import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { admissionOf, openCore, type Core } from '../../src/control-plane.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { memoryLockDomain } from '../../src/events/memory-lock.ts'
import { memoryLog } from '../../src/events/memory-log.ts'
import { redactWith } from '../../src/history/redact.ts'
import { groupDecisions } from '../../src/history/shadow/decisions.ts'
import type { ShadowAnswer } from '../../src/history/shadow/parts.ts'
import { replayShadow } from '../../src/history/shadow/replay.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { UNBOUNDED } from '../../src/reconcilers/runtime/budget.ts'
import { inStorageForm, localSink } from '../../src/reconcilers/runtime/local.ts'
import { plainRefusal } from '../../src/reconcilers/runtime/plain-refusal.ts'
import type { Reconciler } from '../../src/reconcilers/runtime/reconciler.ts'
import { verdictOf } from '../../src/reconcilers/runtime/verdict.ts'
import { scheduler } from '../../src/reconcilers/scheduler/reconcile.ts'
import { SchedulerIndex } from '../../src/reconcilers/scheduler/scheduler-index.ts'
import { controllersOf, runLocally } from '../../src/run-controllers.ts'
import { deployment, node, service } from '../support/builders.ts'

const identity = {
  name: 'test',
  uid: 'u',
  podCidr: '10.1.0.0/16',
  serviceCidr: '10.2.0.0/16',
  loadBalancerCidr: '10.3.0.0/24',
  port: 6443,
  nodeName: 'node-1',
  adminToken: '',
  nodeToken: '',
  createdAt: '',
}
const quiet = { debug() {}, info() {}, warn() {}, error() {}, with: () => quiet }
const idKey = new Uint8Array(32)
const log = memoryLog(mainLog('test'))
let core: Core
let sinceMs = 0

const made = (since: number): Reconciler[] => [
  ...controllersOf({
    core: { registry: core.registry },
    identity,
    clock: { now: () => since },
    authority: 'PEM',
    apiAddress: '10.1.0.1',
    apiPort: 6443,
  }),
  scheduler(new SchedulerIndex()),
]

/** A cluster lives for a while: a deployment is made, scaled, refused once and deleted. */
beforeAll(async () => {
  const stop = new AbortController()
  const lock = memoryLockDomain().lock('test')
  core = await openCore({ log, lock, clock: systemClock, logger: quiet, identity, idKey, signal: stop.signal })
  sinceMs = Date.now()
  const runner = runLocally({ core, identity, clock: systemClock, logger: quiet, budget: UNBOUNDED }, made(sinceMs))
  const admin = localSink({ commands: core.commands, registry: core.registry }, 'admin')
  const send = async (command: Parameters<typeof admin.send>[0]) => {
    const answer = await admin.send(command, { triggers: [], view: 0, now: 0, reason: 'change', component: 'test' })
    if (!answer.ok) throw new Error(answer.error.message)
  }
  const rest = async () => {
    for (let still = 0, last = -1; still < 5; await Bun.sleep(5)) {
      still = core.view.revision === last && runner.isIdle ? still + 1 : 0
      last = core.view.revision
    }
  }
  const create = (resource: string, object: KubeObject) => {
    const { namespace = '', name = '' } = object.metadata
    return send({ verb: 'create', resource, namespace, name, object })
  }
  await runner.start(stop.signal)
  await rest()
  await create('nodes', node('node-1'))
  await create('services', service('web', { clusterIP: undefined, clusterIPs: undefined }))
  await create('deployments.apps', deployment('web', 3))
  await rest()
  const scale = (replicas: number) =>
    send({
      verb: 'patch',
      patchType: 'merge',
      resource: 'deployments.apps',
      namespace: 'default',
      name: 'web',
      patch: { spec: { replicas } },
    })
  await scale(5)
  await rest()
  await scale(2)
  await rest()
  await create('deployments.apps', deployment('huge', 1, { template: huge }))
  await rest()
  await send({ verb: 'delete', resource: 'deployments.apps', namespace: 'default', name: 'web' })
  await rest()
  await runner.close()
  stop.abort()
  await core.sequencer.close()
})

afterAll(() => log.close())

/** Fits on no node: the scheduler says so. */
const huge = {
  metadata: { labels: { app: 'huge' } },
  spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '1000' } } }] },
}

const replay = (reconcilers: () => readonly Reconciler[], after = 0): Promise<ShadowAnswer> =>
  replayShadow(
    {
      source: { log, registry: core.registry, redact: redactWith(idKey), now: () => Date.now() },
      registry: core.registry,
      idKey,
      prepare: inStorageForm,
      admission: (state) => admissionOf(identity, state),
      runs: [{ revision: 0, reconcilers }],
      refusedPlan: (reconciler, key, command, status, view, now) =>
        verdictOf(command, status) === 'final'
          ? (reconciler.refused ?? plainRefusal(reconciler))(key, { command, status }, view, now)
          : undefined,
    },
    after,
  )

/** Today's code, but one reconciler decides otherwise. */
const changed = (name: string, change: (reconciler: Reconciler) => Partial<Reconciler>): Reconciler[] =>
  made(sinceMs).map((one) => (one.name === name ? { ...one, ...change(one) } : one))

describe('the same code', () => {
  test('decides everything the same, byte for byte', async () => {
    const answer = await replay(() => made(sinceMs))
    expect(answer.differences).toEqual([])
    expect(answer.decisions).toBeGreaterThan(30)
    expect(answer).toMatchObject({ same: answer.decisions, different: 0, missing: 0, new: 0 })
  })

  test('twice gives the same answer', async () => {
    const [one, two] = [await replay(() => made(sinceMs)), await replay(() => made(sinceMs))]
    expect({ ...one, seconds: 0 }).toEqual({ ...two, seconds: 0 })
  })

  test('from a later revision on there are fewer decisions', async () => {
    const all = await replay(() => made(sinceMs))
    const some = await replay(() => made(sinceMs), core.view.revision - 10)
    expect(some.decisions).toBeGreaterThan(0)
    expect(some.decisions).toBeLessThan(all.decisions)
    expect(some.differences).toEqual([])
  })
})

describe('other code', () => {
  test('a value that it would write otherwise is different, with its path', async () => {
    const answer = await replay(() =>
      changed('replicaset-controller', (one) => ({
        reconcile: (key, view, now) => {
          const plan = one.reconcile(key, view, now)
          return {
            ...plan,
            commands: plan.commands.map((command) =>
              command.verb === 'create'
                ? {
                    ...command,
                    object: { ...command.object, metadata: { ...command.object.metadata, labels: { other: 'label' } } },
                  }
                : command,
            ),
          }
        },
      })),
    )
    expect(answer.different).toBeGreaterThan(0)
    expect(answer.differences[0]).toMatchObject({ problem: 'different', component: 'replicaset-controller' })
    expect(answer.differences.flatMap(({ paths = [] }) => paths.map(({ path }) => path))).toContain(
      'metadata.labels.other',
    )
  })

  test('what it would leave out is missing', async () => {
    const answer = await replay(() => changed('scheduler', () => ({ reconcile: () => ({ commands: [] }) })))
    expect(answer.missing).toBeGreaterThan(0)
    expect(new Set(answer.differences.map(({ component, problem }) => `${component} ${problem}`))).toEqual(
      new Set(['scheduler missing']),
    )
  })

  test('what it would do more is new', async () => {
    const more = {
      verb: 'create' as const,
      resource: 'configmaps',
      namespace: 'default',
      name: 'extra',
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra' } },
    }
    const answer = await replay(() =>
      changed('deployment-controller', (one) => ({
        reconcile: (key, view, now) => {
          const plan = one.reconcile(key, view, now)
          return { ...plan, commands: [...plan.commands, more] }
        },
      })),
    )
    expect(answer.new).toBeGreaterThan(0)
    expect(answer.differences[0]).toMatchObject({ problem: 'new', command: 'create configmaps default/extra' })
  })

  test('a reconciler that throws is told, not fatal', async () => {
    const answer = await replay(() =>
      changed('endpoint-controller', () => ({
        reconcile: () => {
          throw new Error('no such field')
        },
      })),
    )
    expect(answer.differences.some(({ message }) => message === 'no such field')).toBe(true)
  })

  test('one that is gone is left out and counted', async () => {
    const answer = await replay(() => made(sinceMs).filter(({ name }) => name !== 'scheduler'))
    expect(answer.skipped['scheduler']).toBeGreaterThan(0)
    expect(answer.differences).toEqual([])
  })
})

test('events of one decision are one group: same component, key, view and now', () => {
  const event = (revision: number, key: string, view: number, now: number) =>
    ({ revision, cause: { triggers: [], view, now, key, reason: 'change' as const, component: 'c' } }) as never
  const { all, byView } = groupDecisions([
    event(5, 'a', 3, 1),
    event(6, 'a', 3, 1),
    event(7, 'b', 3, 1),
    event(8, 'a', 6, 2),
    { revision: 9 } as never,
  ])
  expect(all.map(({ key, revisions }) => `${key} ${revisions}`)).toEqual(['a 5,6', 'b 7', 'a 8'])
  expect(byView.get(3)).toHaveLength(2)
})
