import type { FieldError } from '../../../meta/field-error.ts'
import type { Pod } from '../../generated/core.gen.ts'

/** Source: core/validation ValidatePodStatusUpdate. */
export function podStatusErrors(_pod: Pod, _before: Pod): FieldError[] {
  return []
}
