import { CEL_VISITED_VALUES_MAX } from '../base/limits.ts'
import { estimateSets } from './cost-functions.ts'
import { productCost } from './cost-runtime.ts'
import { functionOf, overload, type FunctionDecl, type Implementation } from './declarations.ts'
import { listContains } from './equality.ts'
import { listItems, listSize } from './lists.ts'
import { emptyMap, hashKey, mapFind, mapKeys } from './maps.ts'
import { valueText } from './value-text.ts'
import { COST_EXCEEDED, NO_OVERLOAD, failure, isList, isMap, type CelList, type CelMap, type MadeMap, type Value } from './values.ts'

const ofLists =
  (run: (a: CelList, b: CelList) => Value): Implementation =>
  (a, b) =>
    !isList(a) || !isList(b) ? NO_OVERLOAD : listSize(a) * listSize(b) > CEL_VISITED_VALUES_MAX ? COST_EXCEEDED : run(a, b)

function containsAll(list: CelList, other: CelList): Value {
  for (const item of listItems(other)) {
    const found = listContains(list, item)
    if (found !== true) return found
  }
  return true
}

const equivalent = (a: CelList, b: CelList): Value => {
  const found = containsAll(a, b)
  return found === true ? containsAll(b, a) : found
}

const intersects = (a: CelList, b: CelList): Value => listItems(a).some((item) => listContains(b, item) === true)

/** Lists as sets. Source: cel-go ext/sets.go. */
export const SET_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('sets.contains', [
    overload('list_sets_contains_list', '(list(T), list(T)) -> bool', ofLists(containsAll), {
      cost: productCost(1), estimate: estimateSets(1),
    }),
  ]),
  functionOf('sets.equivalent', [
    overload('list_sets_equivalent_list', '(list(T), list(T)) -> bool', ofLists(equivalent), {
      cost: productCost(2), estimate: estimateSets(2),
    }),
  ]),
  functionOf('sets.intersects', [
    overload('list_sets_intersects_list', '(list(T), list(T)) -> bool', ofLists(intersects), {
      cost: productCost(1), estimate: estimateSets(1),
    }),
  ]),
]

/** A map with an entry more; an open one grows in place. Source: types.InsertMapKeyValue. */
function inserted(map: CelMap, key: Value, value: Value): Value {
  if (mapFind(map, key) !== undefined) return failure(`insert failed: key ${valueText(key)} already exists`)
  const target = map.form === 'made' && map.open ? map : copyOf(map)
  target.entries.set(hashKey(key), [key, value])
  return target
}

function copyOf(map: CelMap): MadeMap {
  const copy = emptyMap()
  for (const key of mapKeys(map)) copy.entries.set(hashKey(key), [key, mapFind(map, key)!])
  return copy
}

const insertAll = (map: CelMap, more: CelMap): Value => {
  let target: Value = map
  for (const key of mapKeys(more)) {
    if (!isMap(target)) break
    target = inserted(target, key, mapFind(more, key)!)
  }
  return target
}

/** What transformMap and transformMapEntry are made of. Source: cel-go ext/comprehensions.go. */
export const MAP_INSERT: FunctionDecl = functionOf('cel.@mapInsert', [
  overload('@mapInsert_map_key_value', '(map(K, V), K, V) -> map(K, V)', (map, key, value) =>
    isMap(map) ? inserted(map, key, value) : NO_OVERLOAD,
  ),
  overload('@mapInsert_map_map', '(map(K, V), map(K, V)) -> map(K, V)', (map, more) =>
    isMap(map) && isMap(more) ? insertAll(map, more) : NO_OVERLOAD,
  ),
])
