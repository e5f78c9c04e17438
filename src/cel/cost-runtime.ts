import { CEL_VISITED_VALUES_MAX } from '../base/limits.ts'
import { listItems } from './lists.ts'
import { mapFind, mapKeys } from './maps.ts'
import { sizeOf, sizeWithin } from './sizes.ts'
import { isList, isMap, type Value } from './values.ts'

/** What a call costs with its arguments and result. */
export type CallCost = (a: Value, b: Value, result: Value) => number

/** Cost of a character. Source: cel-go common/cost.go. */
export const TRAVERSAL = 0.1
/** Cost of a character of a pattern. */
export const PATTERN = 0.25
/** Costs of making a list, a map and an object. */
export const LIST_COST = 10
export const MAP_COST = 30
export const STRUCT_COST = 40
/** Cost of asking an authorizer. */
export const CHECK_COST = 350_000

/** Cost of one step, which most calls have. */
export const ONE: CallCost = () => 1

const scan = (size: number): number => Math.ceil(size * TRAVERSAL)
const ofFirst: CallCost = (a) => scan(sizeOf(a))
const ofFirstTwice: CallCost = (a) => Math.ceil(sizeOf(a) * 2 * TRAVERSAL)
const ofTraversal: CallCost = (a) => traversalCost(a)
const ofPattern: CallCost = (a, b) =>
  Math.ceil((1 + sizeOf(a)) * TRAVERSAL) * Math.ceil(sizeOf(b) * PATTERN)
const ofSelector: CallCost = (_, b) => selectorCost(sizeOf(b))

/** Cost of reading a selector of that many characters. Source: library/cost.go selectorCostEstimate. */
export const selectorCost = (characters: number): number =>
  LIST_COST + scan(characters) + Math.ceil(Math.ceil(characters * 0.5) * (LIST_COST + STRUCT_COST))

/** Kubernetes' functions by name. Source: apiserver cel/library/cost.go CallCost. */
const BY_FUNCTION: ReadonlyMap<string, CallCost> = new Map([
  ['check', () => CHECK_COST],
  ...of(ONE, 'serviceAccount path group resource subresource namespace name allowed reason error errored'),
  ...of(ofSelector, 'fieldSelector labelSelector'),
  ...of(ofTraversal, 'isSorted sum max min indexOf lastIndexOf includes'),
  ...of(ofFirst, 'url lowerAscii upperAscii substring trim jsonpatch.escapeKey'),
  ...of(ofFirstTwice, 'replace split ip.isCanonical'),
  ['join', (_, __, result) => Math.ceil(sizeOf(result) * 2 * TRAVERSAL)],
  ...of(ofPattern, 'find findAll'),
  ...of(ofFirst, 'cidr isIP isCIDR ip quantity isQuantity semver isSemver'),
  ...of(
    ONE,
    'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast',
  ),
  ...of(
    ONE,
    'format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch',
  ),
  ...of(ONE, 'getScheme getHostname getHost getPort getEscapedPath getQuery'),
])

function of(cost: CallCost, names: string): [string, CallCost][] {
  return names.split(' ').map((name) => [name, cost])
}

const containsIp = (string: boolean): CallCost => (a, b) =>
  Math.ceil(sizeOf(a) * 2 * TRAVERSAL) + (string ? scan(sizeOf(b)) : 0)
const containsCidr = (string: boolean): CallCost => (a, b) =>
  Math.ceil(sizeOf(a) * 2 * TRAVERSAL) + scan(sizeOf(a)) + 1 + (string ? scan(sizeOf(b)) : 0)

const smaller: CallCost = (a, b) => scan(Math.min(sizeWithin(a), sizeWithin(b)))
const ofSecond: CallCost = (_, b) => scan(sizeWithin(b))
const ofWithin: CallCost = (a) => scan(sizeWithin(a))
const ofBoth: CallCost = (a, b) => scan(sizeWithin(a) + sizeWithin(b))
const ofMatch: CallCost = (a, b) =>
  Math.ceil((1 + sizeWithin(a)) * TRAVERSAL) * Math.ceil(sizeWithin(b) * PATTERN)

/** cel-go's own overloads. Source: interpreter/runtimecost.go costCall. */
const BY_OVERLOAD: ReadonlyMap<string, CallCost> = new Map([
  ...of(ofSecond, 'starts_with_string ends_with_string'),
  ...of(ofWithin, 'string_to_bytes bytes_to_string strings_quote string_format'),
  ['in_list', (_, b) => sizeWithin(b)],
  ...of(
    smaller,
    'less_string greater_string less_equals_string greater_equals_string less_bytes greater_bytes less_equals_bytes greater_equals_bytes not_equals equals',
  ),
  ...of(ofBoth, 'add_string add_bytes'),
  ...of(ofMatch, 'matches matches_string'),
  ['contains_string', (a, b) => scan(sizeWithin(a)) * scan(sizeWithin(b))],
])

/** What calls of a function cost; the overload is empty when several may be meant. */
export function callCostOf(name: string, overload: string): CallCost {
  if (name === 'ip' && overload === 'cidr_ip') return ONE
  if (name === 'containsIP') return containsIp(overload === 'cidr_contains_ip_string')
  if (name === 'containsCIDR') return containsCidr(overload === 'cidr_contains_cidr_string')
  return BY_FUNCTION.get(name) ?? BY_OVERLOAD.get(overload) ?? ONE
}

/** Cost of `==`: Kubernetes' own types cost 1, even those with a size. */
export const equalityCost: CallCost = (a, b, result) =>
  typeof a === 'object' && a !== null && 'tag' in a && a.tag === 'object' ? 1 : smaller(a, b, result)
/** Cost of `!=`. */
export const inequalityCost: CallCost = smaller

/** Cost of walking through a value. Source: library/cost.go traversalCost. */
function traversalCost(value: Value, before = 0): number {
  if (typeof value === 'string') return before + Math.floor(Buffer.byteLength(value) * TRAVERSAL)
  if (value instanceof Uint8Array) return before + Math.floor(value.length * TRAVERSAL)
  if (!isMap(value) && !isList(value)) return before + 1
  let sum = before
  for (const key of isList(value) ? listItems(value) : mapKeys(value)) {
    // Costs beyond this end every evaluation: nothing is gained by looking at the rest.
    if (sum > CEL_VISITED_VALUES_MAX) break
    sum = traversalCost(key, sum)
    if (isMap(value)) sum = traversalCost(mapFind(value, key) ?? null, sum)
  }
  return sum
}

/** Most that a call can cost with lists of these sizes. Source: ext/costs.go. */
export const productCost =
  (factor: number): CallCost =>
  (a, b) =>
    1 + Math.floor(sizeOf(a) * sizeOf(b) * factor)
