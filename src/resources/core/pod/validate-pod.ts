import { required, type FieldError } from '../../../meta/field-error.ts'
import { where, at, type Path } from '../../field-path.ts'
import type { Pod, PodSpec } from '../../generated/core.gen.ts'

const SPEC = at(undefined, 'spec')

export function podErrors(pod: Pod): FieldError[] {
  const errors: FieldError[] = []
  podSpecErrors(errors, SPEC, pod.spec)
  return errors
}

export function podSpecErrors(errors: FieldError[], path: Path, spec: PodSpec | undefined): void {
  if (!spec?.containers?.length) errors.push(required(where(path, 'containers'), ''))
}
