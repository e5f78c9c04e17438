import { forbidden, type FieldError } from '../../meta/field-error.ts'
import { at, where, type Path } from '../field-path.ts'
import type { PodTemplateSpec } from '../generated/core.gen.ts'
import { setPodSpecDefaults } from './pod/defaults.ts'
import { podSpecErrors } from './pod/validate-pod.ts'

/** Defaults of a workload's template: those of a Pod's spec, without those of a Pod. */
export function setTemplateDefaults(template: PodTemplateSpec | undefined): void {
  if (template) setPodSpecDefaults((template.spec ??= { containers: [] }))
}

/** Source: core/validation ValidatePodTemplateSpec. */
export function templateErrors(
  errors: FieldError[],
  path: Path,
  template: PodTemplateSpec,
  _before?: PodTemplateSpec,
): void {
  podSpecErrors(errors, at(path, 'spec'), template.spec)
  if (template.spec?.ephemeralContainers?.length)
    errors.push(
      forbidden(
        where(path, 'spec', 'ephemeralContainers'),
        'ephemeral containers not allowed in pod template',
      ),
    )
}

/** Source: pkg/api/pod/warnings.go GetWarningsForPodTemplate. */
export function templateWarnings(
  _path: Path,
  _template: PodTemplateSpec | undefined,
  _before: PodTemplateSpec | undefined,
): string[] {
  return []
}
