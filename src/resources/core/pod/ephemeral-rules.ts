import type { FieldError } from '../../../meta/field-error.ts'
import type { Pod } from '../../generated/core.gen.ts'
import { keepAllBut } from './keep-spec.ts'
import { ephemeralUpdateErrors } from './validate-update.ts'

/** Source: pkg/registry/core/pod/strategy.go podEphemeralContainersStrategy. */
export const ephemeralRules = {
  prepare(pod: Pod, before: Pod): void {
    const wanted = pod.spec?.ephemeralContainers
    keepAllBut(pod, before)
    if (wanted) pod.spec!.ephemeralContainers = wanted
    else delete pod.spec!.ephemeralContainers
  },
  validate: (pod: Pod, before: Pod): FieldError[] => ephemeralUpdateErrors(pod, before),
}
