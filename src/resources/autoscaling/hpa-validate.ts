import { forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  CrossVersionObjectReference, HorizontalPodAutoscaler, HPAScalingPolicy, HPAScalingRules,
} from '../generated/autoscaling.gen.ts'
import { parseQuantity, quantitySign } from '../../meta/quantity.ts'
import { nonNegative } from '../workload.ts'
import { metricErrors, referenceErrors, versionProblem, type ReferenceRules } from './hpa-metrics.ts'

const SPEC = at(undefined, 'spec')
const STATUS = at(undefined, 'status')
/** Numbers of pkg/apis/autoscaling/validation. */
const PERIOD_SECONDS_MAX = 1800
const WINDOW_SECONDS_MAX = 3600
const SELECT_POLICIES = ['Disabled', 'Max', 'Min']
const POLICIES = ['Percent', 'Pods']

/** Source: autoscaling/validation validateHorizontalPodAutoscalerSpec. */
export function autoscalerErrors(
  object: HorizontalPodAutoscaler,
  before: HorizontalPodAutoscaler | undefined,
): FieldError[] {
  const { minReplicas, maxReplicas = 0, scaleTargetRef, metrics = [], behavior } = object.spec
  const errors: FieldError[] = []
  nonNegative(errors, SPEC, 'minReplicas', minReplicas)
  if (maxReplicas === 0) errors.push(required('spec.maxReplicas', ''))
  else if (maxReplicas < 0)
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1'))
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(
      invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'),
    )
  const rules = targetRules(scaleTargetRef ?? {}, before?.spec.scaleTargetRef)
  referenceErrors(errors, at(SPEC, 'scaleTargetRef'), scaleTargetRef ?? {}, rules)
  const described = { emptyGroup: true, anyVersion: hasInvalidVersion(before) }
  for (const [i, metric] of metrics.entries()) metricErrors(errors, at(at(SPEC, 'metrics'), i), metric, described)
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External'))
    errors.push(
      forbidden(
        'spec.metrics',
        'must specify at least one Object or External metric to support scaling to zero replicas',
      ),
    )
  for (const direction of ['scaleUp', 'scaleDown'] as const)
    rulesErrors(errors, at(at(SPEC, 'behavior'), direction), behavior?.[direction])
  return errors
}

function targetRules(
  ref: Partial<CrossVersionObjectReference>,
  old: CrossVersionObjectReference | undefined,
): ReferenceRules {
  if (old && old.apiVersion === ref.apiVersion && old.kind === ref.kind) return { anyVersion: true }
  return { emptyGroup: ref.kind === 'ReplicationController' }
}

const hasInvalidVersion = (before: HorizontalPodAutoscaler | undefined): boolean =>
  (before?.spec.metrics ?? []).some(
    ({ type, object }) =>
      type === 'Object' &&
      object !== undefined &&
      versionProblem(object.describedObject.apiVersion ?? '', { emptyGroup: true }) !== undefined,
  )

function rulesErrors(errors: FieldError[], path: Path, rules: HPAScalingRules | undefined): void {
  if (!rules) return
  const { stabilizationWindowSeconds: seconds = 0, selectPolicy, policies = [], tolerance } = rules
  const refuse = (name: string, value: unknown, detail: string): void =>
    void errors.push(invalid(where(path, name), value, detail))
  if (seconds < 0)
    refuse('stabilizationWindowSeconds', seconds, 'must be greater than or equal to zero')
  if (seconds > WINDOW_SECONDS_MAX)
    refuse('stabilizationWindowSeconds', seconds, `must be less than or equal to ${WINDOW_SECONDS_MAX}`)
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy))
    errors.push(notSupported(where(path, 'selectPolicy'), selectPolicy, SELECT_POLICIES))
  if (policies.length === 0)
    errors.push(required(where(path, 'policies'), 'must specify at least one Policy'))
  for (const [i, policy] of policies.entries()) policyErrors(errors, at(at(path, 'policies'), i), policy)
  const parsed = tolerance === undefined ? undefined : parseQuantity(tolerance)
  if (parsed?.ok && quantitySign(parsed.value) < 0)
    refuse('tolerance', tolerance, 'must be greater than or equal to 0')
}

function policyErrors(errors: FieldError[], path: Path, policy: HPAScalingPolicy): void {
  const { type = '', value = 0, periodSeconds = 0 } = policy
  if (!POLICIES.includes(type)) errors.push(notSupported(where(path, 'type'), type, POLICIES))
  if (value <= 0) errors.push(invalid(where(path, 'value'), value, 'must be greater than zero'))
  if (periodSeconds <= 0)
    errors.push(invalid(where(path, 'periodSeconds'), periodSeconds, 'must be greater than zero'))
  if (periodSeconds > PERIOD_SECONDS_MAX)
    errors.push(
      invalid(
        where(path, 'periodSeconds'),
        periodSeconds,
        `must be less than or equal to ${PERIOD_SECONDS_MAX}`,
      ),
    )
}

/** Source: ValidateHorizontalPodAutoscalerStatusUpdate. */
export function autoscalerStatusErrors({ status }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = []
  for (const [i, { observedGeneration }] of (status?.conditions ?? []).entries())
    nonNegative(errors, at(at(STATUS, 'conditions'), i), 'observedGeneration', observedGeneration)
  nonNegative(errors, STATUS, 'currentReplicas', status?.currentReplicas)
  nonNegative(errors, STATUS, 'desiredReplicas', status?.desiredReplicas)
  return errors
}
