import { CEL_LIST_ITEMS_MAX, CEL_RANGE_ITEMS_MAX, CEL_VISITED_VALUES_MAX } from '../base/limits.ts'
import { addValues } from './arithmetic.ts'
import { compareValues } from './compare.ts'
import { allocation, squared } from './cost-functions.ts'
import { literalInt, type CallEstimate, type CallEstimator, type CostNode, type SizeOfNode } from './cost-node.ts'
import { fixed, multiply } from './cost-range.ts'
import { LIST_COST, TRAVERSAL, type CallCost } from './cost-runtime.ts'
import { functionOf, overload, type FunctionDecl, type Implementation, type Overload } from './declarations.ts'
import { equal } from './equality.ts'
import { listGet, listItems, listSize } from './lists.ts'
import { sizeOf } from './sizes.ts'
import { typeOf } from './type-of.ts'
import {
  COST_EXCEEDED, NO_OVERLOAD, double, durationOf, failure, isFailure, isList, madeList, orNoOverload, uint,
  type CelList, type Value,
} from './values.ts'

const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'] as const

/** An implementation that takes a list first. */
const ofList =
  (run: (list: CelList, b: Value, c: Value) => Value): Implementation =>
  (list, b, c) =>
    isList(list) ? run(list, b, c) : orNoOverload(list)

const isSorted = ofList((list) => {
  let previous: Value | undefined
  for (const item of listItems(list)) {
    if (compareValues(item, item) === undefined) return orNoOverload(item)
    if (previous !== undefined && compareValues(previous, item) === 1) return false
    previous = item
  }
  return true
})

const sum = (zero: Value): Implementation =>
  ofList((list) => {
    let total = zero
    for (const item of listItems(list)) {
      const next = addValues(total, item)
      if (next === undefined || isFailure(next)) return next ?? NO_OVERLOAD
      total = next
    }
    return total
  })

/** The least or greatest item. */
const extreme = (name: 'min' | 'max'): Implementation =>
  ofList((list) => {
    const preferred = name === 'min' ? 1 : -1
    let best: Value | undefined
    for (const item of listItems(list)) {
      if (compareValues(item, item) === undefined) return orNoOverload(item)
      if (best === undefined || compareValues(best, item) === preferred) best = item
    }
    return best === undefined ? failure(`${name} called on empty list`) : best
  })

const indexOf = ofList((list, wanted) => {
  for (let i = 0; i < listSize(list); i++) if (equal(listGet(list, i), wanted) === true) return i
  return -1
})

const lastIndexOf = ofList((list, wanted) => {
  for (let i = listSize(list) - 1; i >= 0; i--) if (equal(listGet(list, i), wanted) === true) return i
  return -1
})

/** Whether a list holds a value, or is that value. */
const includes: Implementation = (target, wanted) => {
  if (!isList(target)) return equal(target, wanted) === true
  return listItems(target).some((item) => equal(item, wanted) === true)
}

const perType = (types: readonly string[], make: (type: string) => Overload): Overload[] => types.map(make)

const SUMS: Readonly<Record<string, Value>> = { int: 0, uint: uint(0n), double: double(0), duration: durationOf(0n) }

/** Functions of lists that Kubernetes adds. Source: apiserver cel/library/lists.go. */
export const KUBERNETES_LIST_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('isSorted', perType(COMPARABLE, (type) => overload(`list_${type}_is_sorted_bool`, `list(${type}).() -> bool`, isSorted))),
  functionOf('sum', perType(Object.keys(SUMS), (type) => overload(`list_${type}_sum_${type}`, `list(${type}).() -> ${type}`, sum(SUMS[type]!)))),
  functionOf('max', perType(COMPARABLE, (type) => overload(`list_${type}_max_${type}`, `list(${type}).() -> ${type}`, extreme('max')))),
  functionOf('min', perType(COMPARABLE, (type) => overload(`list_${type}_min_${type}`, `list(${type}).() -> ${type}`, extreme('min')))),
  functionOf('indexOf', [overload('list_a_index_of_int', 'list(A).(A) -> int', indexOf)]),
  functionOf('lastIndexOf', [overload('list_a_last_index_of_int', 'list(A).(A) -> int', lastIndexOf)]),
]

/** `includes`, which stored expressions alone may have until every server knows it. */
export const INCLUDES: FunctionDecl = functionOf('includes', [
  overload('list_includes_dyn_dyn', 'dyn.(dyn) -> bool', includes),
])

const slice = ofList((list, start, end) => {
  const [from, to] = [Number(start), Number(end)]
  const refuse = (why: string): Value => failure(`cannot slice(${from}, ${to}), ${why}`)
  if (from < 0 || to < 0) return refuse('negative indexes not supported')
  if (from > to) return refuse('start index must be less than or equal to end index')
  if (listSize(list) < to) return refuse(`list is length ${listSize(list)}`)
  return madeList(listItems(list).slice(from, to))
})

/** All items of lists within, down to a depth; false when they are too many. */
function flattenInto(items: Value[], list: CelList, depth: number): boolean {
  for (const item of listItems(list)) {
    if (!isList(item) || depth <= 0) items.push(item)
    else if (!flattenInto(items, item, depth - 1)) return false
    if (items.length > CEL_LIST_ITEMS_MAX) return false
  }
  return true
}

function flattened(list: CelList, depth: number): Value {
  const items: Value[] = []
  return flattenInto(items, list, depth) ? madeList(items) : COST_EXCEEDED
}

const flatten: Implementation = (list, depth) => {
  if (!isList(list)) {
    const given = depth === undefined ? '' : typeOf(depth).name
    return isFailure(list) ? list : failure(`no such overload: ${typeOf(list).name}.flatten(${given})`)
  }
  if (depth === undefined) return flattened(list, 1)
  if (typeof depth !== 'number' && typeof depth !== 'bigint') return NO_OVERLOAD
  return depth < 0 ? failure('level must be non-negative') : flattened(list, Number(depth))
}

/** Items in the order of their keys. */
function sortedBy(list: CelList, keys: CelList): Value {
  const [items, by] = [listItems(list), listItems(keys)]
  if (items.length !== by.length)
    return failure(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${items.length} and ${by.length} elements respectively`,
    )
  if (items.length === 0) return list
  if (compareValues(by[0]!, by[0]!) === undefined) return failure('list elements must be comparable')
  const { name } = typeOf(by[0]!)
  if (items.length > 1 && by.some((key) => typeOf(key).name !== name))
    return failure('list elements must have the same type')
  const order = items.map((_, i) => i)
  order.sort((a, b) => {
    const compared = compareValues(by[a]!, by[b]!)
    return typeof compared === 'number' ? compared : 0
  })
  return madeList(order.map((i) => items[i]!))
}

const listRange: Implementation = (count) => {
  const size = Number(count)
  if (size < 0) return failure(`lists.range: size must be non-negative, got ${size}`)
  if (size > CEL_RANGE_ITEMS_MAX)
    return failure(`lists.range: size ${size} exceeds maximum allowed (${CEL_RANGE_ITEMS_MAX})`)
  return madeList(Array.from({ length: size }, (_, i) => i))
}

const distinct = ofList((list) => {
  // The cost, which is seen afterwards, is the square of the size.
  if (listSize(list) ** 2 > CEL_VISITED_VALUES_MAX) return COST_EXCEEDED
  const kept: Value[] = []
  for (const item of listItems(list)) if (!kept.some((other) => equal(item, other) === true)) kept.push(item)
  return madeList(kept)
})

const cost = (factor: number, size: number): number => Math.floor(size * (factor < 0 ? 1 : factor)) + 1 + LIST_COST

const ofResult: CallCost = (_, __, result) => cost(1, sizeOf(result))
const ofDepth: CallCost = (list, depth) => cost(depth === undefined ? 1 : Number(depth), sizeOf(list))
/** Comparisons of all items with each other. */
function ofComparisons(list: Value): number {
  if (!isList(list) || listSize(list) === 0) return cost(2, 0)
  const first = listGet(list, 0)
  const text = typeof first === 'string' || first instanceof Uint8Array
  return cost(text ? 2 + TRAVERSAL : 2, listSize(list) ** 2)
}

const UINT64_MAX = 2n ** 64n - 1n
type Estimate = CallEstimate | undefined

const estimateSlice: CallEstimator = (size, target, [start, end]) => {
  if (!target || !start || !end) return undefined
  const length = literalInt(end, size(target).max) - literalInt(start, 0n)
  return allocation(1, fixed(BigInt.asUintN(64, length)))
}
const estimateTarget =
  (factor: number): CallEstimator =>
  (size, target): Estimate =>
    target && allocation(factor, size(target))
const estimateFlatten: CallEstimator = (size, target, [depth]) =>
  target && allocation(depth ? Number(literalInt(depth, UINT64_MAX)) : 1, size(target))
const estimateSort =
  (type: string, of: 'target' | 'keys'): CallEstimator =>
  (size: SizeOfNode, target: CostNode | undefined, args: readonly CostNode[]): Estimate => {
    const node = of === 'target' ? target : args[0]
    const factor = type === 'string' || type === 'bytes' ? 2 + TRAVERSAL : 2
    return node && allocation(factor, squared(size(node)))
  }
const estimateRange: CallEstimator = (_, target, [count]) =>
  target || !count ? undefined : allocation(1, fixed(literalInt(count, UINT64_MAX)))
const estimateDistinct: CallEstimator = (size, target) =>
  target && allocation(2, multiply(size(target), size(target)))

const RUNTIME_NAMES: Readonly<Record<string, string>> = {
  duration: 'google.protobuf.Duration', timestamp: 'google.protobuf.Timestamp',
}
const named = (type: string): string => RUNTIME_NAMES[type] ?? type

const sortOverloads = COMPARABLE.map((type) =>
  overload(`list_${named(type)}_sort`, `list(${type}).() -> list(${type})`, undefined, {
    cost: ofComparisons, estimate: estimateSort(type, 'target'),
  }),
)
const sortByOverloads = COMPARABLE.map((type) =>
  overload(`list_${named(type)}_sortByAssociatedKeys`, `list(T).(list(${type})) -> list(T)`, undefined, {
    cost: (_, keys) => ofComparisons(keys), estimate: estimateSort(type, 'keys'),
  }),
)

/** Functions of lists of cel-go, version 3. Source: cel-go ext/lists.go. */
export const LIST_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('slice', [
    overload('list_slice', 'list(T).(int, int) -> list(T)', slice, { cost: ofResult, estimate: estimateSlice }),
  ]),
  functionOf(
    'flatten',
    [
      overload('list_flatten', 'list(list(T)).() -> list(T)', flatten, { cost: ofDepth, estimate: estimateFlatten }),
      overload('list_flatten_int', 'list(dyn).(int) -> list(dyn)', flatten, { cost: ofDepth, estimate: estimateFlatten }),
    ],
    { unguarded: true },
  ),
  functionOf('sort', sortOverloads, { operator: (list) => (isList(list) ? sortedBy(list, list) : undefined) }),
  functionOf('@sortByAssociatedKeys', sortByOverloads, {
    operator: (list, keys) => (isList(list) && isList(keys) ? sortedBy(list, keys) : undefined),
  }),
  functionOf('lists.range', [
    overload('lists_range', '(int) -> list(int)', listRange, { cost: ofResult, estimate: estimateRange }),
  ]),
  functionOf('reverse', [
    overload('list_reverse', 'list(T).() -> list(T)', ofList((list) => madeList([...listItems(list)].reverse())), {
      cost: ofResult, estimate: estimateTarget(1),
    }),
  ]),
  functionOf('distinct', [
    overload('list_distinct', 'list(T).() -> list(T)', distinct, { cost: ofComparisons, estimate: estimateDistinct }),
  ]),
]
