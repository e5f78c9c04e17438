import { expect, test } from 'bun:test'
import { podCells, podRowConditions } from '../../../../src/resources/core/pod/columns.ts'
import type { ContainerStatus, Pod, PodStatus } from '../../../../src/resources/generated/core.gen.ts'
import { NOW } from '../../through-policy.ts'

const container = (name: string, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  image: 'i',
  imageID: '',
  ready: true,
  restartCount: 0,
  state: { running: {} },
  ...more,
})

function pod(status: PodStatus, metadata: Partial<Pod['metadata']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', creationTimestamp: '2026-11-23T17:00:00Z', ...metadata },
    spec: {
      initContainers: [{ name: 'init' }, { name: 'side', restartPolicy: 'Always' }],
      containers: [{ name: 'a' }, { name: 'b' }],
    },
    status,
  }
}

const done = { terminated: { exitCode: 0, reason: 'Completed' } }
const initDone = [
  container('init', { state: done }),
  container('side', { started: true }),
]

// STATUS, READY and RESTARTS of kubectl get pods. Source: printers_test.go TestPrintPod.
test.each<[string, PodStatus, Partial<Pod['metadata']>, string[]]>([
  ['not started', { phase: 'Pending' }, {}, ['0/3', 'Pending', '0']],
  [
    'an init container waits its turn',
    { phase: 'Pending', initContainerStatuses: [container('init')] },
    {},
    ['0/3', 'Init:0/2', '0'],
  ],
  [
    'an init container cannot be pulled',
    {
      phase: 'Pending',
      initContainerStatuses: [container('init', { state: { waiting: { reason: 'ErrImagePull' } } })],
    },
    {},
    ['0/3', 'Init:ErrImagePull', '0'],
  ],
  [
    'an init container fails by a signal',
    {
      phase: 'Pending',
      initContainerStatuses: [
        container('init', { state: { terminated: { exitCode: 137, signal: 9 } }, restartCount: 2 }),
      ],
    },
    {},
    ['0/3', 'Init:Signal:9', '2'],
  ],
  [
    'all run',
    {
      phase: 'Running',
      initContainerStatuses: initDone,
      containerStatuses: [container('a'), container('b')],
    },
    {},
    ['3/3', 'Running', '0'],
  ],
  [
    'one crashes again and again',
    {
      phase: 'Running',
      initContainerStatuses: initDone,
      containerStatuses: [
        container('a', {
          ready: false,
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, finishedAt: '2026-11-23T17:55:00Z' } },
        }),
        container('b'),
      ],
    },
    {},
    ['2/3', 'CrashLoopBackOff', '3 (5m ago)'],
  ],
  [
    'one is done while the other runs, and the Pod is ready',
    {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      initContainerStatuses: initDone,
      containerStatuses: [container('a', { ready: false, state: done }), container('b')],
    },
    {},
    ['2/3', 'Running', '0'],
  ],
  [
    'the same, and the Pod is not ready',
    {
      phase: 'Running',
      initContainerStatuses: initDone,
      containerStatuses: [container('a', { ready: false, state: done }), container('b')],
    },
    {},
    ['2/3', 'NotReady', '0'],
  ],
  [
    'one is done and another failed without a reason',
    {
      phase: 'Failed',
      initContainerStatuses: initDone,
      containerStatuses: [
        container('a', { ready: false, state: done }),
        container('b', { ready: false, state: { terminated: { exitCode: 3 } } }),
      ],
    },
    {},
    ['1/3', 'ExitCode:3', '0'],
  ],
  [
    'going away',
    { phase: 'Running', containerStatuses: [container('a'), container('b')] },
    { deletionTimestamp: '2026-11-23T17:59:00Z' },
    ['2/3', 'Terminating', '0'],
  ],
  [
    'going away on a lost node',
    { phase: 'Running', reason: 'NodeLost', containerStatuses: [] },
    { deletionTimestamp: '2026-11-23T17:59:00Z' },
    ['0/3', 'Unknown', '0'],
  ],
  [
    'gated',
    {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
    },
    {},
    ['0/3', 'SchedulingGated', '0'],
  ],
  ['evicted', { phase: 'Failed', reason: 'Evicted' }, {}, ['0/3', 'Evicted', '0']],
])('%s', (_, status, metadata, want) => {
  const [name, ready, reason, restarts, age] = podCells(pod(status, metadata), NOW)
  expect([ready, reason, restarts]).toEqual(want)
  expect([name, age]).toEqual(['p', '60m'])
})

test('readiness gates, address and nodes are in the wide columns', () => {
  const object = pod({
    podIPs: [{ ip: '10.0.0.1' }],
    nominatedNodeName: 'next',
    conditions: [{ type: 'x.io/a', status: 'True' }],
  })
  object.spec!.nodeName = 'here'
  object.spec!.readinessGates = [{ conditionType: 'x.io/a' }, { conditionType: 'x.io/b' }]
  expect(podCells(object, NOW).slice(5)).toEqual(['10.0.0.1', 'here', 'next', '1/2'])
})

test('an ended Pod is marked in its row', () => {
  expect(podRowConditions(pod({ phase: 'Running' }))).toEqual([])
  expect(podRowConditions(pod({ phase: 'Failed' }))[0]?.reason).toBe('Failed')
})
