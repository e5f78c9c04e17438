import type { FieldError } from '../../../meta/field-error.ts'
import { checkOneOf, checkRequired } from '../../checks.ts'
import type { Path } from '../../field-path.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']

/** Source: core/validation validatePullPolicy. */
export function checkPullPolicy(
  errors: FieldError[],
  path: Path,
  step: string,
  policy: string,
): void {
  if (policy === '') checkRequired(errors, path, step, policy)
  else checkOneOf(errors, path, step, policy, PULL_POLICIES)
}
