import { notSupported, required, tooMany, type FieldError } from '../../../meta/field-error.ts'
import { checkOneOf } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Container, ContainerRestartRule } from '../../generated/core.gen.ts'

const POLICIES = ['Always', 'Never', 'OnFailure']
const ACTIONS = ['Restart', 'RestartAllContainers']
const OPERATORS = ['In', 'NotIn']
const RULES_MAX = 20
const EXIT_CODES_MAX = 255

/** A container's own restart policy (KEP-5307). Source: core/validation validateContainerRestartPolicy. */
export function restartPolicyErrors(
  errors: FieldError[],
  path: Path,
  { restartPolicy, restartPolicyRules: rules = [] }: Container,
): void {
  if (restartPolicy === undefined) {
    if (rules.length === 0) return
    errors.push(
      required(
        where(path, 'restartPolicy'),
        'must specify restartPolicy when restart rules are used',
      ),
    )
  } else checkOneOf(errors, path, 'restartPolicy', restartPolicy, POLICIES)
  if (rules.length > RULES_MAX)
    errors.push(tooMany(where(path, 'restartPolicyRules'), rules.length, RULES_MAX))
  for (const [i, rule] of rules.entries())
    ruleErrors(errors, at(at(path, 'restartPolicyRules'), i), rule)
}

function ruleErrors(errors: FieldError[], path: Path, rule: ContainerRestartRule): void {
  const { action = '', exitCodes } = rule
  if (!ACTIONS.includes(action))
    errors.push(notSupported(where(path, 'action'), action, ACTIONS))
  if (!exitCodes) return void errors.push(required(where(path, 'exitCodes'), 'must be specified'))
  const { operator = '', values = [] } = exitCodes
  checkOneOf(errors, at(path, 'exitCodes'), 'operator', operator, OPERATORS)
  if (values.length > EXIT_CODES_MAX)
    errors.push(tooMany(where(path, 'exitCodes', 'values'), values.length, EXIT_CODES_MAX))
}
