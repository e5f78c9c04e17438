import { forbidden, invalid, required, type FieldError } from '../../meta/field-error.ts'
import { isLabelValue, nameIsDnsSubdomain } from '../../meta/names.ts'
import { addInvalid, checkQualified } from '../checks.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from '../generated/core.gen.ts'

/** Source: core/validation ValidateNodeSelector. */
export function nodeSelectorErrors(
  errors: FieldError[],
  path: Path,
  { nodeSelectorTerms: terms = [] }: Partial<NodeSelector>,
): void {
  const list = at(path, 'nodeSelectorTerms')
  if (terms.length === 0)
    errors.push(required(where(list), 'must have at least one node selector term'))
  for (const [i, term] of terms.entries()) nodeTermErrors(errors, at(list, i), term, true)
}

/** Source: core/validation ValidateNodeSelectorTerm; preferences may hold any value. */
export function nodeTermErrors(
  errors: FieldError[],
  path: Path,
  { matchExpressions, matchFields }: NodeSelectorTerm,
  strictValues: boolean,
): void {
  for (const [i, requirement] of (matchExpressions ?? []).entries())
    expressionErrors(errors, at(at(path, 'matchExpressions'), i), requirement, strictValues)
  for (const [i, requirement] of (matchFields ?? []).entries())
    fieldErrors(errors, at(at(path, 'matchFields'), i), requirement)
}

/** Source: core/validation ValidateNodeSelectorRequirement. */
function expressionErrors(
  errors: FieldError[],
  path: Path,
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
  strictValues: boolean,
): void {
  const missing = (why: string): void => void errors.push(required(where(path, 'values'), why))
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) missing("must be specified when `operator` is 'In' or 'NotIn'")
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(
          forbidden(
            where(path, 'values'),
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
          ),
        )
      break
    case 'Gt':
    case 'Lt':
      if (values.length !== 1)
        missing("must be specified single value when `operator` is 'Lt' or 'Gt'")
      break
    default:
      errors.push(invalid(where(path, 'operator'), operator, 'not a valid selector operator'))
  }
  checkQualified(errors, path, 'key', key)
  if (!strictValues) return
  for (const [i, value] of values.entries())
    addInvalid(errors, at(path, 'values'), i, value, isLabelValue(value))
}

/** Source: core/validation ValidateNodeFieldSelectorRequirement. */
function fieldErrors(
  errors: FieldError[],
  path: Path,
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
): void {
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalid(where(path, 'operator'), operator, 'not a valid selector operator'))
  else if (values.length !== 1)
    errors.push(
      required(
        where(path, 'values'),
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      ),
    )
  if (key !== 'metadata.name')
    return void errors.push(
      invalid(where(path, 'key'), key, 'not a valid field selector key'),
    )
  for (const [i, value] of values.entries())
    addInvalid(errors, at(path, 'values'), i, value, nameIsDnsSubdomain(value, false))
}
