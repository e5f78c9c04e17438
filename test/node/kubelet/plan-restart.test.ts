import { describe, expect, test } from 'bun:test'
import { crashBackoff, nextBackoff, restartsAfter, restartsAfterKill, shouldStart } from '../../../src/node/kubelet/plan-restart.ts'
import { countProbe, holdsAfter, NO_RUN } from '../../../src/node/kubelet/plan-probe.ts'
import { expiredContainers, planLeftovers } from '../../../src/node/kubelet/plan-garbage.ts'
import type { Container } from '../../../src/resources/generated/core.gen.ts'
import { container, NOW, observed, pod, seen } from '../support/pods.ts'

describe('restarts', () => {
  const rules = (operator: string, values: number[]): Partial<Container> => ({ restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator, values } }] })
  const rows: [string, string | undefined, Partial<Container>, number, boolean][] = [
    ['default', undefined, {}, 0, true], ['Always', 'Always', {}, 1, true], ['OnFailure, success', 'OnFailure', {}, 0, false],
    ['OnFailure, failure', 'OnFailure', {}, 1, true], ['Never', 'Never', {}, 1, false],
    ['the container\'s own policy counts', 'Never', { restartPolicy: 'Always' }, 0, true],
    ['rule In', 'Always', rules('In', [3]), 3, true], ['rule In, other code', 'Always', rules('In', [3]), 4, false],
    ['rule NotIn', 'Always', rules('NotIn', [3]), 4, true], ['rule NotIn, its code', 'Always', rules('NotIn', [3]), 3, false],
  ]
  for (const [name, restartPolicy, c, code, wanted] of rows) {
    test(name, () => expect(restartsAfter(pod(restartPolicy ? { restartPolicy } : {}), container('c', c), code)).toBe(wanted))
  }
  test('after a probe', () => {
    expect(restartsAfterKill(pod({ restartPolicy: 'Never' }), container('c'))).toBe(false)
    expect(restartsAfterKill(pod({ restartPolicy: 'Never' }), container('c', { restartPolicy: 'Always' }))).toBe(true)
  })
  test('nothing starts in a Pod that is deleted', () => expect(shouldStart(pod({}, { deletionTimestamp: 'x' }), container('c'), undefined)).toBe(false))
  test('what was never there starts', () => expect(shouldStart(pod({ restartPolicy: 'Never' }), container('c'), undefined)).toBe(true))
})

describe('back-off', () => {
  test('10 s, doubled up to 300 s', () => {
    let entry = nextBackoff(undefined, NOW, NOW)
    const lengths = [entry.ms]
    for (let i = 0; i < 6; i++) lengths.push((entry = nextBackoff(entry, NOW, NOW)).ms)
    expect(lengths).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000])
  })
  test('ten good minutes start it over', () => {
    expect(nextBackoff({ ms: 300_000, updatedMs: NOW }, NOW + 600_001, NOW).ms).toBe(10_000)
    expect(crashBackoff({ ms: 300_000, updatedMs: NOW }, NOW + 600_001, NOW)).toBeUndefined()
  })
  test('counts from the end of the last try', () => {
    expect(crashBackoff({ ms: 10_000, updatedMs: NOW }, NOW, NOW + 9_999)).toEqual({ ms: 10_000, until: NOW + 10_000 })
    expect(crashBackoff({ ms: 10_000, updatedMs: NOW }, NOW, NOW + 10_000)).toBeUndefined()
  })
})

describe('probe thresholds', () => {
  /** Results in a row; a capital marks where one settles. */
  const run = (results: string, probe: { failureThreshold?: number; successThreshold?: number }) => {
    let state = NO_RUN
    return [...results].map((r) => {
      const counted = countProbe(state, r === 's', probe)
      state = counted.run
      return counted.settled ? r.toUpperCase() : r
    }).join('')
  }
  test('defaults: three failures, one success', () => expect(run('fffsff', {})).toBe('ffFSff'))
  test('successes in a row', () => expect(run('sfsss', { successThreshold: 2, failureThreshold: 1 })).toBe('sFsSS'))
  test('what ends probing', () => expect([holdsAfter('startup', true), holdsAfter('liveness', true), holdsAfter('liveness', false), holdsAfter('readiness', false)]).toEqual([true, false, true, false]))
})

describe('garbage', () => {
  test('one dead try is kept for --previous', () => {
    expect(expiredContainers(observed([], 'c#3 running', 'c#2 exited 1', 'c#1 exited 1', 'c exited 1')).map((c) => c.id)).toEqual(['c1', 'c0'])
    expect(expiredContainers({ sandboxes: [], containers: [seen('c#1 exited 0'), seen('d exited 0')] })).toEqual([])
  })
  test('leftovers of Pods that nobody knows', () => {
    expect(planLeftovers(new Set(['a']), [{ id: '1', podUid: 'a' }, { id: '2', podUid: 'b' }], ['a', 'c'])).toEqual({ containers: ['2'], folders: ['c'] })
  })
})
