import type { Step } from './frame.ts'
import { listItems } from './lists.ts'
import { hashKey } from './maps.ts'
import { double, intOf, isFailure, isInt64, tagged, uint, type CelList, type Value } from './values.ts'

/**
 * The values of a constant list as a set, with each number in all its kinds; undefined when some
 * value is no scalar. Source: decorators.go maybeOptimizeSetMembership.
 */
export function membershipSet(list: CelList): ReadonlySet<unknown> | undefined {
  const set = new Set<unknown>()
  for (const item of listItems(list)) {
    const keys = allKinds(item)
    if (!keys) return undefined
    for (const key of keys) set.add(hashKey(key))
  }
  return set
}

function allKinds(item: Value): readonly Value[] | undefined {
  if (typeof item === 'string' || typeof item === 'boolean') return [item]
  if (typeof item === 'number' || typeof item === 'bigint')
    return item < 0 ? [item, double(Number(item))] : [item, double(Number(item)), uint(BigInt(item))]
  const other = tagged(item)
  if (other?.tag === 'uint') {
    const kinds = [item, double(Number(other.value))]
    return isInt64(other.value) ? [...kinds, intOf(other.value)] : kinds
  }
  if (other?.tag !== 'double') return undefined
  if (!Number.isInteger(other.value) || Math.abs(other.value) >= 2 ** 63) return [item]
  const exact = BigInt(other.value)
  return exact < 0n ? [item, intOf(exact)] : [item, intOf(exact), uint(exact)]
}

/** `x in [constants]`, which costs what x costs. */
export const membershipStep =
  (operand: Step, set: ReadonlySet<unknown>): Step =>
  (frame) => {
    const value = operand(frame)
    return isFailure(value) ? value : set.has(hashKey(value))
  }
