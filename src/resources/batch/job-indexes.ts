import { err, ok, type Result } from '../../base/result.ts'
import { goQuote } from '../../meta/go-quote.ts'

/** Indexes of a Job as its fields write them: `1,3-5,7`. Errors are upstream's. */

interface Interval {
  readonly first: number
  readonly last: number
}

/** How many indexes there are; all below `completions`, in order. Source: batch/validation validateIndexesFormat. */
export function countIndexes(text: string, completions: number): Result<number, string> {
  if (text === '') return ok(0)
  let last: number | undefined
  let total = 0
  for (const part of text.split(',')) {
    const interval = intervalOf(part, completions)
    if (!interval.ok) return interval
    const { first } = interval.value
    if (last !== undefined && last >= first) return err(notIncreasing(last, first))
    total += interval.value.last - first + 1
    last = interval.value.last
  }
  return ok(total)
}

/**
 * The first index that is in both; what cannot be read is skipped, another check tells of it.
 * Source: validateFailedIndexesNotOverlapCompleted.
 */
export function firstOverlap(completed: string, failed: string, completions: number): number | undefined {
  if (completed === '' || failed === '') return undefined
  const [left, right] = [intervalsOf(completed, completions), intervalsOf(failed, completions)]
  let i = 0
  let j = 0
  for (;;) {
    const [a, b] = [left[i], right[j]]
    if (!a || !b) return undefined
    if (a.first <= b.last && b.first <= a.last) return Math.max(a.first, b.first)
    if (a.first <= b.first) i++
    else j++
  }
}

const intervalsOf = (text: string, completions: number): Interval[] =>
  text.split(',').flatMap((part) => {
    const interval = intervalOf(part, completions)
    return interval.ok ? [interval.value] : []
  })

function intervalOf(text: string, completions: number): Result<Interval, string> {
  const [low = '', high, ...more] = text.split('-')
  if (more.length > 0)
    return err(
      `the fragment ${goQuote(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    )
  const first = indexOf(low, completions)
  if (!first.ok) return first
  if (high === undefined) return ok({ first: first.value, last: first.value })
  const last = indexOf(high, completions)
  if (!last.ok) return last
  if (first.value >= last.value) return err(notIncreasing(first.value, last.value))
  return ok({ first: first.value, last: last.value })
}

function indexOf(text: string, completions: number): Result<number, string> {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN
  if (!Number.isSafeInteger(value)) return err(`cannot convert string to integer for index: ${goQuote(text)}`)
  return value >= completions ? err(`too large index: ${goQuote(text)}`) : ok(value)
}

const notIncreasing = (previous: number, current: number): string =>
  `non-increasing order, previous: ${previous}, current: ${current}`
