import { forbidden, type FieldError } from '../../../meta/field-error.ts'
import { at } from '../../field-path.ts'
import type { Pod, PodSpec } from '../../generated/core.gen.ts'
import { nonNegative } from '../../workload.ts'
import { MIRROR, podAnnotationErrors, profileMatchErrors } from './validate-annotations.ts'
import { imageSpaceErrors } from './validate-containers.ts'
import { podSpecErrors, tokenVolumeErrors } from './validate-spec.ts'

const SPEC = at(undefined, 'spec')
const ANNOTATIONS = at(at(undefined, 'metadata'), 'annotations')
const NO_SPEC: PodSpec = { containers: [] }

/** Source: core/validation ValidatePodCreate. */
export function podErrors(pod: Pod): FieldError[] {
  const errors: FieldError[] = []
  const { spec = NO_SPEC, metadata } = pod
  podBodyErrors(errors, pod)
  if (spec.ephemeralContainers?.length)
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'))
  if (spec.nodeName && spec.schedulingGates?.length)
    errors.push(
      forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'),
    )
  profileMatchErrors(errors, SPEC, metadata.annotations, spec)
  return errors
}

/** Source: core/validation validatePodMetadataAndSpec; shared code judges the metadata. */
export function podBodyErrors(errors: FieldError[], { spec = NO_SPEC, metadata }: Pod): void {
  const { annotations, name = '' } = metadata
  podAnnotationErrors(errors, ANNOTATIONS, annotations, spec)
  const mirror = annotations?.[MIRROR] !== undefined
  podSpecErrors(errors, SPEC, spec, { isPod: true, podName: name, mirror })
  tokenVolumeErrors(errors, SPEC, spec)
  nonNegative(errors, SPEC, 'terminationGracePeriodSeconds', spec.terminationGracePeriodSeconds)
  for (const list of ['containers', 'initContainers'] as const)
    for (const [i, container] of (spec[list] ?? []).entries())
      imageSpaceErrors(errors, at(at(SPEC, list), i), container)
}
