import { forbidden, invalid, required, type FieldError } from '../../../meta/field-error.ts'
import { equal } from '../../equal.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Container, Pod, PodSpec, Toleration } from '../../generated/core.gen.ts'
import { unifiedDiff } from '../../unified-diff.ts'
import { gatedErrors } from './validate-gated.ts'
import { annotationUpdateErrors, MIRROR, podAnnotationErrors } from './validate-annotations.ts'
import { podBodyErrors } from './validate-pod.ts'
import { tolerationErrors } from './validate-scheduling.ts'

const SPEC = at(undefined, 'spec')
const ANNOTATIONS = at(at(undefined, 'metadata'), 'annotations')
const NO_SPEC: PodSpec = { containers: [] }
const INT32_MAX = 2_147_483_647
const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',')

/** Source: core/validation ValidatePodUpdate. */
export function podUpdateErrors(pod: Pod, before: Pod): FieldError[] {
  const errors: FieldError[] = []
  const { spec = NO_SPEC } = pod
  const old = before.spec ?? NO_SPEC
  podBodyErrors(errors, pod)
  const { annotations } = pod.metadata
  annotationUpdateErrors(errors, ANNOTATIONS, annotations, before.metadata.annotations)
  podAnnotationErrors(errors, ANNOTATIONS, annotations, spec)
  for (const list of ['containers', 'initContainers'] as const)
    if (!sameContainers(errors, at(SPEC, list), spec[list], old[list])) return errors
  if (!deadlineErrors(errors, spec, old)) return errors
  addedTolerationErrors(errors, spec.tolerations ?? [], old.tolerations ?? [])
  gateErrors(errors, spec, old)
  if (equal(spec, old)) return errors
  const munged = withAllowedFields(spec, old)
  if (old.schedulingGates?.length) gatedErrors(errors, SPEC, munged, old)
  if (!equal(munged, old))
    errors.push(
      forbidden(
        'spec',
        `pod updates may not change fields other than ${UPDATABLE}\n${unifiedDiff(old, munged)}`,
      ),
    )
  return errors
}

/** False when their number changed: nothing after it can be compared. Source: ValidateContainerUpdates. */
function sameContainers(
  errors: FieldError[],
  path: Path,
  containers: readonly Container[] = [],
  old: readonly Container[] = [],
): boolean {
  if (containers.length !== old.length) {
    errors.push(forbidden(where(path), 'pod updates may not add or remove containers'))
    return false
  }
  for (const [i, { image = '' }] of containers.entries()) {
    if (image === '') errors.push(required(where(path, i, 'image'), ''))
    if (image !== image.trim())
      errors.push(
        invalid(where(path, i, 'image'), image, 'must not have leading or trailing whitespace'),
      )
  }
  return true
}

/** A deadline may come or shrink. False when the rest need not be looked at. */
function deadlineErrors(errors: FieldError[], spec: PodSpec, old: PodSpec): boolean {
  const { activeDeadlineSeconds: seconds } = spec
  const { activeDeadlineSeconds: before } = old
  const field = 'spec.activeDeadlineSeconds'
  if (seconds === undefined) {
    if (before !== undefined)
      errors.push(
        invalid(field, null, 'must not update from a positive integer to nil value'),
      )
    return true
  }
  if (seconds < 0 || seconds > INT32_MAX)
    errors.push(invalid(field, seconds, `must be between 0 and ${INT32_MAX}, inclusive`))
  else if (before !== undefined && before < seconds)
    errors.push(invalid(field, seconds, 'must be less than or equal to previous value'))
  else return true
  return false
}

/** Source: core/validation validateOnlyAddedTolerations. */
function addedTolerationErrors(
  errors: FieldError[],
  tolerations: readonly Toleration[],
  old: readonly Toleration[],
): void {
  const kept = old.every(({ tolerationSeconds: _, ...rest }) =>
    tolerations.some(({ tolerationSeconds: _new, ...other }) => equal(rest, other)),
  )
  if (!kept)
    return void errors.push(
      forbidden(
        'spec.tolerations',
        'existing toleration can not be modified except its tolerationSeconds',
      ),
    )
  tolerationErrors(errors, at(SPEC, 'tolerations'), tolerations)
}

/** Source: core/validation validateOnlyDeletedSchedulingGates. */
function gateErrors(errors: FieldError[], spec: PodSpec, old: PodSpec): void {
  for (const [i, { name }] of (spec.schedulingGates ?? []).entries())
    if (!old.schedulingGates?.some((gate) => gate.name === name))
      errors.push(
        forbidden(
          `spec.schedulingGates[${i}].name`,
          `only deletion is allowed, but found new scheduling gate '${name}'`,
        ),
      )
}

/** The new spec with everything that may change put back. */
function withAllowedFields(spec: PodSpec, old: PodSpec): PodSpec {
  const images = (list: readonly Container[], from: readonly Container[]): Container[] =>
    list.map((container, i) => withField(container, 'image', from[i]!.image))
  let munged: PodSpec = { ...spec, containers: images(spec.containers, old.containers) }
  if (spec.initContainers && old.initContainers)
    munged.initContainers = images(spec.initContainers, old.initContainers)
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const)
    munged = withField(munged, field, old[field])
  const grace = old.terminationGracePeriodSeconds
  if (grace !== undefined && grace < 0 && munged.terminationGracePeriodSeconds === 1)
    munged.terminationGracePeriodSeconds = grace
  return munged
}

function withField<O extends object, K extends keyof O>(object: O, key: K, value: O[K]): O {
  const copy = { ...object, [key]: value }
  if (value === undefined) delete copy[key]
  return copy
}

/** Source: core/validation ValidatePodEphemeralContainersUpdate. */
export function ephemeralUpdateErrors(pod: Pod, before: Pod): FieldError[] {
  if (before.metadata.annotations?.[MIRROR] !== undefined)
    return [forbidden('', 'static pods do not support ephemeral containers')]
  const errors: FieldError[] = []
  podBodyErrors(errors, pod)
  annotationUpdateErrors(
    errors,
    ANNOTATIONS,
    pod.metadata.annotations,
    before.metadata.annotations,
  )
  const containers = pod.spec?.ephemeralContainers ?? []
  for (const old of before.spec?.ephemeralContainers ?? []) {
    const now = containers.findLast(({ name }) => name === old.name)
    const refuse = (how: string): void =>
      void errors.push(
        forbidden(
          'spec.ephemeralContainers',
          `existing ephemeral containers ${JSON.stringify(old.name)} may not be ${how}`,
        ),
      )
    if (!now) refuse('removed\n')
    else if (!equal(now, old)) refuse(`changed\n${unifiedDiff(old, now)}`)
  }
  return errors
}
