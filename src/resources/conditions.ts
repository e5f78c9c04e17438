import { CONDITION_MESSAGE_BYTES_MAX, CONDITION_REASON_BYTES_MAX } from '../base/limits.ts'
import {
  duplicate,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../meta/field-error.ts'
import { exceedsBytes, regexError } from '../meta/names.ts'
import { checkQualified } from './checks.ts'
import { at, where, type Path } from './field-path.ts'
import type { Condition } from './generated/meta.gen.ts'

const STATUSES = ['False', 'True', 'Unknown']
const REASON = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/
const REASON_WRONG = regexError(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?',
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
)

/** Conditions of newer kinds. Source: meta/v1/validation ValidateConditions. */
export function conditionErrors(
  errors: FieldError[],
  list: Path,
  conditions: readonly Condition[] = [],
): void {
  const seen = new Set<string>()
  for (const [i, condition] of conditions.entries()) {
    const path = at(list, i)
    if (seen.has(condition.type)) errors.push(duplicate(where(path), condition.type))
    seen.add(condition.type)
    oneErrors(errors, path, condition)
  }
}

function oneErrors(errors: FieldError[], path: Path, condition: Condition): void {
  const { type, status, observedGeneration = 0, lastTransitionTime, message = '' } = condition
  if (type) checkQualified(errors, path, 'type', type)
  else errors.push(required(where(path, 'type'), 'is required'))
  if (!status) errors.push(required(where(path, 'status'), ''))
  else if (!STATUSES.includes(status))
    errors.push(notSupported(where(path, 'status'), status, STATUSES))
  if (observedGeneration < 0)
    errors.push(
      invalid(
        where(path, 'observedGeneration'),
        observedGeneration,
        'must be greater than or equal to zero',
      ),
    )
  if (!lastTransitionTime) errors.push(required(where(path, 'lastTransitionTime'), ''))
  reasonErrors(errors, path, condition.reason)
  if (exceedsBytes(message, CONDITION_MESSAGE_BYTES_MAX))
    errors.push(tooLong(where(path, 'message'), CONDITION_MESSAGE_BYTES_MAX))
}

function reasonErrors(errors: FieldError[], path: Path, reason: string | undefined): void {
  const field = where(path, 'reason')
  if (!reason) return void errors.push(required(field, ''))
  if (!REASON.test(reason)) errors.push(invalid(field, reason, REASON_WRONG))
  if (exceedsBytes(reason, CONDITION_REASON_BYTES_MAX))
    errors.push(tooLong(field, CONDITION_REASON_BYTES_MAX))
}
