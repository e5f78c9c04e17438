import { afterEach, describe, expect, test } from 'bun:test'
import type { Log } from '../../src/base/log.ts'
import { bootstrapObjects, ensureRights } from '../../src/bootstrap-rights.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openCore, type Core } from '../../src/control-plane.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { memoryLockDomain } from '../../src/events/memory-lock.ts'
import { memoryLog } from '../../src/events/memory-log.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { timeText } from '../../src/meta/timestamp.ts'
import { UNBOUNDED } from '../../src/reconcilers/runtime/budget.ts'
import { controllersOf, runLocally } from '../../src/run-controllers.ts'
import type { Command } from '../../src/commands/command.ts'
import type { Deployment, ReplicaSet } from '../../src/resources/generated/apps.gen.ts'
import type { Event, Namespace, Pod, Service } from '../../src/resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../src/resources/generated/discovery.gen.ts'
import { forbiddenText, type Authorizer } from '../../src/rights/attributes.ts'
import { localSink } from '../../src/reconcilers/runtime/local.ts'
import { scheduler } from '../../src/reconcilers/scheduler/reconcile.ts'
import { SchedulerIndex } from '../../src/reconcilers/scheduler/scheduler-index.ts'
import {
  container,
  deployment,
  node,
  pod,
  replicationController,
  service,
} from '../support/builders.ts'

/** A control plane as klio runs it, on a log in memory; `kubelet` runs what is bound to node-1. */
interface World {
  readonly core: Core
  /** Bugs that the runner reported. */
  readonly problems: string[]
  readonly revision: () => number
  send(command: Command): Promise<KubeObject>
  get<O extends KubeObject>(resource: string, name: string, namespace?: string): O | undefined
  until(what: string, holds: () => boolean): Promise<void>
  /** Waits until nothing is written any more; answers how many revisions that took. */
  rest(): Promise<number>
  close(): Promise<void>
}

let world: World | undefined
afterEach(async () => {
  await world?.close()
  expect(world?.problems ?? []).toEqual([])
  world = undefined
})

async function started(): Promise<World> {
  const problems: string[] = []
  const logger: Log = {
    debug() {},
    info() {},
    warn() {},
    error: (message, fields) => void problems.push(`${message} ${Bun.inspect(fields)}`),
    with: () => logger,
  }
  const stop = new AbortController()
  const clock = systemClock
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
  const log = memoryLog(mainLog('test'))
  const lock = memoryLockDomain().lock('test')
  const idKey = new Uint8Array(32)
  const core = await openCore({ log, lock, clock, logger, identity, idKey, signal: stop.signal })
  const { view, commands, registry } = core
  const parts = {
    core,
    identity,
    clock,
    logger,
    budget: UNBOUNDED,
    authority: 'PEM',
    apiAddress: '10.1.0.1',
    apiPort: 6443,
    authorizer: telling(core.authorizer, problems),
  }
  await ensureRights(core, logger, bootstrapObjects())
  const runner = runLocally(parts, [...controllersOf(parts), scheduler(new SchedulerIndex())])
  const admin = localSink({ commands, registry }, 'admin')
  const cause = { triggers: [], view: 0, now: 0, reason: 'change' as const, component: 'test' }
  const send = async (command: Command) => {
    const answer = await admin.send(command, cause)
    if (!answer.ok) throw new Error(`${command.verb} ${command.resource}: ${answer.error.message}`)
    return answer.value.object
  }
  await runner.start(stop.signal)
  const until = async (what: string, holds: () => boolean) => {
    for (const give = Date.now() + 5_000; !holds(); await Bun.sleep(2))
      if (Date.now() > give)
        throw new Error(`never: ${what}; problems: ${JSON.stringify(problems)}`)
  }
  return {
    core,
    problems,
    revision: () => view.revision,
    send,
    get: (resource, name, namespace = 'default') => view.get(resource, namespace, name),
    until,
    async rest() {
      const from = view.revision
      for (let still = 0, last = -1; still < 10; await Bun.sleep(5)) {
        still = view.revision === last && runner.isIdle ? still + 1 : 0
        last = view.revision
      }
      return view.revision - from
    },
    async close() {
      await runner.close()
      stop.abort()
      await core.sequencer.close()
    },
  }
}

/** Notes what somebody was refused: no controller may want more than its role gives. */
const telling = (authorizer: Authorizer, problems: string[]): Authorizer => ({
  ...authorizer,
  judge(subject, attributes) {
    const verdict = authorizer.judge(subject, attributes)
    if (!verdict.allowed) problems.push(forbiddenText(subject, attributes, verdict.reason))
    return verdict
  },
})

const create = (resource: string, object: KubeObject): Command => ({
  verb: 'create',
  resource,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name ?? '',
  object,
})
const patch = (
  resource: string,
  name: string,
  body: Parameters<typeof JSON.stringify>[0],
  subresource = '',
) =>
  ({
    verb: 'patch',
    patchType: 'merge',
    resource,
    namespace: 'default',
    name,
    patch: body,
    subresource,
  }) as Command

/** Registers node-1 and runs every pod bound to it, as a kubelet does, once. */
async function kubelet(w: World): Promise<void> {
  for (const each of w.core.view.list<Pod>('pods')) {
    const { namespace = '', name = '' } = each.metadata
    if (each.spec?.nodeName !== 'node-1') continue
    if (each.metadata.deletionTimestamp) {
      const options = { gracePeriodSeconds: 0 }
      await w.send({ verb: 'delete', resource: 'pods', namespace, name, options })
    } else if (each.status?.phase !== 'Running') {
      const ip = `10.1.0.${(Number.parseInt(each.metadata.uid!.slice(0, 6), 16) % 250) + 2}`
      const conditions = [
        ...(each.status?.conditions ?? []),
        { type: 'Ready', status: 'True', lastTransitionTime: timeText(Date.now()) },
      ]
      const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions }
      await w.send({ ...patch('pods', name, { status }, 'status'), namespace } as Command)
    }
  }
}

async function ready(): Promise<World> {
  const w = await started()
  await w.until('namespace default', () => w.get('serviceaccounts', 'default') !== undefined)
  const one = node('node-1')
  await w.send(create('nodes', one))
  const status = { ...one.status, capacity: one.status!.allocatable } as never
  await w.send({ ...patch('nodes', 'node-1', { status }, 'status'), namespace: '' } as Command)
  return w
}

/** Lets controllers and kubelet take turns until neither has anything to do. */
async function rollOut(w: World): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await w.rest()
    const before = w.revision()
    await kubelet(w)
    if (w.revision() === before) return
  }
  throw new Error('the rollout does not end')
}

describe('the whole control plane on its real write path', () => {
  test('comes up with what every cluster has, then writes nothing more', async () => {
    world = await ready()
    await world.rest()
    expect(await world.rest()).toBe(0)
    expect(world.problems).toEqual([])
    expect(world.get('configmaps', 'kube-root-ca.crt')).toBeDefined()
    expect(world.get<Service>('services', 'kubernetes')?.spec?.clusterIP).toBe('10.2.0.1')
    expect(world.get('endpoints', 'kubernetes')).toBeDefined()
    expect(world.get('endpointslices.discovery.k8s.io', 'kubernetes')).toBeDefined()
  })

  test('a Deployment rolls out, updates, undoes, and comes to rest each time', async () => {
    const w = (world = await ready())
    await w.send(create('deployments.apps', deployment('web', 3)))
    await rollOut(w)
    const now = () => w.get<Deployment>('deployments.apps', 'web')!
    expect(now().status).toMatchObject({ replicas: 3, availableReplicas: 3, observedGeneration: 1 })
    expect(now().metadata.generation).toBe(1)
    expect(now().metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
    const image = (text: string) =>
      patch('deployments.apps', 'web', {
        spec: { template: { spec: { containers: [container(text)] } } },
      })
    await w.send(image('nginx:2'))
    await rollOut(w)
    await w.send(image('nginx'))
    await rollOut(w)
    expect(now().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
    expect(w.core.view.count('replicasets.apps', 'default')).toBe(2)
    expect(w.core.view.count('pods', 'default')).toBe(3)
    expect(
      now()
        .status?.conditions?.map((c) => c.reason)
        .sort(),
    ).toEqual(['MinimumReplicasAvailable', 'NewReplicaSetAvailable'])
    expect(w.problems).toEqual([])
    const events = w.core.view.list<Event>('events', 'default')
    expect(events.some((e) => e.reason === 'Scheduled' && e.action === 'Binding')).toBe(true)
    expect(events.some((e) => e.message?.startsWith('Scaled up replica set web-'))).toBe(true)
    await w.send({
      verb: 'delete',
      resource: 'deployments.apps',
      namespace: 'default',
      name: 'web',
    })
    await rollOut(w)
    expect([w.core.view.count('replicasets.apps'), w.core.view.count('pods')]).toEqual([0, 0])
  })

  test('a Service finds its pods and its address', async () => {
    const w = (world = await ready())
    await w.send(create('replicationcontrollers', replicationController('web', 2)))
    const { clusterIP: _ip, ...spec } = service('web', { type: 'LoadBalancer' }).spec!
    await w.send(create('services', { ...service('web'), spec } as Service))
    await rollOut(w)
    const slices = w.core.view
      .list<EndpointSlice>('endpointslices.discovery.k8s.io', 'default')
      .filter((s) => s.metadata.labels?.['kubernetes.io/service-name'] === 'web')
    expect(slices.map((s) => s.endpoints?.length)).toEqual([2])
    expect(w.get<Service>('services', 'web')?.status?.loadBalancer?.ingress?.[0]?.ip).toMatch(
      /^10\.3\.0\./,
    )
    await w.send({ verb: 'delete', resource: 'services', namespace: 'default', name: 'web' })
    await rollOut(w)
    expect(w.get('endpoints', 'web')).toBeUndefined()
    expect(w.core.view.count('endpointslices.discovery.k8s.io', 'default')).toBe(1)
  })

  test('propagation: foreground goes from the leaves, orphan leaves them', async () => {
    const w = (world = await ready())
    await w.send(create('deployments.apps', deployment('web', 2)))
    await w.send(create('deployments.apps', deployment('free', 2)))
    await rollOut(w)
    const remove = (name: string, propagationPolicy: 'Foreground' | 'Orphan') =>
      w.send({
        verb: 'delete',
        resource: 'deployments.apps',
        namespace: 'default',
        name,
        options: { propagationPolicy },
      })
    await remove('web', 'Foreground')
    await remove('free', 'Orphan')
    await rollOut(w)
    expect(w.core.view.count('deployments.apps')).toBe(0)
    const left = w.core.view.list<ReplicaSet>('replicasets.apps')
    expect(left.map((s) => [s.metadata.labels?.['app'], s.metadata.ownerReferences])).toEqual([
      ['free', undefined],
    ])
    expect(w.core.view.count('pods')).toBe(2)
  })

  test('a namespace empties itself and goes', async () => {
    const w = (world = await ready())
    await w.send(
      create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } }),
    )
    await w.until('its account', () => w.get('serviceaccounts', 'default', 'team') !== undefined)
    await w.send(
      create('replicationcontrollers', {
        ...replicationController('a', 2),
        metadata: { name: 'a', namespace: 'team' },
      }),
    )
    await rollOut(w)
    expect(w.core.view.count('pods', 'team')).toBe(2)
    await w.send({ verb: 'delete', resource: 'namespaces', namespace: '', name: 'team' })
    await rollOut(w)
    expect(w.get<Namespace>('namespaces', 'team', '')).toBeUndefined()
    for (const { resource } of w.core.registry.definitions)
      expect(w.core.view.count(resource, 'team')).toBe(0)
  })

  test('2,000 pods that fit nowhere all learn why, each with its Event', async () => {
    const w = (world = await ready())
    await w.rest()
    const big = { containers: [container('nginx', { resources: { requests: { cpu: '64' } } })] }
    for (let i = 0; i < 2_000; i++) await w.send(create('pods', pod(`p${i}`, { spec: big })))
    const told = () =>
      w.core.view
        .list<Pod>('pods')
        .filter((p) => p.status?.conditions?.some((c) => c.reason === 'Unschedulable'))
    await w.rest()
    expect(told().length).toBe(2_000)
    const events = w.core.view
      .list<Event>('events', 'default')
      .filter((e) => e.reason === 'FailedScheduling')
    expect(new Set(events.map((e) => e.involvedObject.name)).size).toBe(2_000)
  }, 30_000)
})
