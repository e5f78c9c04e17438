import type { Checked } from './checker.ts'
import { estimateKubernetes, estimateStandard } from './cost-functions.ts'
import type { CallEstimate, CostNode } from './cost-node.ts'
import { NO_PATH, appendName, namesOf, pathOfName, type CostPath } from './cost-path.ts'
import { FREE, NOTHING, UNKNOWN, add, fixed, range, scale, sum, union, multiply, type Range } from './cost-range.ts'
import { LIST_COST, MAP_COST, STRUCT_COST, TRAVERSAL } from './cost-runtime.ts'
import type { Environment } from './environment.ts'
import { characterCount } from './sizes.ts'
import {
  ACCUMULATOR, OLD_ACCUMULATOR,
  type CallNode, type ComprehensionNode, type Expr, type ListNode, type MapNode, type SelectNode,
} from './syntax.ts'
import { DYN, isOptional, type CelType } from './types.ts'

const ONE = fixed(1)

/** Sizes of the entries of a list or map. */
interface EntrySize {
  readonly container: 'list' | 'map'
  readonly key: Range
  readonly value: Range
}

interface Local {
  readonly path: CostPath
  readonly size: Range | undefined
  readonly entries: EntrySize | undefined
}

interface State {
  readonly checked: Checked
  readonly environment: Environment
  readonly paths: Map<number, CostPath>
  readonly locals: Map<string, Local[]>
  readonly sizes: Map<number, Range>
  readonly entries: Map<number, EntrySize>
}

/** Least and greatest cost of an expression with objects of all sizes. Source: cel-go checker/cost.go. */
export function estimateCost(checked: Checked, environment: Environment): Range {
  const state: State = {
    checked, environment,
    paths: new Map(), locals: new Map(), sizes: new Map(), entries: new Map(),
  }
  return costOf(state, checked.expr)
}

function costOf(state: State, expr: Expr): Range {
  const { node } = expr
  switch (node.kind) {
    case 'ident':
      state.paths.set(expr.id, peek(state, node.name)?.path ?? pathOfName(node.name))
      return ONE
    case 'select':
      return costOfSelect(state, expr, node)
    case 'call':
      return costOfCall(state, expr, node)
    case 'list':
      return costOfList(state, expr, node)
    case 'map':
      return costOfMap(state, expr, node)
    case 'struct':
      return add(sum(node.fields.map(({ value }) => costOf(state, value))), fixed(STRUCT_COST))
    case 'comprehension':
      return isBinding(node) ? costOfBinding(state, expr, node) : costOfFold(state, expr, node)
    default:
      return FREE
  }
}

const typeOf = (state: State, expr: Expr): CelType => state.checked.types.get(expr.id) ?? DYN

const peek = (state: State, name: string): Local | undefined => state.locals.get(name)?.at(-1)

function push(state: State, name: string, local: Local): void {
  const stack = state.locals.get(name)
  if (stack) stack.push(local)
  else state.locals.set(name, [local])
}

const pop = (state: State, name: string): void => void state.locals.get(name)!.pop()

function pathOf(state: State, expr: Expr): CostPath {
  const local = expr.node.kind === 'ident' ? peek(state, expr.node.name) : undefined
  return local?.path ?? state.paths.get(expr.id) ?? NO_PATH
}

function costOfSelect(state: State, expr: Expr, node: SelectNode): Range {
  const operand = costOf(state, node.operand)
  // has() costs nothing itself: Kubernetes keeps the cost it had before cel-go 0.17.7.
  if (node.testOnly) return operand
  const { kind } = typeOf(state, node.operand)
  const cost = kind === 'map' || kind === 'struct' || kind === 'param' ? add(operand, ONE) : operand
  state.paths.set(expr.id, appendName(pathOf(state, node.operand), node.field))
  return cost
}

function costOfCall(state: State, expr: Expr, node: CallNode): Range {
  if (node.function === 'dyn' && node.args[0]) {
    const [arg] = node.args
    const cost = costOf(state, arg)
    copySizes(state, expr, arg)
    return add(ONE, cost)
  }
  const costs = node.args.map((arg) => costOf(state, arg))
  const args = node.args.map((arg) => nodeOf(state, arg))
  const reference = state.checked.references.get(expr.id)
  const overloads = reference && 'overloads' in reference ? reference.overloads : []
  if (overloads.length === 0) return FREE
  const targetCost = node.target ? costOf(state, node.target) : FREE
  const target = node.target && nodeOf(state, node.target)
  let cost = NOTHING
  let size: Range | undefined
  for (const overload of overloads) {
    const estimate = estimateCall(state, expr, { name: node.function, overload, target, args, costs })
    cost = union(cost, estimate.cost)
    if (estimate.size) size = size ? union(size, estimate.size) : estimate.size
    const first = node.args[0]
    if (first && (overload === 'index_list' || overload === 'index_map')) {
      size = entriesOf(state, first)?.value
      const step = overload === 'index_list' ? '@items' : '@values'
      state.paths.set(expr.id, appendName(pathOf(state, first), step))
    }
    size ??= sizeOf(state, expr)
  }
  if (size) state.sizes.set(expr.id, size)
  return add(targetCost, cost)
}

interface Call {
  readonly name: string
  readonly overload: string
  readonly target: CostNode | undefined
  readonly args: readonly CostNode[]
  readonly costs: readonly Range[]
}

/** Cost of a call with its arguments, and the size of its result. Source: functionCost. */
function estimateCall(state: State, expr: Expr, call: Call): CallEstimate {
  const { name, overload, target, args, costs } = call
  const all = sum(costs)
  const sizeOfNode = (node: CostNode): Range => node.size ?? sizeByPath(state, node.path) ?? UNKNOWN
  const decl = state.environment.functions.get(name)
  const own = decl?.overloads.find(({ id }) => id === overload)?.estimate?.(sizeOfNode, target, args)
  const known = own ?? estimateKubernetes(name, { overload, target, args, sizeOf: sizeOfNode })
  if (known) return { cost: add(known.cost, all), size: known.size }
  switch (overload) {
    case 'logical_or':
    case 'logical_and':
      return { cost: range(costs[0]!.min, all.max) }
    case 'conditional':
      return conditional(state, expr, call)
    case 'add_string':
    case 'add_bytes':
    case 'add_list':
      if (args.length === 2) return concatenation(state, expr, call, all)
  }
  const byExpression = (node: CostNode): Range => node.size ?? UNKNOWN
  const standard = estimateStandard({ overload, target, args, sizeOf: byExpression })
  return { cost: add(standard?.cost ?? ONE, all), size: standard?.size }
}

function conditional(state: State, expr: Expr, { args, costs }: Call): CallEstimate {
  const [, yes, no] = args
  const size = union(yes!.size ?? UNKNOWN, no!.size ?? UNKNOWN)
  const entries = joinEntries(entriesOf(state, yes!.expr!), entriesOf(state, no!.expr!))
  if (entries) state.entries.set(expr.id, entries)
  return { cost: add(costs[0]!, union(costs[1]!, costs[2]!)), size }
}

function concatenation(state: State, expr: Expr, { overload, args }: Call, all: Range): CallEstimate {
  const size = add(args[0]!.size ?? UNKNOWN, args[1]!.size ?? UNKNOWN)
  const entries = joinEntries(entriesOf(state, args[0]!.expr!), entriesOf(state, args[1]!.expr!))
  if (entries) state.entries.set(expr.id, entries)
  const own = overload === 'add_list' ? ONE : scale(size, TRAVERSAL)
  return { cost: add(own, all), size }
}

function joinEntries(a: EntrySize | undefined, b: EntrySize | undefined): EntrySize | undefined {
  if (!a || !b) return undefined
  return { container: a.container, key: union(a.key, b.key), value: union(a.value, b.value) }
}

function costOfList(state: State, expr: Expr, { elements }: ListNode): Range {
  let cost = FREE
  let value = elements.length === 0 ? FREE : NOTHING
  for (const element of elements) {
    cost = add(cost, costOf(state, element))
    value = union(value, sizeOf(state, element) ?? UNKNOWN)
  }
  state.entries.set(expr.id, { container: 'list', key: ONE, value })
  return add(cost, fixed(LIST_COST))
}

function costOfMap(state: State, expr: Expr, { entries }: MapNode): Range {
  let cost = FREE
  let key = entries.length === 0 ? FREE : NOTHING
  let value = key
  for (const entry of entries) {
    cost = add(add(cost, costOf(state, entry.key)), costOf(state, entry.value))
    key = union(key, sizeOf(state, entry.key) ?? UNKNOWN)
    value = union(value, sizeOf(state, entry.value) ?? UNKNOWN)
  }
  state.entries.set(expr.id, { container: 'map', key, value })
  return add(cost, fixed(MAP_COST))
}

function costOfFold(state: State, expr: Expr, node: ComprehensionNode): Range {
  const start = add(costOf(state, node.range), costOf(state, node.start))
  push(state, node.accumulator, localOf(state, node.start))
  pushVariables(state, node)
  const condition = costOf(state, node.condition)
  const step = costOf(state, node.step)
  pop(state, node.variable)
  if (node.variable2) pop(state, node.variable2)
  const result = costOf(state, node.result)
  pop(state, node.accumulator)
  const count = sizeOf(state, node.range) ?? UNKNOWN
  const cost = add(add(start, result), multiply(count, add(step, condition)))
  const { kind } = node.start.node
  if (kind === 'literal') {
    const size = sizeOf(state, node.start)
    if (size) state.sizes.set(expr.id, size)
  } else if (kind === 'list' || kind === 'map') {
    state.sizes.set(expr.id, count)
    const entries = entriesOf(state, node.step)
    if (entries) state.entries.set(expr.id, entries)
  }
  return cost
}

const localOf = (state: State, expr: Expr): Local => ({
  path: pathOf(state, expr),
  size: sizeOf(state, expr),
  entries: entriesOf(state, expr),
})

function pushVariables(state: State, node: ComprehensionNode): void {
  const entries = entriesOf(state, node.range)
  const path = pathOf(state, node.range)
  const list = (entries?.container ?? typeOf(state, node.range).kind) === 'list'
  const local = (step: string, size: Range | undefined): Local => ({
    path: appendName(path, step), size, entries: undefined,
  })
  if (node.variable2) {
    push(state, node.variable, local(list ? '@indices' : '@keys', entries?.key))
    push(state, node.variable2, local(list ? '@items' : '@values', entries?.value))
  } else if (list) push(state, node.variable, local('@items', entries?.value))
  else push(state, node.variable, local('@keys', entries?.key))
}

/** Whether a comprehension only names a value, as cel.bind's does. */
const isBinding = ({ range: iterated, condition, accumulator }: ComprehensionNode): boolean =>
  iterated.node.kind === 'list' &&
  iterated.node.elements.length === 0 &&
  condition.node.kind === 'literal' &&
  condition.node.value === false &&
  accumulator !== OLD_ACCUMULATOR

function costOfBinding(state: State, expr: Expr, node: ComprehensionNode): Range {
  const start = add(costOf(state, node.range), costOf(state, node.start))
  push(state, node.accumulator, localOf(state, node.start))
  const cost = add(start, costOf(state, node.result))
  pop(state, node.accumulator)
  copySizes(state, expr, node.result)
  return cost
}

function copySizes(state: State, to: Expr, from: Expr): void {
  const size = sizeOf(state, from)
  if (size) state.sizes.set(to.id, size)
  const entries = entriesOf(state, from)
  if (entries) state.entries.set(to.id, entries)
}

function nodeOf(state: State, expr: Expr): CostNode {
  const path = pathOf(state, expr)
  const root = path.shared[0]
  const hidden = path.length === 0 || root === ACCUMULATOR || root === OLD_ACCUMULATOR
  return { path: hidden ? undefined : path, type: typeOf(state, expr), expr, size: sizeOf(state, expr) }
}

const sizeByPath = (state: State, path: CostPath | undefined): Range | undefined =>
  path === undefined || path.length === 0 ? undefined : state.environment.sizes(namesOf(path))

/** The size of a value, as far as the expression, the schema or the type tells. */
function sizeOf(state: State, expr: Expr): Range | undefined {
  const known = state.sizes.get(expr.id) ?? literalSize(expr)
  if (known) return known
  const byPath = sizeByPath(state, pathOf(state, expr))
  if (byPath) {
    state.sizes.set(expr.id, byPath)
    return byPath
  }
  if (isScalar(typeOf(state, expr))) return ONE
  return expr.node.kind === 'ident' ? peek(state, expr.node.name)?.size : undefined
}

function literalSize({ node }: Expr): Range | undefined {
  switch (node.kind) {
    case 'literal':
      if (typeof node.value === 'string') return fixed(characterCount(node.value))
      return node.value instanceof Uint8Array ? fixed(node.value.length) : ONE
    case 'list':
      return fixed(node.elements.length)
    case 'map':
      return fixed(node.entries.length)
    default:
      return undefined
  }
}

const SCALARS = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint'])
const isScalar = (type: CelType): boolean =>
  isOptional(type) ? isScalar(type.params[0]!) : SCALARS.has(type.kind)

function entriesOf(state: State, expr: Expr): EntrySize | undefined {
  const known = state.entries.get(expr.id)
  if (known) return known
  return expr.node.kind === 'ident' ? peek(state, expr.node.name)?.entries : undefined
}
