import { describe, expect, test } from 'bun:test'
import {
  findCondition,
  isConditionFalse,
  isConditionTrue,
  removeCondition,
  setCondition,
  setUpdatedCondition,
  type Condition,
} from '../../src/meta/conditions.ts'

const NOW = Date.UTC(2026, 0, 1)
const LATER = NOW + 60_000
const AT_NOW = '2026-01-01T00:00:00Z'
const AT_LATER = '2026-01-01T00:01:00Z'
const ready: Condition = { type: 'Ready', status: 'True', reason: 'Ok' }
const before = setCondition(undefined, ready, NOW)

describe('setting a condition', () => {
  test.each<[string, Condition, Condition[]]>([
    ['a new type is appended', { type: 'Other', status: 'False' }, [{ ...ready, lastTransitionTime: AT_NOW }, { type: 'Other', status: 'False', lastTransitionTime: AT_LATER }]],
    ['a new status moves the time', { ...ready, status: 'False' }, [{ ...ready, status: 'False', lastTransitionTime: AT_LATER }]],
    ['a new reason does not', { ...ready, reason: 'Fine' }, [{ ...ready, reason: 'Fine', lastTransitionTime: AT_NOW }]],
    ['a reason that is left out goes', { type: 'Ready', status: 'True' }, [{ type: 'Ready', status: 'True', lastTransitionTime: AT_NOW }]],
    ['a given time counts for a new status', { ...ready, status: 'Unknown', lastTransitionTime: '2020-01-01T00:00:00Z' }, [{ ...ready, status: 'Unknown', lastTransitionTime: '2020-01-01T00:00:00Z' }]],
  ])('%s', (_, wish, after) => {
    expect(setCondition(before, wish, LATER) as Condition[]).toEqual(after)
  })

  test('a wish that changes nothing gives back the same list', () => {
    expect(setCondition(before, { ...ready, message: undefined }, LATER)).toBe(before)
  })
})

describe("a Deployment's way", () => {
  const progressing: Condition & { lastUpdateTime?: string } = { type: 'Progressing', status: 'True', reason: 'New', message: 'a' }
  const first = setUpdatedCondition(undefined, progressing, NOW)
  test('the first time sets both', () => {
    expect(first).toEqual([{ ...progressing, lastUpdateTime: AT_NOW, lastTransitionTime: AT_NOW }])
  })
  test('the same status and reason change nothing, not even the message', () => {
    expect(setUpdatedCondition(first, { ...progressing, message: 'b' }, LATER)).toBe(first)
  })
  test('a new reason moves lastUpdateTime only', () => {
    expect(setUpdatedCondition(first, { ...progressing, reason: 'Available' }, LATER)).toEqual([
      { ...progressing, reason: 'Available', lastUpdateTime: AT_LATER, lastTransitionTime: AT_NOW },
    ])
  })
  test('a new status moves both', () => {
    expect(setUpdatedCondition(first, { ...progressing, status: 'False' }, LATER)).toEqual([
      { ...progressing, status: 'False', lastUpdateTime: AT_LATER, lastTransitionTime: AT_LATER },
    ])
  })
})

test('finding and removing', () => {
  expect(findCondition(before, 'Ready')?.reason).toBe('Ok')
  expect(findCondition(undefined, 'Ready')).toBeUndefined()
  expect([isConditionTrue(before, 'Ready'), isConditionFalse(before, 'Ready')]).toEqual([true, false])
  expect(isConditionFalse(before, 'Other')).toBe(false)
  expect(removeCondition(before, 'Ready')).toEqual([])
  expect(removeCondition(before, 'Other')).toBe(before)
})
