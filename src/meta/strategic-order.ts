import { ok, type Result } from '../base/result.ts'
import { goText, goType } from './go-text.ts'
import { goStableSort } from './go-stable-sort.ts'
import type { Json } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'
import type { Status } from './status.ts'
import { badType, listOfLists, noMergeKey, plainFailure, refuse } from './strategic-failure.ts'

/** What all elements of the given lists are: maps, or scalars of one type. */
export type ElementKind = 'map' | 'scalar'

/**
 * The kind of the elements of several lists taken together; lists of lists, mixed types and lists
 * without any element are refused. Source: strategicpatch/patch.go sliceElementType.
 */
export function elementKind(...lists: readonly (readonly Json[])[]): Result<ElementKind, Status> {
  let kind: string | undefined
  for (const list of lists) {
    for (const element of list) {
      const found = typeName(element)
      if (kind === undefined && found === 'nil') return refuse(plainFailure(NIL_ELEMENT))
      if (kind === undefined && found === 'list') return refuse(listOfLists())
      if (kind !== undefined && kind !== found) return refuse(mixedTypes(lists))
      kind = found
    }
  }
  if (kind === undefined) return refuse(plainFailure('no elements in any of the given slices'))
  return ok(kind === 'map' ? 'map' : 'scalar')
}

/** What decides the order of a merged list. */
export interface OrderWish {
  /** Elements named by the patch, and those that only the server has. */
  readonly patched: readonly Json[]
  readonly serverOnly: readonly Json[]
  /** The order wished for each. */
  readonly patchOrder: readonly Json[]
  readonly serverOrder: readonly Json[]
  /** Empty for scalars. */
  readonly mergeKey: string
  readonly kind: ElementKind
}

/**
 * Sorts the patched elements by the patch's order and the others by the server's, then weaves both:
 * the relative order within each is kept. Source: strategicpatch/patch.go normalizeElementOrder.
 */
export function orderElements(wish: OrderWish): Result<Json[], Status> {
  const patchAt = placesOf(wish.patchOrder, wish)
  const serverAt = placesOf(wish.serverOrder, wish)
  const patched = sortBy(wish.patched, wish.patchOrder, patchAt, wish)
  if (!patched.ok) return patched
  const others = sortBy(wish.serverOnly, wish.serverOrder, serverAt, wish)
  if (!others.ok) return others
  return ok(
    weave(others.value, patched.value, (element) => serverAt.get(identityOf(element, wish))),
  )
}

/** An element's identity: the element itself, or its merge key's value. */
export const scalarIdentity = (value: Json | undefined): unknown =>
  // Equal rawJSON numbers are different objects, yet one value.
  typeof value === 'object' && JSON.isRawJSON(value) ? `\0${JSON.stringify(value)}` : value

type Keyed = Pick<OrderWish, 'mergeKey' | 'kind'>

const identityOf = (element: Json, { mergeKey, kind }: Keyed): unknown => {
  if (kind === 'scalar') return scalarIdentity(element)
  return isJsonObject(element) ? (scalarIdentity(ownValue(element, mergeKey)) ?? null) : null
}

/** The first place of each element in `order`. */
function placesOf(order: readonly Json[], keyed: Keyed): Map<unknown, number> {
  const places = new Map<unknown, number>()
  order.forEach((element, place) => {
    const identity = identityOf(element, keyed)
    if (!places.has(identity)) places.set(identity, place)
  })
  return places
}

function sortBy(
  list: readonly Json[],
  order: readonly Json[],
  places: ReadonlyMap<unknown, number>,
  keyed: Keyed,
): Result<Json[], Status> {
  const kept: Json[] = []
  const deletions: Json[] = []
  if (keyed.kind === 'map') {
    const lacking = lacksKey([list, order], keyed.mergeKey)
    if (lacking) return refuse(lacking)
    for (const element of list) (isDeletion(element) ? deletions : kept).push(element)
  } else kept.push(...list)
  goStableSort(kept, (a, b) => {
    const i = places.get(identityOf(a, keyed))
    const j = places.get(identityOf(b, keyed))
    return i === undefined || j === undefined || i < j
  })
  return ok([...kept, ...deletions])
}

function lacksKey(lists: readonly (readonly Json[])[], key: string): Status | undefined {
  for (const list of lists) {
    for (const element of list) {
      if (!isJsonObject(element)) return badType('map[string]interface {}', element)
      if (!Object.hasOwn(element, key)) return noMergeKey(element, key)
    }
  }
  return undefined
}

const isDeletion = (element: Json): boolean =>
  isJsonObject(element) && ownValue(element, '$patch') === 'delete'

/** Puts each element of `left` before the first of `right` that stood behind it on the server. */
function weave(
  left: readonly Json[],
  right: readonly Json[],
  placeOf: (element: Json) => number | undefined,
): Json[] {
  const woven: Json[] = []
  let i = 0
  let j = 0
  while (i < left.length && j < right.length) {
    const l = placeOf(left[i]!)
    const r = placeOf(right[j]!)
    if (l !== undefined && r !== undefined && l < r) woven.push(left[i++]!)
    else woven.push(right[j++]!)
  }
  return [...woven, ...left.slice(i), ...right.slice(j)]
}

const typeName = (value: Json): string => {
  if (value === null) return 'nil'
  if (Array.isArray(value)) return 'list'
  return isJsonObject(value) ? 'map' : goType(value)
}

/** Upstream's panic for a list that begins with null; the request ends with 500 there too. */
const NIL_ELEMENT = 'runtime error: invalid memory address or nil pointer dereference'

const mixedTypes = (lists: readonly (readonly Json[])[]): Status =>
  plainFailure(`list element types are not identical: ${goText(lists.map((list) => [...list]))}`)
