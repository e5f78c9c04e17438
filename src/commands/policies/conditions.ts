import { err, ok, type Result } from '../../base/result.ts'
import { CEL_CONDITIONS_COST_MAX } from '../../base/limits.ts'
import type { Bindings } from '../../cel/program.ts'
import { aggregate } from '../admission/forbidden.ts'
import type { CompiledHead } from './compiled.ts'
import { evaluateAll, newPurse } from './evaluation.ts'

/**
 * Whether all conditions hold: one that does not decides, whatever else fails. An error is for the failure policy.
 * Source: webhook/matchconditions/matcher.go Match.
 */
export function conditionsHold(head: CompiledHead, bindings: Bindings): Result<boolean, string> {
  if (head.conditions.length === 0) return ok(true)
  const outcomes = evaluateAll(
    head.conditions, { ...bindings, namespaceObject: null }, head.variables, newPurse(CEL_CONDITIONS_COST_MAX))
  if (!outcomes.ok) return outcomes
  if (outcomes.value.some((outcome) => outcome.ok && outcome.value === false)) return ok(false)
  const errors = outcomes.value.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]))
  return errors.length > 0 ? err(aggregate(errors)) : ok(true)
}
