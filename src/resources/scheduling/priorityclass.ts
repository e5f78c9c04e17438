import { forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { PriorityClass } from '../generated/scheduling.gen.ts'

/** Classes that exist always. Source: pkg/apis/scheduling/v1/helpers.go. */
export const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
}
/** Highest priority that users may name. Source: pkg/apis/scheduling HighestUserDefinablePriority. */
export const USER_PRIORITY_MAX = 1_000_000_000
const POLICIES = ['PreemptLowerPriority', 'Never']

/** Source: pkg/registry/scheduling/priorityclass/strategy.go. */
export const priorityClass = define<PriorityClass>({
  resource: 'priorityclasses.scheduling.k8s.io',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  served: [
    { group: 'scheduling.k8s.io', version: 'v1', schema: 'io.k8s.api.scheduling.v1.PriorityClass' },
  ],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    object.preemptionPolicy ??= 'PreemptLowerPriority'
  },
  prepareCreate(object) {
    object.metadata.generation = 1
  },
  validate,
  validateUpdate(object, before) {
    const errors: FieldError[] = []
    if ((object.value ?? 0) !== (before.value ?? 0))
      errors.push(forbidden('value', 'may not be changed in an update.'))
    if (object.preemptionPolicy !== before.preemptionPolicy)
      errors.push(invalid('preemptionPolicy', object.preemptionPolicy, 'field is immutable'))
    return errors
  },
  columns: COLUMNS.PriorityClass,
  cells: (object, now) => [
    object.metadata.name ?? '',
    object.value ?? 0,
    object.globalDefault ?? false,
    ageText(object.metadata.creationTimestamp, now),
    object.preemptionPolicy ?? '',
  ],
})

/** Source: pkg/apis/scheduling/validation ValidatePriorityClass. */
function validate(object: PriorityClass): FieldError[] {
  const { metadata, value = 0, preemptionPolicy: policy } = object
  const errors: FieldError[] = []
  const odd = metadata.name?.startsWith('system-') ? systemProblem(object) : undefined
  if (odd !== undefined)
    errors.push(
      forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: ${odd}`,
      ),
    )
  else if (!metadata.name?.startsWith('system-') && value > USER_PRIORITY_MAX)
    errors.push(
      forbidden('value', `maximum allowed value of a user defined priority is ${USER_PRIORITY_MAX}`),
    )
  if (policy === '') errors.push(required('preemptionPolicy', ''))
  else if (policy !== undefined && !POLICIES.includes(policy))
    errors.push(notSupported('preemptionPolicy', policy, POLICIES))
  return errors
}

function systemProblem({ metadata, value, globalDefault }: PriorityClass): string | undefined {
  const name = metadata.name ?? ''
  const wanted = Object.hasOwn(SYSTEM_PRIORITIES, name) ? SYSTEM_PRIORITIES[name] : undefined
  if (wanted === undefined) return `${name} is not a known system priority class`
  if (value !== wanted) return `value of ${name} PriorityClass must be ${wanted}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined
}
