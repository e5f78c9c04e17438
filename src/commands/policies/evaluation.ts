import { err, ok, type Result } from '../../base/result.ts'
import { evaluate, newBudget, type Bindings, type Budget } from '../../cel/program.ts'
import { failure, type HostMap, type Value } from '../../cel/values.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { VARIABLES_TYPE } from '../../resources/admissionregistration/expression-compiler.ts'
import type { Compiled, CompiledHead } from './compiled.ts'

/** What follows is not evaluated any more. Source: admission/plugin/cel/activation.go Evaluate. */
export const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run'

/** What is left of a cost for several activations; undefined when it is spent. */
export type Outcomes = Result<readonly Result<Value, string>[], string>

/**
 * Evaluates expressions in turn over the same variables, within one cost. The outer error ends all of them; the
 * errors within are those of one expression each.
 */
export function evaluateAll(
  expressions: readonly Compiled[], bindings: Bindings, variables: CompiledHead['variables'], purse: Purse,
): Outcomes {
  const { budget } = purse
  const known = variables.length === 0 ? bindings : withVariables(bindings, variables, budget)
  const results: Result<Value, string>[] = []
  for (const { text, program } of expressions) {
    if (!program.ok) {
      results.push(err(`compilation error: ${program.error}`))
      continue
    }
    const value = evaluate(program.value, known, budget)
    if (budget.spent > purse.max) return err(OUT_OF_BUDGET)
    results.push(value.ok ? value : err(`expression '${text}' resulted in error: ${value.error.message}`))
  }
  return ok(results)
}

/** A cost that several evaluations share. */
export interface Purse {
  readonly budget: Budget
  readonly max: number
}

/** A purse of which nothing is spent. */
export const newPurse = (max: number): Purse => ({ budget: newBudget(), max })

/** Variables are evaluated when they are asked for, once. Source: admission/plugin/cel/composition.go. */
function withVariables(bindings: Bindings, variables: CompiledHead['variables'], budget: Budget): Bindings {
  const byName = new Map(variables.map((variable) => [variable.name, variable]))
  const known = new Map<string, Value>()
  const map: HostMap = {
    tag: 'map', form: 'host', type: VARIABLES_TYPE, keys: [...byName.keys()],
    find(key) {
      const found = known.get(key)
      if (found !== undefined) return found
      const variable = byName.get(key)
      if (!variable) return undefined
      const value = variableValue(variable, all, budget)
      known.set(key, value)
      return value
    },
  }
  const all: Bindings = { ...bindings, variables: map }
  return all
}

function variableValue({ name, program }: CompiledHead['variables'][number], all: Bindings, budget: Budget): Value {
  if (!program.ok) return failure(`composited variable ${goQuote(name)} fails to compile: ${program.error}`)
  const value = evaluate(program.value, all, budget)
  return value.ok ? value.value : failure(`composited variable ${goQuote(name)} fails to evaluate: ${value.error.message}`)
}
