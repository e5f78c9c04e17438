import {
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../meta/field-error.ts'
import { isEverything, labelSelectorOf, matches } from '../../meta/label-selector.ts'
import { validateLabels, validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { annotationErrors } from '../annotations.ts'
import { checkLabel } from '../checks.ts'
import { claimSpecErrors } from '../core/claim-spec.ts'
import { podAnnotationErrors } from '../core/pod/validate-annotations.ts'
import { templateErrors } from '../core/pod-template.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import type {
  RollingUpdateStatefulSetStrategy,
  StatefulSet,
  StatefulSetSpec,
} from '../generated/apps.gen.ts'
import type { PodTemplateSpec } from '../generated/core.gen.ts'
import { nonNegative } from '../workload.ts'
import { intOrPercent, intOrPercentErrors, notMoreThanAllErrors } from './int-or-percent.ts'
import { isEmpty } from './selector-errors.ts'

const SPEC = at(undefined, 'spec')
const TEMPLATE = at(SPEC, 'template')
const STATUS = at(undefined, 'status')
const STRATEGY = 'spec.updateStrategy'
const ROLLING = at(at(SPEC, 'updateStrategy'), 'rollingUpdate')
const MANAGEMENT = ['OrderedReady', 'Parallel']
const FIXED = ['selector', 'volumeClaimTemplates', 'serviceName', 'podManagementPolicy'] as const
const PARTS = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const

/** Source: apps/validation ValidateStatefulSet. */
export const statefulSetErrors = ({ spec }: StatefulSet): FieldError[] => specErrors(spec ?? {}, true)

/** Source: apps/validation ValidateStatefulSetUpdate. */
export function statefulSetUpdateErrors(object: StatefulSet, before: StatefulSet): FieldError[] {
  const spec: Partial<StatefulSetSpec> = object.spec ?? {}
  const errors = specErrors(spec, false)
  for (const field of FIXED)
    if (!equal(spec[field], before.spec?.[field]))
      errors.push(invalid(`spec.${field}`, spec[field] ?? null, 'field is immutable'))
  return errors
}

function specErrors(spec: Partial<StatefulSetSpec>, creating: boolean): FieldError[] {
  const { podManagementPolicy: management = '', selector, template = {}, serviceName } = spec
  const errors: FieldError[] = []
  if (management === '') errors.push(required('spec.podManagementPolicy', ''))
  else if (!MANAGEMENT.includes(management))
    errors.push(
      invalid('spec.podManagementPolicy', management, "must be 'OrderedReady' or 'Parallel'"),
    )
  strategyErrors(errors, spec)
  for (const name of ['whenDeleted', 'whenScaled'] as const) {
    const policy = spec.persistentVolumeClaimRetentionPolicy?.[name] ?? 'Retain'
    if (policy !== 'Retain' && policy !== 'Delete')
      errors.push(
        notSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, policy, [
          'Retain',
          'Delete',
        ]),
      )
  }
  if (creating)
    for (const [i, claim] of (spec.volumeClaimTemplates ?? []).entries())
      claimSpecErrors(errors, at(at(at(SPEC, 'volumeClaimTemplates'), i), 'spec'), claim.spec ?? {})
  nonNegative(errors, SPEC, 'replicas', spec.replicas)
  nonNegative(errors, SPEC, 'minReadySeconds', spec.minReadySeconds)
  nonNegative(errors, at(SPEC, 'ordinals'), 'start', spec.ordinals?.start)
  if (creating && serviceName) checkLabel(errors, SPEC, 'serviceName', serviceName)
  if (!selector) errors.push(required('spec.selector', ''))
  else {
    errors.push(...validateLabelSelector('spec.selector', selector))
    if (isEmpty(selector))
      errors.push(invalid('spec.selector', selector, 'empty selector is invalid for statefulset'))
  }
  podErrors(errors, spec, template)
  return errors
}

/** What the controller sets on every Pod is left out of the check. */
function podErrors(
  errors: FieldError[],
  spec: Partial<StatefulSetSpec>,
  template: PodTemplateSpec,
): void {
  const compiled = labelSelectorOf(spec.selector)
  if (compiled.ok) {
    const { labels, annotations } = template.metadata ?? {}
    if (!isEverything(compiled.value) && !matches(compiled.value, labels))
      errors.push(
        invalid(
          'spec.template.metadata.labels',
          labels,
          '`selector` does not match template `labels`',
        ),
      )
    templateErrors(errors, TEMPLATE, checkedTemplate(spec, template))
    errors.push(...validateLabels('spec.template.labels', labels))
    if (annotations) {
      errors.push(...annotationErrors('spec.template.annotations', annotations))
      podAnnotationErrors(
        errors,
        at(TEMPLATE, 'annotations'),
        annotations,
        template.spec ?? { containers: [] },
      )
    }
  } else errors.push(invalid('spec.selector', spec.selector, ''))
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec ?? {}
  if (restartPolicy !== 'Always')
    errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']))
  if (activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden(
        'spec.template.spec.activeDeadlineSeconds',
        'activeDeadlineSeconds in StatefulSet is not Supported',
      ),
    )
}

function checkedTemplate(
  { volumeClaimTemplates: claims = [] }: Partial<StatefulSetSpec>,
  template: PodTemplateSpec,
): PodTemplateSpec {
  if (!template.spec) return template
  const { subdomain: _, hostname: __, ...rest } = template.spec
  if (claims.length === 0) return { ...template, spec: rest }
  const names = new Set(claims.map(({ metadata }) => metadata?.name ?? ''))
  const claimed = [...names].map((name) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }))
  const others = (rest.volumes ?? []).filter(({ name }) => !names.has(name))
  return { ...template, spec: { ...rest, volumes: [...claimed, ...others] } }
}

function strategyErrors(errors: FieldError[], spec: Partial<StatefulSetSpec>): void {
  const { type = '', rollingUpdate: rolling } = spec.updateStrategy ?? {}
  if (type === '') errors.push(required(STRATEGY, ''))
  else if (type === 'RollingUpdate') {
    if (rolling) rollingErrors(errors, rolling)
  } else if (type === 'OnDelete') {
    if (rolling)
      errors.push(
        invalid(
          `${STRATEGY}.rollingUpdate`,
          shownRolling(rolling),
          "only allowed for updateStrategy 'RollingUpdate'",
        ),
      )
  } else {
    const shown = { Type: type, RollingUpdate: rolling ? shownRolling(rolling) : null }
    errors.push(invalid(STRATEGY, shown, "must be 'RollingUpdate' or 'OnDelete'"))
  }
}

/** Upstream shows its internal type, whose fields have Go's names. */
const shownRolling = ({ partition, maxUnavailable }: RollingUpdateStatefulSetStrategy): object => ({
  Partition: partition ?? 0,
  MaxUnavailable: maxUnavailable ?? null,
})

function rollingErrors(
  errors: FieldError[],
  { partition, maxUnavailable }: RollingUpdateStatefulSetStrategy,
): void {
  const field = `${STRATEGY}.rollingUpdate.maxUnavailable`
  nonNegative(errors, ROLLING, 'partition', partition)
  if (maxUnavailable === undefined) return
  errors.push(...intOrPercentErrors(field, maxUnavailable))
  if (intOrPercent(maxUnavailable) === 0) errors.push(invalid(field, maxUnavailable, 'cannot be 0'))
  errors.push(...notMoreThanAllErrors(field, maxUnavailable))
}

/** Source: apps/validation ValidateStatefulSetStatusUpdate. */
export function statefulSetStatusErrors(
  { status }: StatefulSet,
  before: StatefulSet,
): FieldError[] {
  const errors: FieldError[] = []
  const { replicas = 0, readyReplicas: ready = 0, availableReplicas = 0 } = status ?? {}
  for (const name of ['replicas', ...PARTS, 'observedGeneration', 'collisionCount'] as const)
    nonNegative(errors, STATUS, name, status?.[name])
  for (const name of PARTS) {
    const count = status?.[name] ?? 0
    if (count > replicas)
      errors.push(invalid(`status.${name}`, count, 'cannot be greater than status.replicas'))
  }
  if (availableReplicas > ready)
    errors.push(
      invalid(
        'status.availableReplicas',
        availableReplicas,
        'cannot be greater than status.readyReplicas',
      ),
    )
  const collisions = status?.collisionCount ?? 0
  if (collisions < (before.status?.collisionCount ?? 0))
    errors.push(invalid('status.collisionCount', collisions, 'cannot be decremented'))
  return errors
}
