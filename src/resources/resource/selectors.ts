import { required, tooLong, type FieldError } from '../../meta/field-error.ts'
import { exceedsBytes } from '../../meta/names.ts'
import { at, where, type Path } from '../field-path.ts'
import type { DeviceSelector } from '../generated/resource.gen.ts'
import { checkItems } from './shared.ts'

/** Numbers of pkg/apis/resource/types.go. */
const SELECTORS_MAX = 32
const EXPRESSION_BYTES_MAX = 10 * 1024

/**
 * Selectors of devices: each an expression of no more than its bytes. Expressions that are stored were judged
 * before. Source: resource/validation validateSelectorSlice.
 */
export function checkSelectors(
  errors: FieldError[],
  path: Path,
  selectors: readonly DeviceSelector[] | undefined,
  stored = false,
): void {
  checkItems(errors, path, { items: selectors, max: SELECTORS_MAX }, ({ cel }, item) => {
    if (!cel) errors.push(required(where(item, 'cel'), ''))
    else if (!stored && exceedsBytes(cel.expression ?? '', EXPRESSION_BYTES_MAX))
      errors.push(tooLong(where(at(item, 'cel'), 'expression'), EXPRESSION_BYTES_MAX))
  })
}
