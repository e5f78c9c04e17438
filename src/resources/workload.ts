import type { FieldError } from '../meta/field-error.ts'
import { invalid } from '../meta/field-error.ts'
import { isDns1123Label } from '../meta/names.ts'
import { where, type Path } from './field-path.ts'

/** Rules that workloads share. Source: core/validation ValidateNonnegativeField. */
export function nonNegative(
  errors: FieldError[],
  path: Path,
  name: string,
  value: number | undefined,
): void {
  if (value !== undefined && value < 0)
    errors.push(invalid(where(path, name), value, 'must be greater than or equal to 0'))
}

/** Upstream warns when a name cannot be part of a host name. */
export function podNameWarnings(name: string): string[] {
  const reasons = isDns1123Label(name)
  if (reasons.length === 0) return []
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${reasons.join(' ')}]`,
  ]
}
