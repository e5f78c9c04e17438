import { describe, expect, test } from 'bun:test'
import { planStatus, type PodStatusInput } from '../../../src/node/kubelet/plan-status.ts'
import type { Observed } from '../../../src/node/kubelet/observed.ts'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { container, facts, NOW, observed, pod, sandbox, seen, statusOf } from '../support/pods.ts'

const S = [sandbox()]
const status = (p: Pod, o: Observed, more: Partial<PodStatusInput> = {}) =>
  planStatus({ pod: p, observed: o, facts: facts(), waiting: new Map(), hostIps: ['10.1.0.1'], now: NOW, ending: false, finished: false, ...more })
const conditions = (p: Pod, o: Observed, more?: Partial<PodStatusInput>) =>
  Object.fromEntries(status(p, o, more).conditions!.map((c) => [c.type, [c.status, c.reason, c.message].filter((x) => x !== undefined).join(' ')]))
const inits = { initContainers: [container('a')] }
const sidecar = { initContainers: [container('side', { restartPolicy: 'Always' })] }

describe('phase', () => {
  const rows: [string, Pod, Observed, Partial<PodStatusInput>, string][] = [
    ['nothing yet', pod(), observed([]), {}, 'Pending'],
    ['one of two runs', pod({ containers: [container('c'), container('d')] }), observed(S, 'c running'), {}, 'Pending'],
    ['all run', pod(), observed(S, 'c running'), {}, 'Running'],
    ['a crash will be restarted', pod(), observed(S, 'c exited 1'), {}, 'Running'],
    ['Never: failed', pod({ restartPolicy: 'Never' }), observed(S, 'c exited 1'), {}, 'Failed'],
    ['Never: succeeded', pod({ restartPolicy: 'Never' }), observed(S, 'c exited 0'), {}, 'Succeeded'],
    ['OnFailure: one failed, one done', pod({ restartPolicy: 'OnFailure', containers: [container('c'), container('d')] }), observed(S, 'c exited 0', 'd exited 1'), {}, 'Running'],
    ['init runs', pod(inits), observed(S, 'a running'), {}, 'Pending'],
    ['init failed for good', pod({ ...inits, restartPolicy: 'Never' }), observed(S, 'a exited 1'), {}, 'Failed'],
    ['init failed, tried again', pod(inits), observed(S, 'a exited 1'), {}, 'Pending'],
    ['only a sidecar runs', pod(sidecar), observed(S, 'side running'), {}, 'Pending'],
    ['app done, sidecar runs on', pod({ ...sidecar, restartPolicy: 'Never' }), observed(S, 'side running', 'c exited 0'), {}, 'Running'],
    ['app and sidecar done', pod({ ...sidecar, restartPolicy: 'Never' }), observed(S, 'side exited 137', 'c exited 0'), {}, 'Succeeded'],
    ['deleted and stopped', pod({}, { deletionTimestamp: 'x' }), observed([], 'c exited 0'), { ending: true }, 'Succeeded'],
    ['deleted and killed', pod({}, { deletionTimestamp: 'x' }), observed([], 'c exited 137'), { ending: true, finished: true }, 'Failed'],
    ['deleted before anything ran', pod({}, { deletionTimestamp: 'x' }), observed([]), { ending: true, finished: true }, 'Failed'],
    ['deadline, still running', pod({}, {}, { phase: 'Running' }), observed(S, 'c running'), { facts: facts({ ended: { reason: 'DeadlineExceeded', message: 'm' } }) }, 'Running'],
    ['deadline, stopped', pod(), observed(S, 'c exited 137'), { facts: facts({ ended: { reason: 'DeadlineExceeded', message: 'm' } }) }, 'Failed'],
    ['terminal stays terminal', pod({}, {}, { phase: 'Failed' }), observed(S, 'c running'), {}, 'Failed'],
    ['rules by exit code', pod({ restartPolicy: 'Never', containers: [container('c', { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] })] }), observed(S, 'c exited 42'), {}, 'Running'],
  ]
  for (const [name, p, o, more, wanted] of rows) test(name, () => expect(status(p, o, more).phase).toBe(wanted))
})

describe('container statuses', () => {
  const one = (p: Pod, o: Observed, more?: Partial<PodStatusInput>) => statusOf(status(p, o, more).containerStatuses, 'c')

  test('running', () => {
    expect(one(pod(), observed(S, 'c running'))).toEqual({
      name: 'c', state: { running: { startedAt: '2026-01-02T03:04:00Z' } }, lastState: {}, ready: true, restartCount: 0,
      image: 'i', imageID: 'docker://sha256:1', containerID: 'docker://c0', started: true, resources: {},
    })
  })
  test('waiting to be made, and behind init containers', () => {
    expect(one(pod(), observed([])).state).toEqual({ waiting: { reason: 'ContainerCreating' } })
    expect(one(pod(inits), observed(S)).state).toEqual({ waiting: { reason: 'PodInitializing' } })
  })
  test('ended: Completed, Error, OOMKilled, StartError', () => {
    const reason = (o: Observed) => one(pod({ restartPolicy: 'Never' }), o).state!.terminated!.reason
    expect(reason(observed(S, 'c exited 0'))).toBe('Completed')
    expect(reason(observed(S, 'c exited 1'))).toBe('Error')
    expect(reason(observed(S, 'c exited 137 oom'))).toBe('OOMKilled')
    expect(reason({ sandboxes: S, containers: [seen('c exited 128', { startError: 'no such file' })] })).toBe('StartError')
  })
  test('waiting again: the end becomes the last state', () => {
    const waiting = new Map([['c', { reason: 'CrashLoopBackOff', message: 'back-off' }]])
    const s = one(pod(), observed(S, 'c#2 exited 1', 'c#1 exited 2'), { waiting })
    expect(s.state).toEqual({ waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } })
    expect([s.lastState!.terminated!.exitCode, s.restartCount]).toEqual([1, 2])
  })
  test('restarted: the try before is the last state', () => {
    expect(one(pod(), observed(S, 'c#1 running', 'c exited 3')).lastState!.terminated!.exitCode).toBe(3)
  })
  test('a container that vanished while running is lost, not new', () => {
    const before = { containerStatuses: [{ name: 'c', ready: true, restartCount: 1, image: 'i', imageID: '', state: { running: {} } }] }
    const s = one(pod({}, {}, before), observed(S))
    expect([s.restartCount, s.lastState!.terminated!.reason]).toEqual([2, 'ContainerStatusUnknown'])
  })
  test('probes decide started and ready; what the API knew of the same container holds until then', () => {
    const p = pod({ containers: [container('c', { readinessProbe: {}, startupProbe: {} })] })
    const of = (o: object) => one(p, observed(S, 'c running'), { facts: facts({ probes: new Map([['c0', o]]) }) })
    expect([of({}).started, of({}).ready]).toEqual([false, false])
    expect([of({ startup: true }).started, of({ startup: true }).ready]).toEqual([true, false])
    expect(of({ startup: true, readiness: true }).ready).toBe(true)
    expect(of({ readiness: true }).ready).toBe(false)
    const known = { containerStatuses: [{ name: 'c', ready: true, started: true, restartCount: 0, image: 'i', imageID: '', containerID: 'docker://c0' }] }
    expect(one({ ...p, status: known }, observed(S, 'c running')).ready).toBe(true)
  })
  test('messages of a Pod share one cap', () => {
    const long = seen('c exited 1', { message: 'x'.repeat(20_000) })
    expect(one(pod({ restartPolicy: 'Never' }), { sandboxes: S, containers: [long] }).state!.terminated!.message!.length).toBe(12_288)
  })
})

describe('conditions', () => {
  test('before the sandbox', () => {
    expect(conditions(pod(), observed([]))).toEqual({
      PodReadyToStartContainers: 'False PodSandboxNotReady no pod sandbox exists',
      Initialized: 'True',
      Ready: 'False ContainersNotReady containers with unready status: [c]',
      ContainersReady: 'False ContainersNotReady containers with unready status: [c]',
      PodScheduled: 'True',
    })
  })
  test('all is well', () => {
    expect(Object.values(conditions(pod(), observed(S, 'c running')))).toEqual(['True', 'True', 'True', 'True', 'True'])
  })
  test('init', () => {
    const wait = 'False ContainersNotInitialized containers with incomplete status: [a]'
    expect(conditions(pod(inits), observed(S, 'a running'))['Initialized']).toBe(wait)
    expect(conditions(pod(inits), observed(S, 'a exited 0'))['Initialized']).toBe('True')
  })
  test('finished', () => {
    const done = conditions(pod({ restartPolicy: 'Never' }), observed([sandbox({ ready: false })], 'c exited 0'))
    expect(done).toMatchObject({ Ready: 'False PodCompleted', ContainersReady: 'False PodCompleted', Initialized: 'True PodCompleted' })
    expect(done['PodReadyToStartContainers']).toBe('False PodSandboxNotReady pod sandbox is not ready')
    expect(conditions(pod({ restartPolicy: 'Never' }), observed(S, 'c exited 1'))['Ready']).toBe('False PodFailed')
  })
  test('readiness gates, and conditions of others stay', () => {
    const p = pod({ readinessGates: [{ conditionType: 'x/y' }] })
    expect(conditions(p, observed(S, 'c running'))['Ready']).toBe(
      'False ReadinessGatesNotReady corresponding condition of pod readiness gate "x/y" does not exist.',
    )
    const open = { ...p, status: { conditions: [{ type: 'x/y', status: 'True' }] } }
    expect(conditions(open, observed(S, 'c running'))).toMatchObject({ 'x/y': 'True', Ready: 'True' })
  })
  test('a condition moves its time only with its status', () => {
    const old = { type: 'Ready', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' }
    const p = pod({}, {}, { conditions: [old] })
    const time = (o: Observed) => status(p, o).conditions!.find((c) => c.type === 'Ready')!.lastTransitionTime
    expect(time(observed(S, 'c running'))).toBe('2020-01-01T00:00:00Z')
    expect(time(observed(S, 'c exited 1'))).toBe('2026-01-02T03:04:05Z')
  })
})

describe('the rest', () => {
  test('addresses, times, generation, class', () => {
    expect(status(pod(), observed(S, 'c running'))).toMatchObject({
      hostIP: '10.1.0.1', hostIPs: [{ ip: '10.1.0.1' }], podIP: '10.1.0.2', podIPs: [{ ip: '10.1.0.2' }],
      startTime: '2026-01-02T03:04:05Z', observedGeneration: 1, qosClass: 'BestEffort',
    })
    expect(status(pod({ hostNetwork: true }), observed([sandbox({ ip: '' })], 'c running')).podIP).toBe('10.1.0.1')
  })
  test('refused at admission', () => {
    const s = status(pod(), observed([]), { facts: facts({ rejected: { reason: 'OutOfcpu', message: 'Pod was rejected: no' } }) })
    expect([s.phase, s.reason, s.message]).toEqual(['Failed', 'OutOfcpu', 'Pod was rejected: no'])
  })
  test('at the very end nothing is left running', () => {
    const p = pod({}, { deletionTimestamp: 'x' })
    const s = statusOf(status(p, observed([], 'c exited 137'), { ending: true, finished: true }).containerStatuses, 'c')
    expect(s.state!.terminated!.exitCode).toBe(137)
  })
})
