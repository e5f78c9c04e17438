import { CEL_LIST_ITEMS_MAX, CEL_TEXT_CHARACTERS_MAX } from '../base/limits.ts'
import { itemKey, joinedOf } from './equality.ts'
import { listGet, listItems, listSize } from './lists.ts'
import {
  COST_EXCEEDED, NO_OVERLOAD, double, durationOf, failure, intOf, isFailure, isInt64, isList, madeList, orNoOverload,
  tagged, timestampOf, uint,
  type CelDuration, type CelFailure, type CelList, type CelTimestamp, type Joined, type Value,
} from './values.ts'

const INT_OVERFLOW = failure('integer overflow')
const UINT_OVERFLOW = failure('unsigned integer overflow')
const TIMESTAMP_OVERFLOW = failure('timestamp overflow')
const DIVISION_BY_ZERO = failure('division by zero')
const MODULUS_BY_ZERO = failure('modulus by zero')
const UINT64_MAX = 2n ** 64n - 1n

/** Least and greatest second of a timestamp: years 1 to 9999. */
export const TIMESTAMP_SECONDS_MIN = -62_135_596_800
export const TIMESTAMP_SECONDS_MAX = 253_402_300_799

type Int = number | bigint
const isInt = (value: Value): value is Int => typeof value === 'number' || typeof value === 'bigint'

/** a + b; undefined when a cannot be added to. Source: Adder.Add of each type. */
export function addValues(a: Value, b: Value): Value | undefined {
  if (isInt(a)) return isInt(b) ? addInts(a, b) : orNoOverload(b)
  if (typeof a === 'string') return typeof b === 'string' ? joinTexts(a, b) : orNoOverload(b)
  if (a instanceof Uint8Array)
    return b instanceof Uint8Array ? joinBytes(a, b) : orNoOverload(b)
  const [left, right] = [tagged(a), tagged(b)]
  switch (left?.tag) {
    case 'double':
      return right?.tag === 'double' ? double(left.value + right.value) : orNoOverload(b)
    case 'uint':
      return right?.tag === 'uint' ? checkedUint(left.value + right.value) : orNoOverload(b)
    case 'list':
      return isList(b) ? addLists(left, b) : orNoOverload(b)
    case 'duration':
      if (right?.tag === 'duration') return checkedDuration(left.nanoseconds + right.nanoseconds)
      return right?.tag === 'timestamp' ? shifted(right, left.nanoseconds) : orNoOverload(b)
    case 'timestamp':
      return right?.tag === 'duration' ? shifted(left, right.nanoseconds) : orNoOverload(b)
    default:
      return undefined
  }
}

/** a - b; undefined when nothing can be taken from a. Source: Subtractor.Subtract. */
export function subtractValues(a: Value, b: Value): Value | undefined {
  if (isInt(a)) return isInt(b) ? subtractInts(a, b) : orNoOverload(b)
  const [left, right] = [tagged(a), tagged(b)]
  switch (left?.tag) {
    case 'double':
      return right?.tag === 'double' ? double(left.value - right.value) : orNoOverload(b)
    case 'uint':
      return right?.tag === 'uint' ? checkedUint(left.value - right.value) : orNoOverload(b)
    case 'duration':
      return right?.tag === 'duration'
        ? checkedDuration(left.nanoseconds - right.nanoseconds)
        : orNoOverload(b)
    case 'timestamp':
      if (right?.tag === 'duration') return earlier(left, right)
      return right?.tag === 'timestamp' ? between(left, right) : orNoOverload(b)
    default:
      return undefined
  }
}

/** a * b; undefined when a has no product. Source: Multiplier.Multiply. */
export function multiplyValues(a: Value, b: Value): Value | undefined {
  if (isInt(a)) {
    if (!isInt(b)) return orNoOverload(b)
    if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a * b)) return a * b + 0
    return checkedInt(BigInt(a) * BigInt(b))
  }
  const [left, right] = [tagged(a), tagged(b)]
  if (left?.tag === 'double')
    return right?.tag === 'double' ? double(left.value * right.value) : orNoOverload(b)
  if (left?.tag !== 'uint') return undefined
  return right?.tag === 'uint' ? checkedUint(left.value * right.value) : orNoOverload(b)
}

/** a / b; undefined when a cannot be divided. Source: Divider.Divide. */
export function divideValues(a: Value, b: Value): Value | undefined {
  if (isInt(a)) {
    if (!isInt(b)) return orNoOverload(b)
    if (b === 0) return DIVISION_BY_ZERO
    return checkedInt(BigInt(a) / BigInt(b))
  }
  const [left, right] = [tagged(a), tagged(b)]
  if (left?.tag === 'double')
    return right?.tag === 'double' ? double(left.value / right.value) : orNoOverload(b)
  if (left?.tag !== 'uint') return undefined
  if (right?.tag !== 'uint') return orNoOverload(b)
  return right.value === 0n ? DIVISION_BY_ZERO : checkedUint(left.value / right.value)
}

/** a % b; undefined when a has no remainder. Source: Modder.Modulo. */
export function moduloValues(a: Value, b: Value): Value | undefined {
  if (isInt(a)) {
    if (!isInt(b)) return orNoOverload(b)
    if (b === 0) return MODULUS_BY_ZERO
    // Go's only overflow here is the least integer by -1.
    if (b === -1 && BigInt(a) === -(2n ** 63n)) return INT_OVERFLOW
    return typeof a === 'number' && typeof b === 'number' ? (a % b) + 0 : checkedInt(BigInt(a) % BigInt(b))
  }
  const [left, right] = [tagged(a), tagged(b)]
  if (left?.tag !== 'uint') return undefined
  if (right?.tag !== 'uint') return orNoOverload(b)
  return right.value === 0n ? MODULUS_BY_ZERO : checkedUint(left.value % right.value)
}

/** -a; undefined when a has no negative. Source: Negater.Negate. */
export function negateValue(a: Value): Value | undefined {
  if (typeof a === 'number') return 0 - a
  if (typeof a === 'bigint') return checkedInt(-a)
  if (typeof a === 'boolean') return NO_OVERLOAD
  const value = tagged(a)
  if (value?.tag === 'double') return double(-value.value)
  return value?.tag === 'duration' ? checkedDuration(-value.nanoseconds) : undefined
}

const joinTexts = (a: string, b: string): Value =>
  a.length + b.length > CEL_TEXT_CHARACTERS_MAX ? COST_EXCEEDED : a + b

const joinBytes = (a: Uint8Array, b: Uint8Array): Value =>
  a.length + b.length > CEL_TEXT_CHARACTERS_MAX ? COST_EXCEEDED : new Uint8Array(Buffer.concat([a, b]))

function addInts(a: Int, b: Int): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return checkedInt(BigInt(a) + BigInt(b))
}

function subtractInts(a: Int, b: Int): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (Number.isSafeInteger(difference)) return difference
  }
  return checkedInt(BigInt(a) - BigInt(b))
}

const checkedInt = (exact: bigint): Value => (isInt64(exact) ? intOf(exact) : INT_OVERFLOW)
const checkedUint = (exact: bigint): Value =>
  exact >= 0n && exact <= UINT64_MAX ? uint(exact) : UINT_OVERFLOW
const checkedDuration = (exact: bigint): CelDuration | CelFailure =>
  isInt64(exact) ? durationOf(exact) : INT_OVERFLOW

function shifted(time: CelTimestamp, nanoseconds: bigint): Value {
  const nanos = BigInt(time.nanos) + nanoseconds
  const carry = nanos >= 0n ? nanos / 1_000_000_000n : -((-nanos + 999_999_999n) / 1_000_000_000n)
  const seconds = time.seconds + Number(carry)
  if (seconds < TIMESTAMP_SECONDS_MIN || seconds > TIMESTAMP_SECONDS_MAX) return TIMESTAMP_OVERFLOW
  return timestampOf(seconds, Number(nanos - carry * 1_000_000_000n), time.offset)
}

function earlier(time: CelTimestamp, { nanoseconds }: CelDuration): Value {
  const back = checkedDuration(-nanoseconds)
  return isFailure(back) ? back : shifted(time, back.nanoseconds)
}

function between(a: CelTimestamp, b: CelTimestamp): Value {
  const seconds = BigInt(a.seconds) - BigInt(b.seconds)
  if (!isInt64(seconds * 1_000_000_000n)) return INT_OVERFLOW
  return checkedDuration(seconds * 1_000_000_000n + BigInt(a.nanos - b.nanos))
}

/**
 * Concatenation; an open list grows in place; lists of an object of type set or map are joined by
 * their items. Source: unstructuredSetList.Add, addToMapList.
 */
function addLists(a: CelList, b: CelList): Value {
  if (listSize(a) + listSize(b) > CEL_LIST_ITEMS_MAX) return COST_EXCEEDED
  if (a.form === 'made' && a.open) {
    const size = listSize(b)
    for (let i = 0; i < size; i++) a.items.push(listGet(b, i))
    return a
  }
  const joined = joinedOf(a)
  if (joined) return joinLists(a, b, joined)
  if (listSize(a) === 0 && a.form === 'made') return b
  if (listSize(b) === 0 && a.form === 'made') return a
  return madeList([...listItems(a), ...listItems(b)])
}

function joinLists(a: CelList, b: CelList, joined: Joined): Value {
  const items = [...listItems(a)]
  const places = new Map<string, number>()
  for (const [i, item] of items.entries()) {
    const key = itemKey(item, joined)
    if (typeof key !== 'string') return key
    places.set(key, i)
  }
  for (const item of listItems(b)) {
    const key = itemKey(item, joined)
    if (typeof key !== 'string') return key
    const place = places.get(key)
    if (place === undefined) {
      places.set(key, items.length)
      items.push(item)
    } else if (joined.type === 'map' && place < listSize(a)) items[place] = item
    else if (joined.type === 'map') items.push(item)
  }
  return { ...madeList(items), joined }
}

/** What an operator without meaning for a value answers: String, Duration and Timestamp differ. */
export function noOperator(a: Value, operator: string): CelFailure {
  if (isFailure(a)) return a
  const tag = tagged(a)?.tag
  const receives = typeof a === 'string' || tag === 'duration' || tag === 'timestamp'
  return receives ? NO_OVERLOAD : failure(`no such overload: ${operator}`)
}
