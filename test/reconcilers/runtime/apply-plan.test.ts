import { describe, expect, test } from 'bun:test'
import type { Command } from '../../../src/commands/command.ts'
import {
  conflict,
  forbiddenTo,
  notFound,
  tooManyRequests,
  type Status,
} from '../../../src/meta/status.ts'
import { applyPlan, wavesOf } from '../../../src/reconcilers/runtime/apply-plan.ts'
import { verdictOf, type Verdict } from '../../../src/reconcilers/runtime/verdict.ts'

const PODS = { group: '', resource: 'pods' }
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: {} }
const create = (name = ''): Command => ({
  verb: 'create',
  resource: 'pods',
  namespace: 'a',
  name,
  object: pod,
})
const remove = (name: string): Command => ({
  verb: 'delete',
  resource: 'pods',
  namespace: 'a',
  name,
})

describe('wavesOf', () => {
  const sizes = (commands: Command[], options?: Parameters<typeof wavesOf>[1]) =>
    [...wavesOf(commands, options)].map((wave) => wave.length)
  test.each([
    ['none', [], []],
    ['ten creates start slowly', Array.from({ length: 10 }, () => create()), [1, 2, 4, 3]],
    [
      'another sort starts over',
      [create(), create(), create(), remove('a'), remove('b')],
      [1, 2, 1, 1],
    ],
    ['the same object twice waits', [remove('a'), remove('b'), remove('b')], [1, 1, 1]],
    [
      'never more than a tenth of a batch',
      Array.from({ length: 200 }, () => create()),
      [1, 2, 4, 8, 16, 32, 50, 50, 37],
    ],
  ])('%s', (_name, commands, expected) => expect(sizes(commands)).toEqual(expected))

  test('independent commands go together from the first on, as many as there is room for then', () => {
    const creates = Array.from({ length: 200 }, () => create())
    expect(sizes(creates, { independent: true })).toEqual([50, 50, 50, 50])
    const rooms = [150, 20]
    const atOnce = () => rooms.shift() ?? 100
    expect(sizes(creates, { independent: true, atOnce })).toEqual([150, 20, 30])
    expect(sizes([create(), create(), remove('a')], { independent: true })).toEqual([2, 1])
  })
})

describe('applyPlan', () => {
  const run = async (commands: Command[], refuse: (n: number) => Status | undefined) => {
    let sent = 0
    const applied = await applyPlan(
      commands,
      {
        send: async () => {
          const error = refuse(sent++)
          return error ? { ok: false, error } : { ok: true, value: { object: pod, revision: sent } }
        },
        gate: async () => true,
      },
    )
    return { applied, sent }
  }

  test('the wave of the first refusal is the last: 500 creates cost four answers', async () => {
    const quota = forbiddenTo(PODS, '', 'exceeded quota')
    const { applied, sent } = await run(
      Array.from({ length: 500 }, () => create()),
      (n) => (n >= 2 ? quota : undefined),
    )
    expect(sent).toBe(3)
    expect(applied.accepted.length).toBe(2)
    expect(applied.revision).toBe(2)
    expect(applied.refusal).toMatchObject({ verdict: 'final', status: quota })
  })

  test('what is gone is as good as deleted', async () => {
    const { applied } = await run([remove('a'), remove('b')], (n) =>
      n === 0 ? notFound(PODS, 'a') : undefined,
    )
    expect(applied.refusal).toBeUndefined()
    expect(applied.accepted.length).toBe(1)
  })
})

test.each<[Verdict, Command, Status]>([
  ['stale', create('x'), conflict(PODS, 'x', '')],
  ['stale', create('x'), notFound(PODS, 'x')],
  ['gone', remove('x'), notFound(PODS, 'x')],
  ['final', create('x'), forbiddenTo(PODS, 'x', 'no')],
  ['busy', create('x'), tooManyRequests('later', 1)],
  [
    'ending',
    create('x'),
    { ...forbiddenTo(PODS, 'x', 'no'), details: { causes: [{ reason: 'NamespaceTerminating' }] } },
  ],
])('a refusal is %s', (verdict, command, status) =>
  expect(verdictOf(command, status)).toBe(verdict),
)
