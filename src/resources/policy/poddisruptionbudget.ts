import { invalid, notSupported, type FieldError } from '../../meta/field-error.ts'
import { intOrStringText, type IntOrString } from '../../meta/int-or-string.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { intOrPercentErrors, notMoreThanAllErrors } from '../apps/int-or-percent.ts'
import { conditionErrors } from '../conditions.ts'
import { define } from '../define.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { PodDisruptionBudget } from '../generated/policy.gen.ts'
import { nonNegative } from '../workload.ts'

const STATUS = at(undefined, 'status')
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const
const UNHEALTHY = ['AlwaysAllow', 'IfHealthyBudget']

/** Source: pkg/registry/policy/poddisruptionbudget/strategy.go. */
export const podDisruptionBudget = define<PodDisruptionBudget>({
  resource: 'poddisruptionbudgets.policy',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  served: [{ group: 'policy', version: 'v1', schema: 'io.k8s.api.policy.v1.PodDisruptionBudget' }],
  validateName: nameIsDnsSubdomain,
  prepareCreate(object) {
    object.status = {
      disruptionsAllowed: 0,
      currentHealthy: 0,
      desiredHealthy: 0,
      expectedPods: 0,
    }
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate,
  validateUpdate: validate,
  generationOf: ['spec'],
  unconditionalUpdate: false,
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate({ status }) {
      const errors: FieldError[] = []
      conditionErrors(errors, at(STATUS, 'conditions'), status?.conditions)
      for (const count of COUNTS) nonNegative(errors, STATUS, count, status?.[count])
      return errors
    },
  },
  columns: COLUMNS.PodDisruptionBudget,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    amountText(spec?.minAvailable),
    amountText(spec?.maxUnavailable),
    status?.disruptionsAllowed ?? 0,
    ageText(metadata.creationTimestamp, now),
  ],
})

const amountText = (amount: IntOrString | undefined): string =>
  amount === undefined ? 'N/A' : intOrStringText(amount)

/** Source: pkg/apis/policy/validation ValidatePodDisruptionBudgetSpec. */
function validate({ spec = {} }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: unhealthy } = spec
  const errors: FieldError[] = []
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    errors.push(
      invalid(
        'spec',
        {
          MinAvailable: minAvailable,
          Selector: selector ?? null,
          MaxUnavailable: maxUnavailable,
          UnhealthyPodEvictionPolicy: unhealthy ?? null,
        },
        'minAvailable and maxUnavailable cannot be both set',
      ),
    )
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    const amount = spec[name]
    if (amount === undefined) continue
    errors.push(...intOrPercentErrors(`spec.${name}`, amount))
    errors.push(...notMoreThanAllErrors(`spec.${name}`, amount))
  }
  errors.push(...validateLabelSelector('spec.selector', selector))
  if (unhealthy !== undefined && !UNHEALTHY.includes(unhealthy))
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', unhealthy, UNHEALTHY))
  return errors
}
