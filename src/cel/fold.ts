import type { Frame, Step } from './frame.ts'
import { listGet, listSize } from './lists.ts'
import { emptyMap, mapFind, mapKeys, mapSize } from './maps.ts'
import { goValueType } from './value-text.ts'
import {
  COST_EXCEEDED, failure, isFailure, isList, isMap, madeList, tagged,
  type CelFailure, type CelList, type CelMap, type Value,
} from './values.ts'

/** Stands in the slot of an accumulator that was not read yet. */
export const LAZY: CelFailure = failure('not evaluated')

/** What a comprehension iterates, and the slots of its variables. */
export interface FoldParts {
  readonly range: Step
  readonly accumulator: number
  readonly first: number
  readonly second: number | undefined
  /** First value of the accumulator; LAZY when reading it computes that. */
  readonly start: Value
}

/** An empty list or map to add to in place; any other value as it is. */
export function opened(value: Value): Value {
  if (isList(value) && listSize(value) === 0) return { ...madeList([]), open: true }
  if (isMap(value) && mapSize(value) === 0) return { ...emptyMap(), open: true }
  return value
}

/** A comprehension. Source: interpreter evalFold, folder. */
export function foldStep(parts: FoldParts, condition: Step, next: Step, result: Step): Step {
  const { range, accumulator } = parts
  const finish = finisher(accumulator, result)
  const grows = parts.start === LAZY ? false : opened(parts.start) !== parts.start
  return (frame) => {
    const iterated = range(frame)
    if (isFailure(iterated)) return iterated
    frame.vars[accumulator] = grows ? opened(parts.start) : parts.start
    const holder = tagged(iterated)
    if (holder?.tag !== 'list' && holder?.tag !== 'map') return noRange(iterated, parts)
    const stopped = holder.tag === 'list'
      ? overList(frame, parts, holder, condition, next)
      : overMap(frame, parts, holder, condition, next)
    return stopped ? COST_EXCEEDED : finish(frame)
  }
}

function noRange(value: Value, { second }: FoldParts): CelFailure {
  const type = goValueType(value)
  if (second !== undefined) return failure(`unsupported comprehension range type: ${type}`)
  return failure(`got '${type}', expected iterable type`)
}

/** True when the cost ended it. */
function overList(frame: Frame, parts: FoldParts, list: CelList, condition: Step, next: Step): boolean {
  const { accumulator, first, second } = parts
  const { vars } = frame
  const size = listSize(list)
  for (let i = 0; i < size; i++) {
    if (second === undefined) vars[first] = listGet(list, i)
    else {
      vars[first] = i
      vars[second] = listGet(list, i)
    }
    if (condition(frame) === false) return false
    vars[accumulator] = next(frame)
    if (frame.cost > frame.limit) return true
  }
  return false
}

function overMap(frame: Frame, parts: FoldParts, map: CelMap, condition: Step, next: Step): boolean {
  const { accumulator, first, second } = parts
  const { vars } = frame
  for (const key of mapKeys(map)) {
    vars[first] = key
    if (second !== undefined) vars[second] = mapFind(map, key)!
    if (condition(frame) === false) return false
    vars[accumulator] = next(frame)
    if (frame.cost > frame.limit) return true
  }
  return false
}

/** The result; what grew in place does so no more. */
const finisher =
  (accumulator: number, result: Step): Step =>
  (frame) => {
    const value = result(frame)
    const made = tagged(value)
    if ((made?.tag === 'list' || made?.tag === 'map') && made.form === 'made' && made.open) made.open = false
    frame.vars[accumulator] = undefined
    return value
  }
