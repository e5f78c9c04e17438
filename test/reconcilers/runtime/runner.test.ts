import { describe, expect, test } from 'bun:test'
import type { Cause } from '../../../src/events/log-event.ts'
import type { Command } from '../../../src/commands/command.ts'
import type { KubeObject } from '../../../src/meta/object.ts'
import { conflict, forbiddenTo, notFound, tooManyRequests } from '../../../src/meta/status.ts'
import { UNBOUNDED, type Budget } from '../../../src/reconcilers/runtime/budget.ts'
import { eventRecorder } from '../../../src/reconcilers/runtime/recorder.ts'
import { NOTHING, type Reconciler } from '../../../src/reconcilers/runtime/reconciler.ts'
import { Runner, type RunnerProblem } from '../../../src/reconcilers/runtime/runner.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const PODS = { group: '', resource: 'pods' }

interface ConfigMap extends KubeObject {
  data?: Record<string, string>
}
const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
})

/** Makes data.copy follow data.text: one patch a key. */
const copier = (extra: Partial<Reconciler> = {}): Reconciler => ({
  name: 'copier',
  user: 'system:copier',
  watches: [{ resource: 'configmaps', keysOf: (c) => [`${c.namespace}/${c.name}`] }],
  reconcile(key, view) {
    const name = key.split('/')[1]!
    const found = view.get<ConfigMap>('configmaps', 'default', name)
    if (!found || found.data?.['copy'] === found.data?.['text']) return NOTHING
    const patch = { data: { copy: found.data?.['text'] ?? null } }
    const where = { resource: 'configmaps', namespace: 'default', name }
    return {
      commands: [{ verb: 'patch', patchType: 'merge', ...where, patch, why: 'text changed' }],
    }
  },
  ...extra,
})

function started(reconcilers: Reconciler[], budget: Budget = UNBOUNDED) {
  const clock = steppedClock()
  const cluster = new TestCluster(clock)
  const causes: Cause[] = []
  const problems: RunnerProblem[] = []
  const sink = {
    send: (command: Command, cause: Cause) => {
      causes.push(cause)
      return cluster.send(command)
    },
  }
  const runner = new Runner(
    {
      source: cluster,
      sinkOf: () => sink,
      recorder: eventRecorder(clock, 'host'),
      clock,
      budget,
      build: 'test',
      report: (problem) => problems.push(problem),
    },
    reconcilers,
  )
  const stop = new AbortController()
  return { clock, cluster, runner, causes, problems, start: () => runner.start(stop.signal) }
}

describe('Runner', () => {
  test('decides what was there at start, and what changes after; causes say which', async () => {
    const t = started([copier()])
    t.cluster.add(configMap('a', { text: '1' }))
    await t.start()
    await t.clock.step(0)
    expect(t.causes).toEqual([
      {
        triggers: [],
        view: 1,
        now: t.clock.now(),
        reason: 'absence',
        component: 'copier',
        key: 'default/a',
        build: 'test',
        note: 'text changed',
      },
    ])
    t.cluster.edit(configMap('a'), (copy) => (copy.data = { ...copy.data, text: '2' }))
    await t.clock.step(0)
    // Revision 2 was its own patch, which dirtied the key but led to nothing.
    expect(t.causes[1]).toMatchObject({ reason: 'change', triggers: ['r:3'], view: 3 })
    expect(t.runner.isIdle).toBe(true)
    await t.runner.close()
    expect(t.clock.sleepers).toBe(0)
  })

  test('a stale view is tried again soon, a refusal for good becomes an Event and waits long', async () => {
    const t = started([copier()])
    let answer = conflict(PODS, 'a', 'changed')
    let refusals = 0
    t.cluster.gate = (command) => {
      if (command.resource !== 'configmaps') return undefined
      refusals++
      return answer
    }
    t.cluster.add(configMap('a', { text: '1' }))
    await t.start()
    await t.clock.step(100)
    expect(refusals).toBeGreaterThanOrEqual(4)
    answer = forbiddenTo(PODS, 'a', 'no')
    await t.clock.step(200)
    const before = refusals
    await t.clock.step(900)
    expect(refusals).toBe(before)
    const events = t.cluster.view.list('events')
    expect(events).toMatchObject([
      {
        reason: 'FailedReconcile',
        type: 'Warning',
        involvedObject: { kind: 'ConfigMap', name: 'a' },
        message: 'Error on patch of configmaps: pods "a" is forbidden: no',
        source: { component: 'copier' },
        count: 1,
      },
    ])
    await t.runner.close()
  })

  test('a busy server is tried again with growing delays', async () => {
    const t = started([copier()])
    const at: number[] = []
    t.cluster.gate = (command) => {
      if (command.resource !== 'configmaps') return undefined
      at.push(t.clock.monotonicMs())
      return at.length < 5 ? tooManyRequests('later', 1) : undefined
    }
    t.cluster.add(configMap('a', { text: '1' }))
    await t.start()
    await t.clock.step(1_000)
    expect(at).toEqual([0, 5, 15, 35, 75])
    expect(t.cluster.view.get<ConfigMap>('configmaps', 'default', 'a')?.data).toEqual({
      text: '1',
      copy: '1',
    })
    await t.runner.close()
  })

  test('a throw is reported as a bug with key and revision, and other keys go on', async () => {
    const honest = copier()
    const t = started([
      copier({
        reconcile(key, view, now) {
          if (key === 'default/bad') throw new Error('boom')
          return honest.reconcile(key, view, now)
        },
      }),
    ])
    t.cluster.add(configMap('bad', { text: '1' }))
    t.cluster.add(configMap('good', { text: '1' }))
    await t.start()
    await t.clock.step(0)
    expect(t.problems[0]).toMatchObject({
      problem: 'bug',
      component: 'copier',
      key: 'default/bad',
      view: 2,
    })
    expect(t.cluster.view.get<ConfigMap>('configmaps', 'default', 'good')?.data?.['copy']).toBe('1')
    await t.runner.close()
  })

  test('a key waits until the view has reached the revision of its last command', async () => {
    const t = started([copier()])
    const seen: number[] = []
    const late: Reconciler = {
      ...copier(),
      reconcile(_key, view) {
        seen.push(view.revision)
        return seen.length > 1
          ? NOTHING
          : { commands: [{ verb: 'delete', resource: 'pods', namespace: 'default', name: 'x' }] }
      },
    }
    const clock = t.clock
    const cluster = t.cluster
    const runner = new Runner(
      {
        source: cluster,
        // Answers with a revision that the view reaches only later.
        sinkOf: () => ({
          send: async () => ({ ok: true, value: { object: configMap('x'), revision: 5 } }),
        }),
        recorder: eventRecorder(clock, 'host'),
        clock,
        report: () => {},
      },
      [late],
    )
    cluster.add(configMap('a'))
    await runner.start(new AbortController().signal)
    await clock.step(0)
    for (const text of ['1', '2', '3', '4', '5']) {
      cluster.edit(configMap('a'), (copy) => (copy.data = { text }))
      await clock.step(0)
    }
    expect(seen).toEqual([1, 5, 6])
    await runner.close()
  })

  test('a key comes back after requeueAfterMs, with a timer as its cause', async () => {
    const t = started([
      copier({
        reconcile: (_key, _view, now) => ({
          commands:
            now % 1000 === 0 && now > Date.UTC(2026, 0, 1)
              ? [{ verb: 'delete', resource: 'pods', namespace: 'default', name: 'x' }]
              : [],
          requeueAfterMs: 1_000,
        }),
      }),
    ])
    t.cluster.gate = () => notFound(PODS, 'x')
    t.cluster.add(configMap('a'))
    await t.start()
    await t.clock.step(2_500)
    expect(t.causes.map((cause) => cause.reason)).toEqual(['timer', 'timer'])
    await t.runner.close()
  })

  test('nothing is decided while the budget says no', async () => {
    let allowed = false
    const t = started([copier()], { mayRun: () => allowed })
    t.cluster.add(configMap('a', { text: '1' }))
    await t.start()
    await t.clock.step(100)
    expect(t.causes).toEqual([])
    allowed = true
    await t.clock.step(100)
    expect(t.causes.length).toBe(1)
    await t.runner.close()
  })

  test('closing does not wait for a budget that says no, nor sends what it held back', async () => {
    let allowed = true
    const where = { resource: 'configmaps', namespace: 'default' }
    const t = started(
      [
        copier({
          reconcile: () => ({
            commands: ['x', 'y'].map((name) => ({
              verb: 'create',
              ...where,
              name,
              object: configMap(name),
            })),
          }),
        }),
      ],
      { mayRun: () => allowed },
    )
    t.cluster.gate = () => {
      allowed = false
      return undefined
    }
    t.cluster.add(configMap('a'))
    await t.start()
    await t.clock.step(10)
    const closing = t.runner.close()
    await t.clock.step(10)
    await closing
    expect(t.cluster.log.map((command) => command.name)).toEqual(['x'])
    expect(t.problems).toEqual([])
  })

  test('1,000 keys of 0.2 ms never hold the event loop for 10 ms', async () => {
    const spin = (ms: number) => {
      const until = performance.now() + ms
      while (performance.now() < until);
    }
    const t = started([copier({ reconcile: () => (spin(0.2), NOTHING) })])
    const real = { ...t.clock, monotonicMs: () => performance.now() }
    for (let i = 0; i < 1_000; i++) t.cluster.add(configMap(`c${i}`))
    const runner = new Runner(
      {
        source: t.cluster,
        sinkOf: () => t.cluster,
        recorder: eventRecorder(real, 'host'),
        clock: real,
        report: () => {},
      },
      [copier({ reconcile: () => (spin(0.2), NOTHING) })],
    )
    await runner.start(new AbortController().signal)
    let turns = 0
    while (!runner.isIdle) {
      turns++
      await new Promise((resolve) => setImmediate(resolve))
    }
    // 200 ms of work in slices of 5 ms: the loop came by in between, many times.
    expect(turns).toBeGreaterThan(20)
    await runner.close()
  })
})
