import type { FieldError } from '../../../meta/field-error.ts'
import type { Pod } from '../../generated/core.gen.ts'
import { podErrors } from './validate-pod.ts'

export function podUpdateErrors(pod: Pod, _before: Pod): FieldError[] {
  return podErrors(pod)
}

export function ephemeralUpdateErrors(_pod: Pod, _before: Pod): FieldError[] {
  return []
}
