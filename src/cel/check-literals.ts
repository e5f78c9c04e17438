import { freeParam, isAssignable, mismatch, report, setType, structField, typeOf, undeclared, type State } from './check-state.ts'
import type { Expr, ListNode, MapNode, StructNode } from './syntax.ts'
import { DYN, ERROR, formatType, isDyn, isOptional, listType, mapType, optionalType, type CelType } from './types.ts'
import { mostGeneral } from './unify.ts'

/** Checks a node within. */
type CheckChild = (state: State, expr: Expr) => void

/** The type of an element behind `?`, which has to be optional. */
function unwrapped(state: State, expr: Expr, type: CelType): CelType {
  if (isOptional(type)) return type.params[0]!
  if (!isDyn(type)) mismatch(state, expr, optionalType(type), type)
  return type
}

/** The type of both; mixed literals are dyn here, and refused by the validators. */
function joined(state: State, previous: CelType | undefined, current: CelType): CelType {
  if (!previous) return current
  return isAssignable(state, previous, current) ? mostGeneral(previous, current) : DYN
}

/** `[a, ?b]`. */
export function checkList(state: State, expr: Expr, check: CheckChild, { elements, optionals }: ListNode): void {
  let items: CelType | undefined
  for (const [i, element] of elements.entries()) {
    check(state, element)
    const type = typeOf(state, element)
    items = joined(state, items, optionals.includes(i) ? unwrapped(state, element, type) : type)
  }
  setType(state, expr, listType(items ?? freeParam(state)))
}

/** `{k: v}`. */
export function checkMap(state: State, expr: Expr, check: CheckChild, { entries }: MapNode): void {
  let keys: CelType | undefined
  let values: CelType | undefined
  for (const { key, value, optional } of entries) {
    check(state, key)
    keys = joined(state, keys, typeOf(state, key))
    check(state, value)
    const type = typeOf(state, value)
    values = joined(state, values, optional ? unwrapped(state, value, type) : type)
  }
  const keyType = keys ?? freeParam(state)
  setType(state, expr, mapType(keyType, values ?? freeParam(state)))
}

/** `Type{field: v}`. */
export function checkStruct(state: State, expr: Expr, check: CheckChild, node: StructNode): void {
  const name = node.type.startsWith('.') ? node.type.slice(1) : node.type
  const simple = state.environment.typeNames.get(name)
  const object = state.environment.provider(name)
  if (!simple && !object) {
    undeclared(state, expr.id, node.type)
    return setType(state, expr, ERROR)
  }
  expr.node = { ...node, type: name }
  state.references.set(expr.id, { variable: name })
  let result: CelType = simple ?? { tag: 'type', kind: 'struct', name: object!.name, params: [] }
  if (!object && result.kind !== 'struct') {
    report(state, expr.id, `'${result.name}' is not a message type`)
    result = ERROR
  }
  setType(state, expr, result)
  for (const field of node.fields) {
    check(state, field.value)
    const wanted = structField(state, field.id, name, field.name) ?? ERROR
    const type = typeOf(state, field.value)
    const given = field.optional ? unwrapped(state, field.value, type) : type
    if (isAssignable(state, wanted, given)) continue
    const message = `expected type of field '${field.name}' is '${formatType(wanted)}' but provided type is '${formatType(given)}'`
    report(state, field.id, message)
  }
}
