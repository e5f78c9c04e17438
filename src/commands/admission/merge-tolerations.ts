import { equal } from '../../resources/equal.ts'
import type { Toleration } from '../../resources/generated/core.gen.ts'

/** Both lists in one; what another toleration covers is left out. Source: pkg/util/tolerations MergeTolerations. */
export function mergeTolerations(first: readonly Toleration[], second: readonly Toleration[]): Toleration[] {
  const all = [...first, ...second]
  const merged: Toleration[] = []
  all.forEach((one, i) => {
    const isKnown = merged.some((kept) => covers(kept, one))
    // Of two that are equal the first stays.
    const isCovered = all.slice(i + 1).some((later) => !equal(one, later) && covers(later, one))
    if (!isKnown && !isCovered) merged.push(one)
  })
  return merged
}

function covers(wide: Toleration, narrow: Toleration): boolean {
  if (equal(wide, narrow)) return true
  if ((narrow.key ?? '') !== (wide.key ?? '') && (wide.key || wide.operator !== 'Exists')) return false
  if (wide.effect && narrow.effect !== wide.effect) return false
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined)
    if (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > wide.tolerationSeconds) return false
  if (wide.operator === 'Exists') return true
  if (wide.operator && wide.operator !== 'Equal') return false
  return narrow.operator === 'Equal' && (narrow.value ?? '') === (wide.value ?? '')
}
