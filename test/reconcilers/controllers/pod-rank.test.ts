import { expect, test } from 'bun:test'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { podsToDelete } from '../../../src/reconcilers/controllers/pod-rank.ts'
import { timeText } from '../../../src/meta/timestamp.ts'
import { container, pod } from '../../support/builders.ts'

const NOW = Date.UTC(2026, 0, 1)
const ago = (seconds: number) => timeText(NOW - seconds * 1000)

interface Row {
  node?: string
  phase?: string
  ready?: number
  cost?: string
  restarts?: number
  age?: number
}

const of = (name: string, row: Row): Pod =>
  pod(name, {
    metadata: {
      uid: name,
      creationTimestamp: ago(row.age ?? 1_000),
      annotations:
        row.cost === undefined
          ? undefined
          : { 'controller.kubernetes.io/pod-deletion-cost': row.cost },
    },
    spec: { containers: [container()], nodeName: row.node ?? 'n' },
    status: {
      phase: row.phase ?? 'Running',
      conditions:
        row.ready === undefined
          ? []
          : [{ type: 'Ready', status: 'True', lastTransitionTime: ago(row.ready) }],
      containerStatuses: [
        { name: 'web', ready: true, restartCount: row.restarts ?? 0, image: '', imageID: '' },
      ],
    },
  })

/** Source: controller_utils.go ActivePodsWithRanks, its eight rules in order. */
test.each<[string, Row, Row]>([
  ['unassigned before assigned', { node: '', ready: 10 }, { ready: 10 }],
  ['pending before running', { phase: 'Pending', ready: 10 }, { ready: 10 }],
  ['unknown before running', { phase: 'Unknown' }, {}],
  ['not ready before ready', { cost: '100' }, { ready: 10, cost: '-100' }],
  ['lower deletion cost first', { ready: 10, cost: '-1', node: 'lonely' }, { ready: 10 }],
  ['a wrong cost counts as none', { ready: 10, cost: '-1' }, { ready: 10, cost: 'cheap' }],
  ['on the fuller node first', { ready: 1_000, node: 'full' }, { ready: 1, node: 'lonely' }],
  ['ready for less time first', { ready: 1 }, { ready: 1_000 }],
  ['more restarts first', { ready: 10, restarts: 3 }, { ready: 10, restarts: 1 }],
  ['younger first', { ready: 10, age: 20 }, { ready: 10, age: 5_000 }],
])('%s', (_rule, first, second) => {
  const crowd = ['x', 'y'].map((name) => of(name, { node: 'full', ready: 1 }))
  // Names are chosen against the rule, so that it and not the uid decides.
  const [a, b] = [of('z', first), of('a', second)]
  for (const given of [
    [a, b],
    [b, a],
  ])
    expect(podsToDelete(given, [a, b, ...crowd], 1, NOW)).toEqual([a])
})

test('ages of the same logarithm are one: the uid decides', () => {
  const older = of('a', { ready: 10, age: 5_000 })
  const younger = of('b', { ready: 10, age: 4_999 })
  expect(podsToDelete([younger, older], [], 1, NOW)).toEqual([older])
})
