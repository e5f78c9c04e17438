import { CEL_CALL_COST_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import { check, type Checked } from './checker.ts'
import { estimateCost } from './cost-estimate.ts'
import type { Range } from './cost-range.ts'
import type { Environment } from './environment.ts'
import type { Frame, Step } from './frame.ts'
import { parse } from './parser.ts'
import { plan } from './planner.ts'
import { showErrors, sourceText, type CelError } from './source-text.ts'
import type { CelType } from './types.ts'
import { validate } from './validators.ts'
import { COST_EXCEEDED, isFailure, type CelFailure, type Value } from './values.ts'

/** Why an expression is none. */
export interface CompileError {
  /** Each error with its place. */
  readonly errors: readonly CelError[]
  /** All of them as the API shows them, with lines and marks. */
  readonly message: string
}

/** An expression whose names and types are right. */
export interface Expression {
  readonly source: string
  readonly environment: Environment
  readonly checked: Checked
  /** The type of what it evaluates to. */
  readonly type: CelType
}

/** An expression that can be evaluated. */
export interface Program {
  readonly expression: Expression
  /** Variables that it reads. */
  readonly variables: readonly string[]
  readonly step: Step
  readonly slots: readonly (readonly [name: string, slot: number])[]
  /** Used by evaluations in turn; one that starts within another makes its own. */
  readonly frame: Frame
  readonly size: number
  busy: boolean
}

/** What evaluations of one request may cost together, and have cost. */
export interface Budget {
  /** Cost of one evaluation that ends it. */
  readonly perCall: number
  /** Cost so far, of all of them. */
  spent: number
}

/** A budget of which nothing is spent. Source: apiserver pkg/apis/cel PerCallLimit. */
export const newBudget = (perCall: number = CEL_CALL_COST_MAX): Budget => ({ perCall, spent: 0 })

/** Parses and checks an expression. Source: cel-go Env.Compile. */
export function checkExpression(text: string, environment: Environment): Result<Expression, CompileError> {
  const source = sourceText(text)
  const refused = (errors: readonly CelError[]): Result<never, CompileError> =>
    err({ errors, message: showErrors(source, errors) })
  const parsed = parse(source, environment.macros)
  if (parsed.errors.length > 0) return refused(parsed.errors)
  const checked = check(parsed.expr, environment, source, parsed.offsets)
  if (checked.errors.length > 0) return refused(checked.errors)
  const invalid = validate(checked, source, parsed.offsets)
  if (invalid.length > 0) return refused(invalid)
  const type = checked.types.get(checked.expr.id)!
  return ok({ source: text, environment, checked, type })
}

/** Least and greatest cost of an expression, with objects as large as their schema lets them be. */
export const expressionCost = ({ checked, environment }: Expression): Range => estimateCost(checked, environment)

/** Whether the expression refers to a variable. */
export function refersTo({ checked }: Expression, name: string): boolean {
  for (const reference of checked.references.values())
    if ('variable' in reference && reference.variable === name) return true
  return false
}

/** Makes a program. An error says which constant of it is wrong. Source: cel-go Env.Program. */
export function instantiate(expression: Expression): Result<Program, string> {
  const planned = plan(expression.checked, expression.environment)
  if (!planned.ok) return planned
  const { step, slots, globals } = planned.value
  return ok({
    expression,
    variables: globals.map(([name]) => name),
    step,
    slots: globals,
    frame: newFrame(slots),
    size: slots,
    busy: false,
  })
}

/** Both at once; a program that cannot be made has an error without a place. */
export function compile(text: string, environment: Environment): Result<Program, CompileError> {
  const expression = checkExpression(text, environment)
  if (!expression.ok) return expression
  const program = instantiate(expression.value)
  if (program.ok) return program
  return err({ errors: [{ line: -1, column: -1, message: program.error }], message: program.error })
}

const newFrame = (slots: number): Frame => ({
  vars: Array.from({ length: slots }, () => undefined),
  cost: 0,
  limit: 0,
})

/** Values of variables by name; those that are missing give "no such attribute(s)". */
export type Bindings = Readonly<Record<string, Value | undefined>>

/** Evaluates a program, and adds its cost to the budget. Source: cel-go Program.Eval. */
export function evaluate(program: Program, bindings: Bindings, budget: Budget): Result<Value, CelFailure> {
  const nested = program.busy
  const frame = nested ? newFrame(program.size) : program.frame
  program.busy = true
  const { vars } = frame
  for (const [name, slot] of program.slots) vars[slot] = bindings[name]
  frame.cost = 0
  frame.limit = budget.perCall
  const value = program.step(frame)
  budget.spent += frame.cost
  if (!nested) {
    program.busy = false
    for (const [, slot] of program.slots) vars[slot] = undefined
  }
  if (frame.cost > budget.perCall) return err(COST_EXCEEDED)
  return isFailure(value) ? err(value) : ok(value)
}

