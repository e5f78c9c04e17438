import {
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../meta/field-error.ts'
import { labelSelectorOf, matches } from '../../meta/label-selector.ts'
import { validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { templateErrors } from '../core/pod-template.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import type { DaemonSet, DaemonSetUpdateStrategy } from '../generated/apps.gen.ts'
import { nonNegative } from '../workload.ts'
import { intOrPercent, intOrPercentErrors, notMoreThanAllErrors } from './int-or-percent.ts'
import { isEmpty } from './selector-errors.ts'

const SPEC = at(undefined, 'spec')
const STATUS = at(undefined, 'status')
const STRATEGY = 'spec.updateStrategy'
const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const

/** Source: apps/validation ValidateDaemonSetSpec. */
export function daemonSetErrors({ spec }: DaemonSet): FieldError[] {
  const { selector, template = {}, updateStrategy = {} } = spec ?? {}
  const { metadata, spec: podSpec } = template
  const errors = validateLabelSelector('spec.selector', selector)
  const compiled = labelSelectorOf(selector)
  if (compiled.ok && !matches(compiled.value, metadata?.labels))
    errors.push(
      invalid(
        'spec.template.metadata.labels',
        metadata?.labels,
        '`selector` does not match template `labels`',
      ),
    )
  if (selector && isEmpty(selector))
    errors.push(invalid('spec.selector', selector, 'empty selector is invalid for daemonset'))
  templateErrors(errors, at(SPEC, 'template'), template)
  if (podSpec?.restartPolicy !== 'Always')
    errors.push(
      notSupported('spec.template.spec.restartPolicy', podSpec?.restartPolicy ?? '', ['Always']),
    )
  if (podSpec?.activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden(
        'spec.template.spec.activeDeadlineSeconds',
        'activeDeadlineSeconds in DaemonSet is not Supported',
      ),
    )
  nonNegative(errors, SPEC, 'minReadySeconds', spec?.minReadySeconds)
  strategyErrors(errors, updateStrategy)
  nonNegative(errors, SPEC, 'revisionHistoryLimit', spec?.revisionHistoryLimit)
  return errors
}

/** Source: apps/validation ValidateDaemonSetUpdateStrategy. */
function strategyErrors(
  errors: FieldError[],
  { type = '', rollingUpdate: rolling }: DaemonSetUpdateStrategy,
): void {
  if (type === 'OnDelete') return
  const { maxUnavailable = 0, maxSurge = 0 } = rolling ?? {}
  if (type !== 'RollingUpdate') {
    // Upstream shows its internal type, whose fields have Go's names.
    const update = rolling ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } : null
    const shown = { Type: type, RollingUpdate: update }
    return void errors.push(notSupported(STRATEGY, shown, ['RollingUpdate', 'OnDelete']))
  }
  if (!rolling) return void errors.push(required(`${STRATEGY}.rollingUpdate`, ''))
  const [unavailable, surge] = ['maxUnavailable', 'maxSurge'].map(
    (name) => `${STRATEGY}.rollingUpdate.${name}`,
  ) as [string, string]
  errors.push(...intOrPercentErrors(unavailable, maxUnavailable))
  errors.push(...intOrPercentErrors(surge, maxSurge))
  errors.push(...notMoreThanAllErrors(unavailable, maxUnavailable))
  errors.push(...notMoreThanAllErrors(surge, maxSurge))
  const [some, extra] = [intOrPercent(maxUnavailable) !== 0, intOrPercent(maxSurge) !== 0]
  if (some && extra)
    errors.push(invalid(surge, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  if (!some && !extra) errors.push(required(unavailable, 'cannot be 0 when maxSurge is 0'))
}

/** Source: apps/validation ValidateDaemonSetUpdate. */
export function daemonSetUpdateErrors(object: DaemonSet, before: DaemonSet): FieldError[] {
  const errors = daemonSetErrors(object)
  if (!equal(object.spec?.selector, before.spec?.selector))
    errors.unshift(
      invalid('spec.selector', object.spec?.selector ?? null, 'field is immutable'),
    )
  return errors
}

/** Source: apps/validation ValidateDaemonSetStatusUpdate. */
export function daemonSetStatusErrors({ status }: DaemonSet, before: DaemonSet): FieldError[] {
  const errors: FieldError[] = []
  for (const name of COUNTS) nonNegative(errors, STATUS, name, status?.[name])
  const collisions = status?.collisionCount ?? 0
  if (collisions < (before.status?.collisionCount ?? 0))
    errors.push(invalid('status.collisionCount', collisions, 'cannot be decremented'))
  return errors
}
