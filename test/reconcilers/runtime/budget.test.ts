import { expect, test } from 'bun:test'
import { shareBudget, untilAllowed } from '../../../src/reconcilers/runtime/budget.ts'
import { PendingChanges } from '../../../src/reconcilers/runtime/pending-changes.ts'
import { change } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

test('while clients wait reconcilers use a tenth of the time, commands counted', async () => {
  const clock = steppedClock()
  let waiting = true
  const budget = shareBudget(clock, () => waiting)
  let usedMs = 0
  const work = (async () => {
    while (clock.monotonicMs() < 1_000) {
      await untilAllowed(budget, clock)
      await clock.sleep(2)
      budget.spent!(2, 10)
      usedMs += 3
    }
  })()
  await clock.step(1_100)
  await work
  expect(usedMs / 1_000).toBeGreaterThan(0.08)
  expect(usedMs / 1_000).toBeLessThan(0.12)
  waiting = false
  expect(budget.mayRun()).toBe(true)
})

test('steps of one object become one, with the newest eight revisions', () => {
  const pending = new PendingChanges()
  const pod = (n: number) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'a', name: 'p', resourceVersion: String(n) },
  })
  for (let n = 1; n <= 10; n++)
    pending.add(change('pods', n === 1 ? undefined : pod(n - 1), pod(n)))
  expect(pending.size).toBe(1)
  const one = pending.take()!
  expect(one.revisions).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
  expect(one.change.before()).toBeUndefined()
  expect(one.change.after()?.metadata.resourceVersion).toBe('10')
  expect(pending.take()).toBeUndefined()
})
