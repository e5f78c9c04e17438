import { jsonValue, valueOfRaw } from './raw-values.ts'
import type { CelList, Value } from './values.ts'

/** Number of items. */
export const listSize = (list: CelList): number =>
  list.form === 'made' ? list.items.length : list.raw.length

/** The item at an index that is in range. */
export function listGet(list: CelList, index: number): Value {
  if (list.form === 'made') return list.items[index]!
  const { items } = list.schema
  return items ? valueOfRaw(list.raw[index], items) : jsonValue(list.raw[index])
}

/** All items as values. */
export function listItems(list: CelList): readonly Value[] {
  if (list.form === 'made') return list.items
  const items: Value[] = []
  for (let i = 0; i < list.raw.length; i++) items.push(listGet(list, i))
  return items
}
