import { qualify, resolver, wrongKey, type Attribute, type Qualifier } from './attributes.ts'
import type { Checked } from './checker.ts'
import { conversionNames } from './conversion-names.ts'
import type { Environment } from './environment.ts'
import { foldStep, LAZY, opened, type FoldParts } from './fold.ts'
import type { Step } from './frame.ts'
import { plannedCall } from './plan-call.ts'
import { listStep, mapStep, structStep } from './plan-literals.ts'
import { membershipSet, membershipStep } from './plan-membership.ts'
import type { CallNode, ComprehensionNode, Expr, ListNode, MapNode, SelectNode } from './syntax.ts'
import { err, ok, type Result } from '../base/result.ts'
import { NO_OVERLOAD, failure, isFailure, isList, isOptionalValue, type CelFailure, type Value } from './values.ts'

/** A node of a plan: a constant, an attribute that may get more qualifiers, or a step. */
export type Plan =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'attribute'; readonly attribute: Attribute; readonly testOnly: boolean }
  | { readonly kind: 'step'; readonly step: Step }

/** A program's steps and how many variables they use. */
export interface Planned {
  readonly step: Step
  readonly slots: number
  /** Variables of the environment that are used: name and slot. */
  readonly globals: readonly (readonly [name: string, slot: number])[]
}

interface State {
  readonly environment: Environment
  readonly checked: Checked
  readonly globals: Map<string, number>
  /** Local variables, innermost last; `lazy` ones are computed when they are first read. */
  readonly locals: { readonly name: string; readonly slot: number; readonly start: Step | undefined }[]
  slots: number
  error: string | undefined
}

/**
 * Turns a checked tree into closures. Constants are folded where upstream's optimizer does; an error
 * says that a constant cannot be made. Source: cel-go interpreter/planner.go, decorators.go.
 */
export function plan(checked: Checked, environment: Environment): Result<Planned, string> {
  const state: State = { environment, checked, globals: new Map(), locals: [], slots: 0, error: undefined }
  const step = stepOf(planExpr(state, checked.expr))
  if (state.error !== undefined) return err(state.error)
  return ok({ step, slots: state.slots, globals: [...state.globals] })
}

/** The step of a plan, when nothing more is added to it. */
export function stepOf(planned: Plan): Step {
  if (planned.kind === 'step') return planned.step
  if (planned.kind === 'constant') {
    const { value } = planned
    return () => value
  }
  const resolve = resolver(planned.attribute)
  const cost = planned.attribute.kind === 'choice' ? 0 : 1
  if (planned.testOnly) return testStep(resolve, cost - 1)
  if (cost === 0) return resolve
  return (frame) => {
    const value = resolve(frame)
    frame.cost++
    return value
  }
}

/** A presence test counts its qualifiers alone. */
const testStep =
  (resolve: Step, cost: number): Step =>
  (frame) => {
    const value = resolve(frame)
    frame.cost += cost
    return isOptionalValue(value) ? value.value !== undefined : value
  }

const constant = (value: Value): Plan => ({ kind: 'constant', value })
const step = (run: Step): Plan => ({ kind: 'step', step: run })

/** The attribute of a plan; any other plan becomes the operand of one. */
function attributeOf(planned: Plan): Attribute {
  if (planned.kind === 'attribute') return planned.attribute
  return { kind: 'relative', operand: stepOf(planned), qualifiers: [] }
}

function planExpr(state: State, expr: Expr): Plan {
  const { node } = expr
  switch (node.kind) {
    case 'literal':
      return constant(node.value)
    case 'ident':
      return planIdent(state, expr, node.name)
    case 'select':
      return planSelect(state, node)
    case 'call':
      return planCall(state, expr, node)
    case 'list':
      return planList(state, node)
    case 'map':
      return planMap(state, node)
    case 'struct': {
      const fields = node.fields.map((field) => ({
        name: field.name, optional: field.optional, step: stepOf(planExpr(state, field.value)),
      }))
      return step(structStep(state.environment.provider(node.type), node.type, fields))
    }
    case 'comprehension':
      return planFold(state, node)
    case 'error':
      return constant(failure('unsupported expr'))
  }
}

function planIdent(state: State, expr: Expr, name: string): Plan {
  const reference = state.checked.references.get(expr.id)
  if (reference && 'variable' in reference && reference.value) return constant(reference.value)
  return { kind: 'attribute', testOnly: false, attribute: { kind: 'variable', name, get: reader(state, name), qualifiers: [] } }
}

/** The step that reads a variable. */
function reader(state: State, name: string): Step {
  const local = name.startsWith('.') ? undefined : state.locals.findLast((entry) => entry.name === name)
  if (local) return localReader(local.slot, local.start)
  const bare = name.startsWith('.') ? name.slice(1) : name
  let slot = state.globals.get(bare)
  if (slot === undefined) {
    slot = state.slots++
    state.globals.set(bare, slot)
  }
  const at = slot
  const missing = failure(`no such attribute(s): ${bare}`)
  return (frame) => frame.vars[at] ?? (frame.vars[at] === null ? null : missing)
}

function localReader(slot: number, start: Step | undefined): Step {
  if (!start) return (frame) => frame.vars[slot]!
  return (frame) => {
    const value = frame.vars[slot]!
    if (value !== LAZY) return value
    const first = start(frame)
    frame.vars[slot] = first
    return first
  }
}

function planSelect(state: State, node: SelectNode): Plan {
  const attribute = attributeOf(planExpr(state, node.operand))
  qualify(attribute, { kind: 'constant', key: node.field, optional: false, testOnly: node.testOnly })
  return { kind: 'attribute', attribute, testOnly: node.testOnly }
}

function planCall(state: State, expr: Expr, node: CallNode): Plan {
  const reference = state.checked.references.get(expr.id)
  const ids = reference && 'overloads' in reference ? reference.overloads : []
  const operands = node.target ? [node.target, ...node.args] : node.args
  const plans = operands.map((operand) => planExpr(state, operand))
  switch (node.function) {
    case '_&&_':
      return step(andStep(stepOf(plans[0]!), stepOf(plans[1]!)))
    case '_||_':
      return step(orStep(stepOf(plans[0]!), stepOf(plans[1]!)))
    case '_?_:_': {
      const [yes, no] = [attributeOf(plans[1]!), attributeOf(plans[2]!)]
      const attribute: Attribute = { kind: 'choice', condition: stepOf(plans[0]!), yes, no }
      return { kind: 'attribute', attribute, testOnly: false }
    }
    case '_[_]':
      return planIndex(state, plans[0]!, plans[1]!, false)
    case '_[?_]':
    case '_?._':
      return planIndex(state, plans[0]!, plans[1]!, true)
    case 'or':
    case 'orValue':
      if (ids.length === 1 && ids[0]!.startsWith('optional_or'))
        return step(optionalOr(stepOf(plans[0]!), stepOf(plans[1]!), node.function === 'orValue'))
  }
  return planFunction(state, node, ids, plans)
}

function planFunction(state: State, node: CallNode, ids: readonly string[], plans: readonly Plan[]): Plan {
  const [first, second] = plans
  if (ids.length === 1 && ids[0] === 'in_list' && second!.kind === 'constant' && isList(second!.value)) {
    const set = membershipSet(second!.value)
    if (set && set.size === 0) return constant(false)
    if (set) return step(membershipStep(stepOf(first!), set))
  }
  const decl = state.environment.functions.get(node.function)
  if (!decl) return constant(failure(`no such overload: ${node.function}`))
  const constants = plans.map((planned) => (planned.kind === 'constant' ? planned.value : undefined))
  const run = plannedCall(decl, ids, plans.map(stepOf), constants)
  if (!run.ok) {
    state.error ??= run.error
    return constant(false)
  }
  if (plans.length === 1 && first!.kind === 'constant' && conversionNames.has(node.function)) {
    const value = run.value({ vars: [], cost: 0, limit: Infinity })
    if (!isFailure(value)) return constant(value)
    state.error ??= value.message
  }
  return step(run.value)
}

/** `a && b`: a failure on one side is absorbed by false on the other. */
const andStep =
  (left: Step, right: Step): Step =>
  (frame) => {
    const a = left(frame)
    if (a === false) return false
    const b = right(frame)
    if (b === false) return false
    if (a !== true) return failedTerm(a)
    return b === true ? true : failedTerm(b)
  }

/** `a || b`: a failure on one side is absorbed by true on the other. */
const orStep =
  (left: Step, right: Step): Step =>
  (frame) => {
    const a = left(frame)
    if (a === true) return true
    const b = right(frame)
    if (b === true) return true
    if (a !== false) return failedTerm(a)
    return b === false ? false : failedTerm(b)
  }

const failedTerm = (value: Value): CelFailure => (isFailure(value) ? value : NO_OVERLOAD)

/** `a.or(b)` and `a.orValue(b)`: b is evaluated when a has no value. They cost nothing themselves. */
const optionalOr =
  (left: Step, right: Step, unwrap: boolean): Step =>
  (frame) => {
    const value = left(frame)
    if (isFailure(value)) return value
    if (!isOptionalValue(value)) return NO_OVERLOAD
    if (value.value === undefined) return right(frame)
    return unwrap ? value.value : value
  }

function planIndex(state: State, operand: Plan, index: Plan, optional: boolean): Plan {
  if (index.kind === 'constant') state.error ??= wrongKey(index.value)?.message
  const attribute = attributeOf(operand)
  const qualifier: Qualifier =
    index.kind === 'constant'
      ? { kind: 'constant', key: index.value, optional, testOnly: false }
      : { kind: 'computed', key: indexStep(index), optional }
  qualify(attribute, qualifier)
  return { kind: 'attribute', attribute, testOnly: false }
}

/** An index that is an attribute is resolved without the cost of its name. */
const indexStep = (index: Plan): Step =>
  index.kind === 'attribute' && !index.testOnly ? resolver(index.attribute) : stepOf(index)

function planList(state: State, { elements, optionals }: ListNode): Plan {
  const plans = elements.map((element) => planExpr(state, element))
  const run = listStep(plans.map(stepOf), optionals)
  if (plans.every(({ kind }) => kind === 'constant')) return folded(run)
  return step(run)
}

function planMap(state: State, { entries }: MapNode): Plan {
  const plans = entries.map(({ key, value, optional }) => ({
    key: planExpr(state, key), value: planExpr(state, value), optional,
  }))
  const run = mapStep(
    plans.map(({ key, value, optional }) => ({ key: stepOf(key), value: stepOf(value), optional })),
  )
  const fixed = plans.every(({ key, value }) => key.kind === 'constant' && value.kind === 'constant')
  return fixed ? folded(run) : step(run)
}

const folded = (run: Step): Plan => constant(run({ vars: [], cost: 0, limit: Infinity }))

function planFold(state: State, node: ComprehensionNode): Plan {
  const start = planExpr(state, node.start)
  const range = stepOf(planExpr(state, node.range))
  const accumulator = state.slots++
  const first = state.slots++
  const second = node.variable2 ? state.slots++ : undefined
  const parts: FoldParts = { range, accumulator, first, second, start: start.kind === 'constant' ? start.value : LAZY }
  const lazy = start.kind === 'constant' ? undefined : openedStart(stepOf(start))
  const outer = state.locals.length
  state.locals.push({ name: node.accumulator, slot: accumulator, start: lazy })
  const inner = state.locals.length
  state.locals.push({ name: node.variable, slot: first, start: undefined })
  if (second !== undefined) state.locals.push({ name: node.variable2, slot: second, start: undefined })
  const condition = stepOf(planExpr(state, node.condition))
  const next = stepOf(planExpr(state, node.step))
  state.locals.length = inner
  const result = stepOf(planExpr(state, node.result))
  state.locals.length = outer
  return step(foldStep(parts, condition, next, result))
}

/** An accumulator that starts as an empty list or map grows in place, as upstream's does. */
const openedStart =
  (start: Step): Step =>
  (frame) => opened(start(frame))
