import type { ObjectType } from './environment.ts'
import { LIST_COST, MAP_COST, STRUCT_COST } from './cost-runtime.ts'
import type { Step } from './frame.ts'
import { emptyMap, hashKey } from './maps.ts'
import { valueText } from './value-text.ts'
import { failure, isFailure, isOptionalValue, madeList, type CelFailure, type Value } from './values.ts'

/** `[a, ?b]`. */
export function listStep(elements: readonly Step[], optionals: readonly number[]): Step {
  const maybe = elements.map((_, i) => optionals.includes(i))
  return (frame) => {
    const items: Value[] = []
    for (let i = 0; i < elements.length; i++) {
      const value = elements[i]!(frame)
      if (isFailure(value)) {
        frame.cost += LIST_COST
        return value
      }
      if (!maybe[i]) items.push(value)
      else if (!isOptionalValue(value)) {
        frame.cost += LIST_COST
        return notOptional(`list element`, value)
      } else if (value.value !== undefined) items.push(value.value)
    }
    frame.cost += LIST_COST
    return madeList(items)
  }
}

/** An entry of a map literal. */
export interface EntryStep {
  readonly key: Step
  readonly value: Step
  readonly optional: boolean
}

/** `{k: v, ?k: v}`. */
export function mapStep(entries: readonly EntryStep[]): Step {
  return (frame) => {
    const map = emptyMap()
    for (const { key, value, optional } of entries) {
      const k = key(frame)
      const v = isFailure(k) ? k : value(frame)
      if (isFailure(v)) {
        frame.cost += MAP_COST
        return v
      }
      if (!optional) map.entries.set(hashKey(k), [k, v])
      else if (!isOptionalValue(v)) {
        frame.cost += MAP_COST
        return notOptional(`entry '${valueText(k)}'`, v)
      } else if (v.value === undefined) map.entries.delete(hashKey(k))
      else map.entries.set(hashKey(k), [k, v.value])
    }
    frame.cost += MAP_COST
    return map
  }
}

/** A field of an object literal. */
export interface FieldStep {
  readonly name: string
  readonly optional: boolean
  readonly step: Step
}

/** `Type{field: v, ?field: v}`. */
export function structStep(type: ObjectType | undefined, name: string, fields: readonly FieldStep[]): Step {
  const create = type?.create
  const unknown = failure(`unknown type '${name}'`)
  return (frame) => {
    const values = new Map<string, Value>()
    for (const { name: field, optional, step } of fields) {
      const value = step(frame)
      if (isFailure(value)) {
        frame.cost += STRUCT_COST
        return value
      }
      if (!optional) values.set(field, value)
      else if (!isOptionalValue(value)) {
        frame.cost += STRUCT_COST
        return notOptional(`entry '${field}'`, value)
      } else if (value.value === undefined) values.delete(field)
      else values.set(field, value.value)
    }
    frame.cost += STRUCT_COST
    return create ? create(values) : unknown
  }
}

const notOptional = (what: string, value: Value): CelFailure =>
  failure(`cannot initialize optional ${what} from non-optional value ${valueText(value)}`)
