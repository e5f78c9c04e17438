import { err, ok, type Result } from '../base/result.ts'
import { noOperator } from './arithmetic.ts'
import { callCostOf, equalityCost, inequalityCost, ONE, type CallCost } from './cost-runtime.ts'
import type { FunctionDecl, Implementation, Overload } from './declarations.ts'
import { equalValues } from './equality.ts'
import type { Step } from './frame.ts'
import { compilePattern } from './patterns.ts'
import { findAllIn, findIn } from './library-regex.ts'
import { takesValue, typeOf } from './type-of.ts'
import { NO_OVERLOAD, failure, isFailure, isInt64, orNoOverload, type CelFailure, type Value } from './values.ts'

/**
 * The step of a call: it evaluates the arguments, runs the overload that fits them and adds the cost.
 * An error says that a constant argument is wrong. Source: planner.go planCall.
 */
export function plannedCall(
  decl: FunctionDecl,
  ids: readonly string[],
  args: readonly Step[],
  constants: readonly (Value | undefined)[],
): Result<Step, string> {
  if (decl.name === '_==_') return ok(equalityStep(args[0]!, args[1]!))
  if (decl.name === '_!=_') return ok(inequalityStep(args[0]!, args[1]!))
  const id = ids.length === 1 ? ids[0]! : ''
  const overload = decl.overloads.find((candidate) => candidate.id === id)
  const cost = overload?.cost ?? callCostOf(decl.name, id)
  const fixed = fixedPattern(decl.name, constants)
  if (fixed) return fixed.ok ? ok(callStep(args, fixed.value, cost, true)) : fixed
  const fast = fastStep(decl.name, id, args, cost)
  if (fast) return ok(fast)
  const run = overload?.run || decl.operator ? single(decl, overload) : dispatched(decl)
  const several = !overload && !decl.operator && decl.overloads.length > 1
  return ok(callStep(args, run, cost, several, decl.nonStrict))
}

/** The implementation of the one overload that a call means. */
function single(decl: FunctionDecl, overload: Overload | undefined): Implementation {
  const { operator, name } = decl
  if (operator)
    return (a, b, c) => {
      const result = operator(a, b, c)
      return result === undefined ? noOperator(a, name) : result
    }
  const run = overload!.run!
  const types = overload!.args
  if (decl.unguarded || decl.nonStrict || types.every(({ kind }) => kind === 'param' || kind === 'dyn')) return run
  return (a, b, c, d) => {
    if (
      (types.length < 1 || takesValue(types[0]!, a)) &&
      (types.length < 2 || takesValue(types[1]!, b)) &&
      (types.length < 3 || takesValue(types[2]!, c)) &&
      (types.length < 4 || takesValue(types[3]!, d))
    )
      return run(a, b, c, d)
    return noOverloadFor(name, [a, b, c, d].slice(0, types.length))
  }
}

/** Finds the overload by the kinds of the values. Source: FunctionDecl.Bindings funcDispatch. */
function dispatched(decl: FunctionDecl): Implementation {
  return (a, b, c, d) => {
    const given = [a, b, c, d].filter((value) => value !== undefined)
    for (const { args, run } of decl.overloads) {
      if (!run || args.length !== given.length) continue
      if (decl.unguarded || args.every((type, i) => takesValue(type, given[i]!))) return run(a, b, c, d)
    }
    return noOverloadFor(decl.name, given)
  }
}

function noOverloadFor(name: string, args: readonly Value[]): CelFailure {
  for (const arg of args) if (isFailure(arg)) return arg
  return failure(`no such overload: ${name}(${args.map((arg) => typeOf(arg).name).join(', ')})`)
}

/** What stands for arguments that a call does not have. */
const ABSENT = undefined as unknown as Value

/**
 * Arguments are evaluated from the left. One or two of them are all evaluated, and cost, before a
 * failure is seen; of more (or where values choose the overload) the first failure ends the call, and
 * the call itself costs something only if that was the last argument.
 */
function callStep(
  args: readonly Step[],
  run: Implementation,
  cost: CallCost,
  several: boolean,
  nonStrict = false,
): Step {
  const [first, second] = args
  if (args.length === 0)
    return (frame) => {
      const result = run(ABSENT, ABSENT, ABSENT, ABSENT)
      frame.cost += cost(ABSENT, ABSENT, result)
      return result
    }
  if (args.length === 1)
    return (frame) => {
      const a = first!(frame)
      const result = !nonStrict && isFailure(a) ? a : run(a, ABSENT, ABSENT, ABSENT)
      frame.cost += cost(a, ABSENT, result)
      return result
    }
  if (args.length === 2 && !several)
    return (frame) => {
      const a = first!(frame)
      const b = second!(frame)
      const result = isFailure(a) ? a : isFailure(b) ? b : run(a, b, ABSENT, ABSENT)
      frame.cost += cost(a, b, result)
      return result
    }
  return variadic(args, run, cost)
}

const variadic =
  (args: readonly Step[], run: Implementation, cost: CallCost): Step =>
  (frame) => {
    const values: Value[] = []
    for (let i = 0; i < args.length; i++) {
      const value = args[i]!(frame)
      values.push(value)
      if (!isFailure(value)) continue
      if (i === args.length - 1) frame.cost += cost(values[0]!, values[1]!, value)
      return value
    }
    const result = run(values[0]!, values[1]!, values[2]!, values[3]!)
    frame.cost += cost(values[0]!, values[1]!, result)
    return result
  }

function equalityStep(left: Step, right: Step): Step {
  return (frame) => {
    const a = left(frame)
    const b = right(frame)
    if (typeof a === 'number' && typeof b === 'number') {
      frame.cost++
      return a === b
    }
    const result = isFailure(a) ? a : isFailure(b) ? b : equalValues(a, b)
    frame.cost += equalityCost(a, b, result)
    return result
  }
}

function inequalityStep(left: Step, right: Step): Step {
  return (frame) => {
    const a = left(frame)
    const b = right(frame)
    const result = isFailure(a) ? a : isFailure(b) ? b : equalValues(a, b) !== true
    frame.cost += inequalityCost(a, b, result)
    return result
  }
}

/** Calls of `matches`, `find` and `findAll` with a constant pattern compile it once. */
function fixedPattern(
  name: string,
  constants: readonly (Value | undefined)[],
): Result<Implementation, string> | undefined {
  if (name !== 'matches' && name !== 'find' && name !== 'findAll') return undefined
  const text = constants[1]
  if (typeof text !== 'string') return undefined
  const pattern = compilePattern(text)
  if (!pattern.ok) return err(pattern.error)
  const compiled = pattern.value
  if (name === 'matches') return ok((a) => (typeof a === 'string' ? compiled.matches(a) : NO_OVERLOAD))
  if (name === 'find') return ok((a) => (typeof a === 'string' ? findIn(compiled, a) : orNoOverload(a)))
  return ok((a, _, c) => {
    if (typeof a !== 'string') return orNoOverload(a)
    if (c === undefined) return findAllIn(compiled, a, -1)
    return typeof c === 'number' || typeof c === 'bigint' ? findAllIn(compiled, a, Number(c)) : orNoOverload(c)
  })
}

const INT_COMPARISONS = new Set(['less_int64', 'less_equals_int64', 'greater_int64', 'greater_equals_int64'])

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '_<_': (a, b) => a < b,
  '_<=_': (a, b) => a <= b,
  '_>_': (a, b) => a > b,
  '_>=_': (a, b) => a >= b,
}

/** Comparisons and sums of ints, which most rules are made of, without a call in between. */
function fastStep(name: string, id: string, args: readonly Step[], cost: CallCost): Step | undefined {
  const [left, right] = args
  if (args.length !== 2 || cost !== ONE || !INT_COMPARISONS.has(id)) return undefined
  const compare = COMPARISONS[name]
  if (compare)
    return (frame) => {
      const a = left!(frame)
      const b = right!(frame)
      frame.cost++
      if (typeof a === 'number' && typeof b === 'number') return compare(a, b)
      if (isFailure(a)) return a
      if (isFailure(b)) return b
      return isInt(a) && isInt(b) ? compare(a as number, b as number) : noOperator(a, name)
    }
  return undefined
}

const isInt = (value: Value): boolean =>
  typeof value === 'number' || (typeof value === 'bigint' && isInt64(value))
