import { duplicate, invalid, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import { isLabelValue } from '../../../meta/names.ts'
import { validateLabelSelector } from '../../../meta/validate-label-selector.ts'
import { checkOneOf, checkPositive, checkQualified } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Toleration, TopologySpreadConstraint } from '../../generated/core.gen.ts'
import { TAINT_EFFECTS, taintEffectErrors } from '../../taint.ts'
import { labelKeyErrors } from './validate-affinity.ts'

/** Source: core/validation ValidateTolerations. */
export function tolerationErrors(
  errors: FieldError[],
  list: Path,
  tolerations: readonly Toleration[],
): void {
  for (let i = 0; i < tolerations.length; i++) {
    const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = tolerations[i]!
    const path = at(list, i)
    const fail = (step: string, shown: string, why: string): void =>
      void errors.push(invalid(where(path, step), shown, why))
    if (key !== '') checkQualified(errors, path, 'key', key)
    else if (operator !== 'Exists')
      fail(
        'operator',
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      )
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      fail('effect', effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
    if (operator === 'Exists') {
      if (value !== '')
        fail('operator', value, "value must be empty when `operator` is 'Exists'")
    } else operatorErrors(errors, path, operator, value)
    if (effect !== '' && !TAINT_EFFECTS.includes(effect))
      errors.push(...taintEffectErrors(where(path, 'effect'), effect, true))
  }
}

function operatorErrors(errors: FieldError[], path: Path, operator: string, value: string): void {
  if (operator === '' || operator === 'Equal') {
    const reasons = value === '' ? [] : isLabelValue(value)
    if (reasons.length > 0)
      errors.push(invalid(where(path, 'operator'), value, reasons.join(';')))
    return
  }
  const field = where(path, 'operator')
  if (operator === 'Lt' || operator === 'Gt')
    errors.push(notSupported(field, operator, ['Equal', 'Exists', 'Lt', 'Gt']))
  else errors.push(notSupported(field, operator, ['Equal', 'Exists']))
}

/** Source: core/validation validateTopologySpreadConstraints. */
export function spreadErrors(
  errors: FieldError[],
  list: Path,
  constraints: readonly TopologySpreadConstraint[],
): void {
  for (const [i, constraint] of constraints.entries()) {
    const { topologyKey = '', whenUnsatisfiable: action = '', labelSelector } = constraint
    const path = at(list, i)
    checkPositive(errors, path, 'maxSkew', constraint.maxSkew ?? 0)
    if (topologyKey === '')
      errors.push(required(where(path, 'topologyKey'), 'can not be empty'))
    checkOneOf(errors, path, 'whenUnsatisfiable', action, ['DoNotSchedule', 'ScheduleAnyway'])
    const repeated = constraints
      .slice(i + 1)
      .some((o) => o.topologyKey === topologyKey && o.whenUnsatisfiable === action)
    if (repeated)
      errors.push(
        duplicate(
          where(path, '{topologyKey, whenUnsatisfiable}'),
          `{${topologyKey}, ${action}}`,
        ),
      )
    domainErrors(errors, path, constraint.minDomains, action)
    for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const)
      if (constraint[policy] !== undefined)
        checkOneOf(errors, path, policy, constraint[policy], ['Honor', 'Ignore'])
    labelKeyErrors(errors, path, { matchLabelKeys: constraint.matchLabelKeys ?? [] }, labelSelector)
    errors.push(...validateLabelSelector(where(path, 'labelSelector'), labelSelector))
  }
}

function domainErrors(
  errors: FieldError[],
  path: Path,
  minDomains: number | undefined,
  action: string,
): void {
  if (minDomains === undefined) return
  checkPositive(errors, path, 'minDomains', minDomains)
  if (action !== 'DoNotSchedule')
    errors.push(
      invalid(
        where(path, 'minDomains'),
        minDomains,
        `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`,
      ),
    )
}
