import { forbidden, invalid, notSupported, type FieldError } from '../../meta/field-error.ts'
import { equal } from '../equal.ts'
import { at, where } from '../field-path.ts'
import type { Deployment, DeploymentSpec, DeploymentStrategy } from '../generated/apps.gen.ts'
import { replicaStatusErrors } from '../replica-status.ts'
import { nonNegative } from '../workload.ts'
import { intOrPercent, intOrPercentErrors, notMoreThanAllErrors } from './int-or-percent.ts'
import { selectorAndTemplateErrors } from './selector-errors.ts'

const SPEC = at(undefined, 'spec')
const STRATEGY = at(SPEC, 'strategy')

/** Source: apps/validation ValidateDeployment. */
export const deploymentErrors = (object: Deployment): FieldError[] => specErrors(object)

/** Source: apps/validation ValidateDeploymentUpdate. */
export function deploymentUpdateErrors(object: Deployment, before: Deployment): FieldError[] {
  const errors = specErrors(object)
  if (!equal(object.spec?.selector, before.spec?.selector))
    errors.push(invalid('spec.selector', object.spec?.selector, 'field is immutable'))
  return errors
}

/** Source: apps/validation ValidateDeploymentStatusUpdate. */
export function deploymentStatusErrors(object: Deployment, before: Deployment): FieldError[] {
  const { status } = object
  const errors = replicaStatusErrors(
    status,
    ['updatedReplicas'],
    ['unavailableReplicas', 'terminatingReplicas', 'collisionCount'],
  )
  const collisions = status?.collisionCount ?? 0
  if (collisions < (before.status?.collisionCount ?? 0))
    errors.push(invalid('status.collisionCount', collisions, 'cannot be decremented'))
  return errors
}

function specErrors(object: Deployment): FieldError[] {
  const errors: FieldError[] = []
  const spec: Partial<DeploymentSpec> = object.spec ?? {}
  nonNegative(errors, SPEC, 'replicas', spec.replicas)
  selectorAndTemplateErrors(errors, SPEC, spec)
  strategyErrors(errors, spec.strategy ?? {})
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec
  nonNegative(errors, SPEC, 'minReadySeconds', minReadySeconds)
  nonNegative(errors, SPEC, 'revisionHistoryLimit', spec.revisionHistoryLimit)
  if (deadline === undefined) return errors
  nonNegative(errors, SPEC, 'progressDeadlineSeconds', deadline)
  if (deadline <= minReadySeconds)
    errors.push(
      invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'),
    )
  return errors
}

/** Source: apps/validation ValidateDeploymentStrategy. */
function strategyErrors(errors: FieldError[], strategy: DeploymentStrategy): void {
  const { type = '', rollingUpdate } = strategy
  if (type === 'Recreate') {
    if (rollingUpdate)
      errors.push(
        forbidden(
          where(STRATEGY, 'rollingUpdate'),
          "may not be specified when strategy `type` is 'Recreate'",
        ),
      )
    return
  }
  if (type !== 'RollingUpdate') {
    // Upstream shows its internal type, whose fields have Go's names.
    const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {}
    const rolling = rollingUpdate ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } : null
    const shown = { Type: type, RollingUpdate: rolling }
    return void errors.push(
      notSupported(where(STRATEGY), shown, ['Recreate', 'RollingUpdate']),
    )
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {}
  const field = where(STRATEGY, 'rollingUpdate', 'maxUnavailable')
  errors.push(...intOrPercentErrors(field, maxUnavailable))
  errors.push(...intOrPercentErrors(where(STRATEGY, 'rollingUpdate', 'maxSurge'), maxSurge))
  if (intOrPercent(maxUnavailable) === 0 && intOrPercent(maxSurge) === 0)
    errors.push(invalid(field, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  errors.push(...notMoreThanAllErrors(field, maxUnavailable))
}
