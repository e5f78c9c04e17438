import { duplicate, invalid, notSupported, required, type FieldError } from '../meta/field-error.ts'
import { isLabelValue, isQualifiedName } from '../meta/names.ts'
import { at, where, type Path } from './field-path.ts'
import type { Taint, Toleration } from './generated/core.gen.ts'

/** Effects of taints, in the order messages name them. */
export const TAINT_EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** Whether the toleration covers the taint. Source: core/v1 Toleration.ToleratesTaint. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  switch (toleration.operator ?? '') {
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '')
    case 'Exists':
      return true
    default:
      return false
  }
}

/** The first taint with one of these effects that no toleration covers. */
export function untolerated(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[],
): Taint | undefined {
  return taints?.find(
    (taint) =>
      effects.includes(taint.effect) && !tolerations?.some((one) => tolerates(one, taint)),
  )
}

/** Whether two taints are one in a node's list. */
export const sameTaint = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect

/** Source: core/validation validateNodeTaints. */
export function taintErrors(list: Path, taints: readonly Taint[]): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  for (const [i, taint] of taints.entries()) {
    const path = at(list, i)
    for (const reason of isQualifiedName(taint.key ?? ''))
      errors.push(invalid(where(path, 'key'), taint.key ?? '', reason))
    const reasons = isLabelValue(taint.value ?? '')
    if (reasons.length > 0)
      errors.push(invalid(where(path, 'value'), taint.value, reasons.join(';')))
    errors.push(...taintEffectErrors(where(path, 'effect'), taint.effect, false))
    const key = `${taint.effect} ${taint.key}`
    if (seen.has(key)) errors.push(repeated(where(path), taint))
    seen.add(key)
  }
  return errors
}

/** Source: core/validation validateTaintEffect. */
export function taintEffectErrors(
  field: string,
  effect: string | undefined,
  mayBeEmpty: boolean,
): FieldError[] {
  if (!effect && !mayBeEmpty) return [required(field, '')]
  return TAINT_EFFECTS.includes(effect ?? '')
    ? []
    : [notSupported(field, effect ?? '', TAINT_EFFECTS)]
}

function repeated(field: string, { key, value = '', effect, timeAdded }: Taint): FieldError {
  // Upstream shows its internal type, whose fields have Go's names.
  const shown = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded ?? null }
  const error = duplicate(field, shown)
  return { ...error, message: `${error.message}: taints must be unique by key and effect pair` }
}
