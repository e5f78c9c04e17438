import { expect, test } from 'bun:test'
import { PendingChanges } from '../../../src/reconcilers/runtime/pending-changes.ts'
import { pod } from '../../support/builders.ts'
import { change } from '../../support/cluster.ts'

const [first, second] = [pod('p', { metadata: { uid: '1' } }), pod('p', { metadata: { uid: '2' } })]

test('steps of one object are one, from the first before to the last after', () => {
  const pending = new PendingChanges()
  pending.add(change('pods', first, second, 5))
  pending.add(change('pods', second, undefined, 6))
  expect(pending.size).toBe(1)
  const merged = pending.take()!
  expect([merged.change.before(), merged.change.after()]).toEqual([first, undefined])
  expect(merged.revisions).toEqual([5, 6])
  expect(pending.take()).toBeUndefined()
})

test('what came and went before anybody looked has gone all the same', () => {
  const pending = new PendingChanges()
  pending.add(change('pods', undefined, first, 5))
  pending.add(change('pods', first, undefined, 6))
  const merged = pending.take()!
  expect([merged.change.before(), merged.change.after()]).toEqual([first, undefined])
})

test('what went and came is one step between two objects', () => {
  const pending = new PendingChanges()
  pending.add(change('pods', first, undefined, 5))
  pending.add(change('pods', undefined, second, 6))
  const merged = pending.take()!
  expect([merged.change.before(), merged.change.after()]).toEqual([first, second])
})
