import { forbidden, type FieldError } from '../../meta/field-error.ts'
import { annotationErrors } from '../annotations.ts'
import { validateLabels } from '../../meta/validate-label-selector.ts'
import { at, where, type Path } from '../field-path.ts'
import type { PodSpec, PodTemplateSpec } from '../generated/core.gen.ts'
import { setPodSpecDefaults } from './pod/defaults.ts'
import { podAnnotationErrors, profileMatchErrors } from './pod/validate-annotations.ts'
import { podSpecErrors } from './pod/validate-spec.ts'
import { podWarnings } from './pod/warnings.ts'

const NO_SPEC: PodSpec = { containers: [] }

/** Defaults of a workload's template: those of a Pod's spec, without those of a Pod. */
export function setTemplateDefaults(template: PodTemplateSpec | undefined): void {
  if (template) setPodSpecDefaults((template.spec ??= { containers: [] }))
}

/** Source: core/validation ValidatePodTemplateSpec. */
export function templateErrors(
  errors: FieldError[],
  path: Path,
  { metadata, spec = NO_SPEC }: PodTemplateSpec,
): void {
  const { labels, annotations } = metadata ?? {}
  if (labels) errors.push(...validateLabels(where(path, 'labels'), labels))
  if (annotations) {
    errors.push(...annotationErrors(where(path, 'annotations'), annotations))
    podAnnotationErrors(errors, at(path, 'annotations'), annotations, spec)
  }
  podSpecErrors(errors, at(path, 'spec'), spec, { isPod: false, podName: '' })
  profileMatchErrors(errors, at(path, 'spec'), annotations, spec)
  if (spec.ephemeralContainers?.length)
    errors.push(
      forbidden(
        where(path, 'spec', 'ephemeralContainers'),
        'ephemeral containers not allowed in pod template',
      ),
    )
}

/** Source: pkg/api/pod/warnings.go GetWarningsForPodTemplate. */
export const templateWarnings = (
  path: Path,
  template: PodTemplateSpec | undefined,
): string[] => (template ? podWarnings(template, path) : [])
