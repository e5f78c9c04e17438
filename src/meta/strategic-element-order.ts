import { goText } from './go-text.ts'
import type { Json } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'
import type { Status } from './status.ts'
import { badType, noMergeKey, plainFailure } from './strategic-failure.ts'
import { scalarIdentity } from './strategic-order.ts'

/**
 * Refuses a patch list that names elements which `$setElementOrder` does not, or in another order;
 * deletions are not counted. Source: strategicpatch/patch.go validatePatchWithSetOrderList.
 */
export function checkElementOrder(
  patch: readonly Json[],
  order: readonly Json[],
  mergeKey: string,
): Status | undefined {
  if (order.length === 0 || patch.length === 0) return undefined
  if (mergeKey !== '') {
    const other = patch.find((element) => !isJsonObject(element))
    if (other !== undefined) return badType('map[string]interface {}', other)
  }
  const kept =
    mergeKey === '' ? patch : patch.filter((element) => directiveOf(element) !== 'delete')
  let wanted = 0
  let placed = 0
  while (wanted < kept.length && placed < order.length) {
    if (directiveOf(kept[wanted]!) !== undefined) {
      wanted++
      continue
    }
    const same = sameElement(kept[wanted]!, order[placed]!, mergeKey)
    if (typeof same !== 'boolean') return same
    if (same) wanted++
    placed++
  }
  return wanted < kept.length && placed >= order.length ? mismatch(patch, order) : undefined
}

function sameElement(left: Json, right: Json, mergeKey: string): boolean | Status {
  if (mergeKey === '') return scalarIdentity(left) === scalarIdentity(right)
  if (!isJsonObject(left)) return badType('map[string]interface {}', left)
  if (!isJsonObject(right)) return badType('map[string]interface {}', right)
  const leftKey = ownValue(left, mergeKey)
  if (leftKey === undefined) return noMergeKey(left, mergeKey)
  const rightKey = ownValue(right, mergeKey)
  if (rightKey === undefined) return noMergeKey(right, mergeKey)
  return scalarIdentity(leftKey) === scalarIdentity(rightKey)
}

const directiveOf = (element: Json): Json | undefined =>
  isJsonObject(element) ? ownValue(element, '$patch') : undefined

const mismatch = (patch: readonly Json[], order: readonly Json[]): Status => {
  const [patched, wished] = [goText([...patch]), goText([...order])]
  return plainFailure(
    `The order in patch list:\n${patched}\n doesn't match $setElementOrder list:\n${wished}\n`,
  )
}
