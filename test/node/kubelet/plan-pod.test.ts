import { describe, expect, test } from 'bun:test'
import { planPod } from '../../../src/node/kubelet/plan-pod.ts'
import type { PodAction } from '../../../src/node/kubelet/pod-action.ts'
import type { PodState } from '../../../src/node/kubelet/pod-state.ts'
import type { Observed } from '../../../src/node/kubelet/observed.ts'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { container, facts, NOW, observed, pod, sandbox, seen } from '../support/pods.ts'

/** An action in words. */
const words = (a: PodAction): string => {
  if (a.do === 'startContainer') return `start ${a.name}#${a.attempt}`
  if (a.do === 'killContainer') return `kill ${a.id} ${a.why} ${a.graceSeconds}s`
  if (a.do === 'createSandbox') return `sandbox#${a.attempt}`
  if (a.do === 'stopSandbox') return `stop ${a.id}`
  if (a.do === 'removeContainer') return `remove ${a.id}`
  return a.do
}

const plan = (p: Pod, o: Observed, f: PodState = facts(), terminal = false) =>
  planPod({ pod: p, observed: o, facts: f, now: NOW, terminal })
const actions = (p: Pod, o: Observed, f?: PodState, terminal?: boolean) => plan(p, o, f, terminal).actions.map(words)

const S = [sandbox()]
const GONE = [sandbox({ ready: false })]
const side = container('side', { restartPolicy: 'Always' })
const withSide = pod({ initContainers: [side] })
const withInits = pod({ initContainers: [container('a'), container('b')] })
const deleted = { deletionTimestamp: 'x', deletionGracePeriodSeconds: 7 }
const probes = (id: string, results: object) => facts({ probes: new Map([[id, results]]) })

describe('what comes next', () => {
  const rows: [string, Pod, Observed, PodState | undefined, string[]][] = [
    ['a new Pod gets volumes and a sandbox at once', pod(), observed([]), facts({ volumes: 'pending' }), ['mountVolumes', 'sandbox#0']],
    ['containers wait for the volumes', pod(), observed(S), facts({ volumes: 'failed', volumesRetryAt: NOW + 1 }), []],
    ['failed volumes are tried again when it is time', pod(), observed(S), facts({ volumes: 'failed', volumesRetryAt: NOW }), ['mountVolumes']],
    ['then the container', pod(), observed(S), undefined, ['start c#0']],
    ['one start at a time', pod({ containers: [container('c'), container('d')] }), observed(S), undefined, ['start c#0']],
    ['the next when the first runs', pod({ containers: [container('c'), container('d')] }), observed(S, 'c running'), undefined, ['start d#0']],
    ['a start under way holds back the next', pod({ containers: [container('c'), container('d')] }), observed(S), facts({ busy: new Set(['start/c']) }), []],
    ['all is well', pod(), observed(S, 'c running'), undefined, []],
    ['a dead container starts again', pod(), observed(S, 'c exited 1'), undefined, ['start c#1']],
    ['Always restarts a success too', pod({ restartPolicy: 'Always' }), observed(S, 'c exited 0'), undefined, ['start c#1']],
    ['OnFailure leaves a success', pod({ restartPolicy: 'OnFailure' }), observed(S, 'c exited 0'), undefined, ['stop s']],
    ['OnFailure restarts a failure', pod({ restartPolicy: 'OnFailure' }), observed(S, 'c exited 2'), undefined, ['start c#1']],
    ['Never leaves a failure', pod({ restartPolicy: 'Never' }), observed(S, 'c exited 2'), undefined, ['stop s']],
    ['a container that was never started goes first', pod(), observed(S, 'c created'), undefined, ['remove c0']],
    ['another image ends the container', pod(), { sandboxes: S, containers: [seen('c running', { image: 'old' })] }, undefined, ['kill c0 changed 30s']],
    ['another image starts even what would stay dead', pod({ restartPolicy: 'Never' }), { sandboxes: S, containers: [seen('c exited 0', { image: 'old' })] }, undefined, ['start c#1']],
    ['a failed liveness probe ends it', pod(), observed(S, 'c running'), probes('c0', { liveness: false }), ['kill c0 liveness 30s']],
    ['with a grace of its own', pod({ containers: [container('c', { livenessProbe: { terminationGracePeriodSeconds: 3 } })] }), observed(S, 'c running'), probes('c0', { liveness: false }), ['kill c0 liveness 3s']],
    ['a failed startup probe too', pod(), observed(S, 'c running'), probes('c0', { startup: false }), ['kill c0 startup 30s']],
    ['a failed readiness probe does not', pod(), observed(S, 'c running'), probes('c0', { readiness: false }), []],
    ['a dead sandbox takes its containers along', pod(), observed(GONE, 'c running'), undefined, ['kill c0 changed 30s']],
    ['then it goes itself', pod(), observed(GONE, 'c exited 137'), undefined, ['stop s']],
    ['one that was never started too', pod(), observed(GONE), undefined, ['stop s']],
    ['and comes back', pod(), observed([], 'c exited 137'), undefined, ['sandbox#0']],
    ['when it is time', pod(), observed([]), facts({ sandboxRetryAt: NOW + 1 }), []],
    ['but not for what runs once', pod({ restartPolicy: 'Never' }), observed([], 'c exited 137'), facts({ tornDown: true }), []],
    ['a container of an earlier sandbox starts in the new one', pod(), { sandboxes: [sandbox({ id: 's2', attempt: 1 })], containers: [seen('c exited 137')] }, undefined, ['start c#1']],
    ['what ended well before is not run again in a new sandbox', pod({ restartPolicy: 'OnFailure', containers: [container('c'), container('d')] }), { sandboxes: [sandbox({ id: 's2', attempt: 1 })], containers: [seen('c exited 0'), seen('d exited 137')] }, undefined, ['start d#1']],

    ['the first init container', withInits, observed(S), undefined, ['start a#0']],
    ['init: wait', withInits, observed(S, 'a running'), undefined, []],
    ['init: the second', withInits, observed(S, 'a exited 0'), undefined, ['start b#0']],
    ['init: the app', withInits, observed(S, 'a exited 0', 'b exited 0'), undefined, ['start c#0']],
    ['init: the last one counts when Docker forgot the first', withInits, observed(S, 'b exited 0'), undefined, ['start c#0']],
    ['init: a failure is tried again', withInits, observed(S, 'a exited 1'), undefined, ['start a#1']],
    ['init: for good with Never', pod({ ...withInits.spec, restartPolicy: 'Never' }), observed(S, 'a exited 1'), undefined, ['stop s']],
    ['init: an app that runs says all', withInits, observed(S, 'c running'), undefined, []],

    ['a sidecar first', withSide, observed(S), undefined, ['start side#0']],
    ['then the app', withSide, observed(S, 'side running'), undefined, ['start c#0']],
    ['a sidecar with a startup probe is waited for', pod({ initContainers: [{ ...side, startupProbe: {} }] }), observed(S, 'side running'), undefined, []],
    ['and followed', pod({ initContainers: [{ ...side, startupProbe: {} }] }), observed(S, 'side running'), probes('side0', { startup: true }), ['start c#0']],
    ['a sidecar that ended starts again', withSide, observed(S, 'side exited 0', 'c running'), undefined, ['start side#1']],
    ['a sidecar that fails its liveness probe', pod({ initContainers: [{ ...side, livenessProbe: {} }] }), observed(S, 'side running', 'c running'), probes('side0', { liveness: false }), ['kill side0 liveness 30s']],
    ['when the app is done the sidecar goes', pod({ initContainers: [side], restartPolicy: 'Never' }), observed(S, 'side running', 'c exited 0'), undefined, ['kill side0 pod 30s']],

    ['deleted: the app ends first', pod(withSide.spec, deleted), observed(S, 'side running', 'c running'), undefined, ['kill c0 pod 7s']],
    ['deleted: then the sidecar', pod(withSide.spec, deleted), observed(S, 'side running', 'c exited 0'), undefined, ['kill side0 pod 7s']],
    ['deleted: sidecars in reverse order', pod({ initContainers: [side, { ...side, name: 'zide' }] }, deleted), observed(S, 'side running', 'zide running'), undefined, ['kill zide0 pod 7s']],
    ['deleted: then the sandbox', pod({}, deleted), observed(S, 'c exited 0'), undefined, ['stop s']],
    ['deleted: not while a start is under way', pod({}, deleted), observed(S), facts({ busy: new Set(['start/c']) }), []],
    ['deleted: then the volumes', pod({}, deleted), observed([], 'c exited 0'), undefined, ['tearDown']],
    ['deleted: nothing starts again', pod({}, deleted), observed([], 'c exited 1'), facts({ tornDown: true }), []],
    ['evicted with its own grace', pod(), observed(S, 'c running'), facts({ ended: { reason: 'Evicted', message: '', graceSeconds: 0 } }), ['kill c0 pod 0s']],
    ['refused: nothing ever runs', pod(), observed([]), facts({ rejected: { reason: 'OutOfcpu', message: '' }, volumes: 'pending' }), ['tearDown']],
    ['an action under way is not repeated', pod({}, deleted), observed(S, 'c running'), facts({ busy: new Set(['kill/c0']) }), []],
    ['an ephemeral container starts once', pod({ ephemeralContainers: [container('dbg')] }), observed(S, 'c running'), undefined, ['start dbg#0']],
    ['and never again', pod({ ephemeralContainers: [container('dbg')] }), observed(S, 'c running', 'dbg exited 1'), undefined, []],
  ]
  for (const [name, p, o, f, wanted] of rows) test(name, () => expect(actions(p, o, f)).toEqual(wanted))

  test('finished only when everything is gone', () => {
    expect(plan(pod({}, deleted), observed([], 'c exited 0'), facts({ tornDown: true })).finished).toBe(true)
    expect(plan(pod({}, deleted), observed([], 'c running'), facts({ tornDown: true })).finished).toBe(false)
  })

  test('the same input gives the same plan', () => {
    const input = { pod: withInits, observed: observed(S, 'a exited 1'), facts: facts(), now: NOW, terminal: false }
    expect(planPod(input)).toEqual(planPod(input))
  })
})

describe('crash back-off', () => {
  const crashed = observed(S, 'c#3 exited 1')
  const ended = Date.parse('2026-01-02T03:04:04.5Z')
  const entry = (ms: number, updatedMs = ended - 1000) => facts({ backoffs: new Map([['c', { ms, updatedMs }]]) })

  test('waits with its words and wakes in time', () => {
    const p = plan(pod(), crashed, entry(20_000))
    expect(p.actions).toEqual([])
    expect(p.wakeAt).toBe(ended + 20_000)
    expect(p.waiting.get('c')).toEqual({
      reason: 'CrashLoopBackOff', message: 'back-off 20s restarting failed container=c pod=p_ns(u)',
    })
  })
  test('spells minutes as Go does', () => {
    expect(plan(pod(), crashed, entry(160_000)).waiting.get('c')!.message).toStartWith('back-off 2m40s ')
  })
  test('is over', () => expect(actions(pod(), crashed, entry(400))).toEqual(['start c#4']))
  test('is forgotten after twice its longest', () => {
    expect(actions(pod(), crashed, entry(300_000, ended - 600_001))).toEqual(['start c#4'])
  })
  test('a start under way says nothing of it', () => {
    const f = entry(20_000)
    f.busy.add('start/c')
    expect(plan(pod(), crashed, f).waiting.size).toBe(0)
  })
  test('a failed start waits for its time', () => {
    const f = facts({ failures: new Map([['c', { reason: 'ErrImagePull', message: 'm', retryAt: NOW + 5 }]]) })
    const p = plan(pod(), observed(S), f)
    expect([p.actions, p.wakeAt, p.waiting.get('c')]).toEqual([[], NOW + 5, { reason: 'ErrImagePull', message: 'm' }])
  })
})
