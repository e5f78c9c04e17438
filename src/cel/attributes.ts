import type { Frame, Step } from './frame.ts'
import { listGet, listSize } from './lists.ts'
import { findRaw, mapFind } from './maps.ts'
import { valueOfRaw } from './raw-values.ts'
import { typeOf } from './type-of.ts'
import { goValueType, valueText } from './value-text.ts'
import type { Field, ValueSchema } from './value-schema.ts'
import {
  NO_VALUE, failure, isFailure, isOptionalValue, optionalOf, orNoOverload, tagged,
  type CelFailure, type RawMap, type Value,
} from './values.ts'

/**
 * A variable, or the result of a call, and the selects and indices behind it: they are resolved
 * together. Source: cel-go interpreter/attributes.go.
 */
export type Attribute =
  | { readonly kind: 'variable'; readonly name: string; readonly get: Step; readonly qualifiers: Qualifier[] }
  | { readonly kind: 'relative'; readonly operand: Step; readonly qualifiers: Qualifier[] }
  | { readonly kind: 'choice'; readonly condition: Step; readonly yes: Attribute; readonly no: Attribute }

/** A field, a key or an index. */
export type Qualifier =
  | {
      readonly kind: 'constant'
      readonly key: Value
      readonly optional: boolean
      /** Of `has(x.field)`: it answers whether there is one. */
      readonly testOnly: boolean
    }
  | { readonly kind: 'computed'; readonly key: Step; readonly optional: boolean }

/** Puts a qualifier behind an attribute; of a choice, behind both. */
export function qualify(attribute: Attribute, qualifier: Qualifier): void {
  if (attribute.kind !== 'choice') return void attribute.qualifiers.push(qualifier)
  qualify(attribute.yes, qualifier)
  qualify(attribute.no, qualifier)
}

/** The step that resolves an attribute. It costs what its qualifiers and parts cost. */
export function resolver(attribute: Attribute): Step {
  switch (attribute.kind) {
    case 'choice': {
      const { condition } = attribute
      const yes = resolver(attribute.yes)
      const no = resolver(attribute.no)
      return (frame) => {
        const chosen = condition(frame)
        if (chosen === true) return yes(frame)
        return chosen === false ? no(frame) : orNoOverload(chosen)
      }
    }
    case 'variable':
      return qualified(attribute.get, attribute.qualifiers)
    case 'relative':
      return qualified(attribute.operand, attribute.qualifiers)
  }
}

function qualified(root: Step, qualifiers: readonly Qualifier[]): Step {
  if (qualifiers.length === 0) return root
  const names = plainNames(qualifiers)
  if (names) return chain(root, names, qualifiers)
  return (frame) => {
    const value = root(frame)
    return isFailure(value) ? value : applyAll(frame, value, qualifiers, 0)
  }
}

/** The names of `.a.b.c`; undefined when there is anything else. */
function plainNames(qualifiers: readonly Qualifier[]): string[] | undefined {
  const names: string[] = []
  for (const qualifier of qualifiers) {
    if (qualifier.kind !== 'constant' || qualifier.optional || qualifier.testOnly) return undefined
    if (typeof qualifier.key !== 'string') return undefined
    names.push(qualifier.key)
  }
  return names
}

/** Walks JSON along names without a value for each step; remembers where fields of a schema are. */
function chain(root: Step, names: readonly string[], qualifiers: readonly Qualifier[]): Step {
  const count = names.length
  const schemas: (ValueSchema | undefined)[] = names.map(() => undefined)
  const fields: (Field | undefined)[] = names.map(() => undefined)
  const missing = names.map((name) => failure(`no such key: ${name}`))
  return (frame) => {
    const value = root(frame)
    const start = tagged(value)
    if (start?.tag !== 'map' || start.form !== 'raw')
      return isFailure(value) ? value : applyAll(frame, value, qualifiers, 0)
    let raw: unknown = start.raw
    let { schema } = start
    for (let i = 0; i < count; i++) {
      if (schema.kind !== 'object' || typeof raw !== 'object' || raw === null || Array.isArray(raw))
        return applyAll(frame, valueOfRaw(raw, schema), qualifiers, i)
      if (schemas[i] !== schema) {
        schemas[i] = schema
        fields[i] = schema.fields!.get(names[i]!)
      }
      const field = fields[i]
      if (!field) return applyAll(frame, valueOfRaw(raw, schema), qualifiers, i)
      frame.cost++
      raw = (raw as Readonly<Record<string, unknown>>)[field.name]
      if (raw === undefined || raw === null || typeof raw === 'function') return missing[i]!
      schema = field.schema
    }
    return valueOfRaw(raw, schema)
  }
}

/** What a lookup found: a value, nothing (undefined), or why it failed. */
type Looked = Value | undefined

/** Applies qualifiers from the `from`th on. Source: applyQualifiers. */
function applyAll(frame: Frame, start: Value, qualifiers: readonly Qualifier[], from: number): Value {
  let value = start
  let optional = false
  if (isOptionalValue(value)) {
    if (value.value === undefined) return value
    value = value.value
    optional = true
  }
  for (let i = from; i < qualifiers.length; i++) {
    if (isFailure(value)) return value
    const qualifier = qualifiers[i]!
    optional ||= qualifier.optional
    const found = optional ? ifPresent(frame, value, qualifier) : demanded(frame, value, qualifier)
    if (found === undefined) return NO_VALUE
    if (isFailure(found)) return found
    value = found
  }
  if (!optional) return value
  return isFailure(value) ? value : optionalOf(value)
}

function demanded(frame: Frame, value: Value, qualifier: Qualifier): Value {
  if (qualifier.kind === 'constant') {
    frame.cost++
    if (!qualifier.testOnly) return found(value, qualifier.key)
    const present = presence(value, qualifier.key)
    return present !== undefined && isFailure(present) ? present : present !== undefined
  }
  const key = keyOf(frame, qualifier.key)
  frame.cost++
  if (isFailure(key)) return key
  return found(value, key)
}

function found(value: Value, key: Value): Value {
  const looked = lookup(value, key)
  return looked === undefined ? absent(value, key) : looked
}

function ifPresent(frame: Frame, value: Value, qualifier: Qualifier): Looked {
  const key = qualifier.kind === 'constant' ? qualifier.key : keyOf(frame, qualifier.key)
  if (isFailure(key)) return key
  const found = presence(value, key)
  if (found !== undefined && !isFailure(found)) frame.cost++
  return found
}

function keyOf(frame: Frame, step: Step): Value {
  const key = step(frame)
  return isFailure(key) ? key : (wrongKey(key) ?? key)
}

/** Why a value is no key of anything; undefined when it may be one. Source: newQualifier. */
export function wrongKey(key: Value): CelFailure | undefined {
  const other = tagged(key)
  if (typeof key !== 'object' || other?.tag === 'uint' || other?.tag === 'double') return undefined
  const json = (other?.tag === 'map' || other?.tag === 'list') && other.form === 'raw' && other.schema.kind === 'json'
  const native = other?.tag === 'map' ? 'map[string]interface {}' : '[]interface {}'
  return failure(`invalid qualifier type: ${json ? native : goValueType(key)}`)
}

/** What a value has under a key; undefined when there is none. Source: refQualify. */
function lookup(value: Value, key: Value): Looked {
  const holder = tagged(value)
  switch (holder?.tag) {
    case 'map':
      if (holder.form === 'raw' && typeof key === 'string') return findRaw(holder as RawMap, key)
      return mapFind(holder, key)
    case 'list': {
      const index = indexOf(key)
      if (typeof index !== 'number') return index
      return index >= 0 && index < listSize(holder) ? listGet(holder, index) : undefined
    }
    case 'object':
      return typeof key === 'string' ? holder.kind.field?.(holder.data, key) : undefined
    case 'failure':
      return holder
    default:
      return undefined
  }
}

/** As lookup; what has no keys has none present. */
const presence = lookup

/** What stands for what is not there: a failure, or what a kind of objects says. */
function absent(value: Value, key: Value): Value {
  const holder = tagged(value)
  if (holder?.tag === 'object' && holder.kind.missing !== undefined) return holder.kind.missing
  const list = holder?.tag === 'list'
  return failure(`${list ? 'index out of bounds' : 'no such key'}: ${valueText(key)}`)
}

/** An index as a number; -1 for those beyond all lists. Source: types.IndexOrError. */
export function indexOf(key: Value): number | CelFailure {
  if (typeof key === 'number') return key
  if (typeof key === 'bigint') return -1
  const other = tagged(key)
  if (other?.tag === 'double' || other?.tag === 'uint') {
    const index = Number(other.value)
    if (Number.isInteger(index) && Math.abs(index) < 2 ** 63) return index
    return failure(`unsupported index value ${valueText(key)} in list`)
  }
  return failure(`unsupported index type '${typeOf(key).name}' in list`)
}
