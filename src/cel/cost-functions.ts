import { add, fixed, multiply, multiplyBy, range, scale, type Range } from './cost-range.ts'
import { namesOf, type CostPath } from './cost-path.ts'
import type { CallEstimate, CostNode, SizeOfNode } from './cost-node.ts'
import { CHECK_COST, LIST_COST, PATTERN, STRUCT_COST, TRAVERSAL } from './cost-runtime.ts'

/** A call as Kubernetes' estimator sees it. */
interface Call {
  readonly overload: string
  readonly target: CostNode | undefined
  readonly args: readonly CostNode[]
  readonly sizeOf: SizeOfNode
}

type Estimator = (call: Call) => CallEstimate | undefined

const ONE = fixed(1)
const UINT64_MAX = 2n ** 64n - 1n
/** Bytes of addresses. */
const ADDRESS: Range = range(4n, 16n)
/** Longest pattern of a named format. Source: cel.MaxNameFormatRegexSize, MaxFormatSize. */
const FORMAT_PATTERN_MAX = 128
const FORMAT_NAME_MAX = 64n

const constant = (): CallEstimate => ({ cost: ONE })

/** A scan of the first argument. */
const ofArgument =
  (factor: number, sized = false): Estimator =>
  ({ args, sizeOf }) => {
    if (args.length < 1) return undefined
    const size = sizeOf(args[0]!)
    return { cost: scale(size, factor), size: sized ? size : undefined }
  }

/** A scan of the target, whose result is no longer. */
const ofTarget: Estimator = ({ target, sizeOf }) => {
  if (!target) return undefined
  const size = sizeOf(target)
  return { cost: scale(size, TRAVERSAL), size }
}

const selector: Estimator = ({ args, sizeOf }) => {
  if (args.length !== 1) return undefined
  const length = sizeOf(args[0]!)
  const requirements = scale(scale(length, 0.5), LIST_COST + STRUCT_COST)
  return { cost: add(add(fixed(LIST_COST), scale(length, TRAVERSAL)), requirements) }
}

/** `sum`, `indexOf` and their like: a step for each item, and a scan of items that are text. */
const search =
  (name: string): Estimator =>
  ({ target, sizeOf }) => {
    if (!target) return undefined
    const items = itemsOf(target)
    if (!items) {
      if (name === 'includes') return { cost: multiply(sizeOf(target), ONE) }
      return { cost: scale(sizeOf(target), TRAVERSAL) }
    }
    const text = items.type.kind === 'string' || items.type.kind === 'bytes'
    const each = text ? add(ONE, scale(sizeOf(items), TRAVERSAL)) : ONE
    return { cost: multiply(sizeOf(target), each) }
  }

const pathOf = (names: string[]): CostPath => ({ shared: names, length: names.length, capacity: names.length })

/** The items of a list as a node. Source: CostEstimator.listElementNode. */
function itemsOf({ type, path }: CostNode): CostNode | undefined {
  const items = type.params[0]
  if (!items) return undefined
  return { path: path && pathOf([...namesOf(path), '@items']), type: items, expr: undefined, size: undefined }
}

const replace: Estimator = ({ target, args, sizeOf }) => {
  if (!target || args.length < 2) return undefined
  const size = sizeOf(target)
  const old = sizeOf(args[0]!)
  const made = sizeOf(args[1]!)
  const [most, kept] = longest(size, old, made)
  const [least, keptLeast] = shortest(size, old, made)
  const result = add(multiply(range(least, most), made), range(keptLeast, kept))
  return { cost: scale(size, 2 * TRAVERSAL), size: result }
}

/** Most replacements, and characters that stay. */
function longest(size: Range, old: Range, made: Range): [bigint, bigint] {
  if (old.min === 0n) return [size.max < UINT64_MAX ? size.max + 1n : size.max, size.max]
  if (made.max <= old.min) return [0n, size.max]
  return [quotient(size.max, old.min), 0n]
}

/** Fewest replacements, and characters that stay. */
function shortest(size: Range, old: Range, made: Range): [bigint, bigint] {
  if (old.max === 0n) return [size.min < UINT64_MAX ? size.min + 1n : size.min, size.min]
  if (old.max <= made.min) return [0n, size.min]
  return [quotient(size.min, old.max), 0n]
}

/** Rounded up, by doubles. */
function quotient(a: bigint, b: bigint): bigint {
  const value = Math.ceil(Number(a) / Number(b))
  return value >= 2 ** 64 ? UINT64_MAX : BigInt(value)
}

const split: Estimator = ({ target, args, sizeOf }) => {
  if (!target) return undefined
  const size = sizeOf(target)
  let { max } = size
  const limit = args[1]?.expr?.node
  if (limit?.kind === 'literal' && (typeof limit.value === 'number' || typeof limit.value === 'bigint'))
    max = BigInt.asUintN(64, BigInt(limit.value))
  return { cost: scale(size, 2 * TRAVERSAL), size: range(0n, max) }
}

const join: Estimator = ({ target, args, sizeOf }) => {
  if (!target) return undefined
  const count = sizeOf(target)
  const items = itemsOf(target)
  let size: Range = items ? multiply(count, sizeOf(items)) : range(0n, 0n)
  if (args.length > 0) {
    const less = (n: bigint): bigint => (n > 0n ? n - 1n : 0n)
    size = add(size, multiply(sizeOf(args[0]!), range(less(count.min), less(count.max))))
  }
  return { cost: scale(size, TRAVERSAL), size }
}

const find: Estimator = ({ target, args, sizeOf }) => {
  if (!target || args.length < 1) return undefined
  const size = sizeOf(target)
  const text = scale(add(size, ONE), TRAVERSAL)
  const cost = multiply(text, scale(sizeOf(args[0]!), PATTERN))
  return { cost, size: range(0n, size.max) }
}

/** Whether an address or a network lies in one: bytes are compared, and a text is read before. */
const contains =
  (network: boolean): Estimator =>
  ({ overload, args, sizeOf }) => {
    if (args.length < 1) return undefined
    let cost = scale(add(ADDRESS, ADDRESS), TRAVERSAL)
    if (network) cost = add(add(cost, scale(ADDRESS, TRAVERSAL)), ONE)
    if (overload.endsWith('_string')) cost = add(cost, scale(sizeOf(args[0]!), TRAVERSAL))
    return { cost }
  }

const ip: Estimator = (call) => (call.overload === 'cidr_ip' ? constant() : ofArgument(TRAVERSAL)(call))

const validate: Estimator = ({ args, sizeOf }) => {
  if (args.length < 1) return undefined
  return { cost: scale(scale(sizeOf(args[0]!), TRAVERSAL), FORMAT_PATTERN_MAX * PATTERN) }
}

const SIMPLE_OBJECTS = new Set([
  'net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver',
  'kubernetes.authorization.Authorizer', 'kubernetes.authorization.PathCheck',
  'kubernetes.authorization.GroupCheck', 'kubernetes.authorization.ResourceCheck',
  'kubernetes.authorization.Decision',
])

/** `==` of Kubernetes' own types. */
const equality: Estimator = ({ args }) => {
  const [left, right] = args
  if (!left || !right || left.type.name !== right.type.name) return undefined
  const { name } = left.type
  if (SIMPLE_OBJECTS.has(name)) return { cost: ONE }
  if (name === 'kubernetes.NamedFormat') return { cost: scale(range(1n, FORMAT_NAME_MAX), TRAVERSAL) }
  if (name !== 'kubernetes.URL') return undefined
  return { cost: scale(range(1n, right.size?.max ?? 1n), TRAVERSAL) }
}

const named = (estimator: Estimator, names: string): [string, Estimator][] =>
  names.split(' ').map((name) => [name, estimator])

const BY_FUNCTION: ReadonlyMap<string, Estimator> = new Map([
  ['check', () => ({ cost: fixed(CHECK_COST) })],
  ...named(constant, 'serviceAccount path group resource subresource namespace name allowed reason error errored'),
  ...named(selector, 'fieldSelector labelSelector'),
  ...'isSorted sum max min indexOf lastIndexOf includes'
    .split(' ')
    .map((name): [string, Estimator] => [name, search(name)]),
  ...named((call) => (call.args.length === 1 ? ofArgument(TRAVERSAL, true)(call) : undefined), 'url jsonpatch.escapeKey'),
  ...named(ofTarget, 'lowerAscii upperAscii substring trim'),
  ['replace', replace],
  ['split', split],
  ['join', join],
  ...named(find, 'find findAll'),
  ...named(ofArgument(TRAVERSAL), 'cidr isIP isCIDR quantity isQuantity semver isSemver'),
  ['ip', ip],
  ['ip.isCanonical', ofArgument(2 * TRAVERSAL)],
  ...named(
    constant,
    'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast',
  ),
  ['containsIP', contains(false)],
  ['containsCIDR', contains(true)],
  ['validate', validate],
  ...named(
    constant,
    'format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch',
  ),
  ...named(constant, 'getScheme getHostname getHost getPort getEscapedPath getQuery'),
  ['_==_', equality],
])

/** Kubernetes' estimate of a call. Source: apiserver cel/library/cost.go EstimateCallCost. */
export const estimateKubernetes = (name: string, call: Call): CallEstimate | undefined =>
  BY_FUNCTION.get(name)?.(call)

const ofFirst =
  (sized: (size: Range) => Range | undefined): Estimator =>
  ({ args, sizeOf }) => {
    if (args.length !== 1) return undefined
    const size = sizeOf(args[0]!)
    return { cost: scale(size, TRAVERSAL), size: sized(size) }
  }

const matches: Estimator = ({ target, args, sizeOf }) => {
  const [text, pattern] = target ? [target, args[0]] : args
  if (!text || !pattern) return undefined
  const cost = multiply(scale(add(sizeOf(text), ONE), TRAVERSAL), scale(sizeOf(pattern), PATTERN))
  return { cost }
}

const contain: Estimator = ({ target, args, sizeOf }) => {
  if (!target || args.length !== 1) return undefined
  return { cost: multiply(scale(sizeOf(target), TRAVERSAL), scale(sizeOf(args[0]!), TRAVERSAL)) }
}

const compare: Estimator = ({ args, sizeOf }) => {
  const [left, right] = [sizeOf(args[0]!).max, sizeOf(args[1]!).max]
  const max = left < right ? left : right
  return { cost: scale(range(max > 0n ? 1n : 0n, max), TRAVERSAL) }
}

const BY_OVERLOAD: ReadonlyMap<string, Estimator> = new Map([
  ['string_format', ({ target, sizeOf }) => (target ? { cost: scale(sizeOf(target), TRAVERSAL) } : undefined)],
  ['string_to_bytes', ofFirst((size) => range(size.min, BigInt.asUintN(64, size.max * 4n)))],
  ['bytes_to_string', ofFirst((size) => range(size.min / 4n, size.max))],
  ['strings_quote', ofFirst((size) => range(size.min + 2n, BigInt.asUintN(64, size.max * 2n + 2n)))],
  ...named(ofFirst(() => undefined), 'starts_with_string ends_with_string'),
  ['in_list', ({ args, sizeOf }) => (args.length === 2 ? { cost: scale(sizeOf(args[1]!), 1) } : undefined)],
  ...named(matches, 'matches matches_string'),
  ['contains_string', contain],
  ...named(
    compare,
    'less_string greater_string less_equals_string greater_equals_string less_bytes greater_bytes less_equals_bytes greater_equals_bytes equals not_equals',
  ),
])

/** cel-go's estimate of a call by its overload. Source: checker/cost.go functionCost. */
export const estimateStandard = (call: Call): CallEstimate | undefined => BY_OVERLOAD.get(call.overload)?.(call)

/** An estimate of making a list of a size, by a number of steps for each item. Source: ext/lists.go. */
export const allocation = (factor: number, size: Range): CallEstimate => ({
  cost: add(add(scale(size, factor), ONE), fixed(LIST_COST)),
  size,
})

/** Estimates calls that compare all items of two lists. Source: ext/sets.go estimateSetsCost. */
export const estimateSets =
  (factor: number) =>
  (sizeOf: SizeOfNode, _: CostNode | undefined, args: readonly CostNode[]): CallEstimate | undefined => {
    if (args.length !== 2) return undefined
    const product = multiply(sizeOf(args[0]!), sizeOf(args[1]!))
    return { cost: add(scale(product, factor), ONE) }
  }

/** Square of a size. */
export const squared = (size: Range): Range =>
  range(multiplyBy(size.min, size.min), multiplyBy(size.max, size.max))
