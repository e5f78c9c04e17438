import type { Environment } from './environment.ts'
import { NOWHERE, placeAt, type CelError, type SourceText } from './source-text.ts'
import type { Expr } from './syntax.ts'
import { ERROR, formatType, isExactType, paramType, type CelType } from './types.ts'
import { assign, type Mapping } from './unify.ts'

/** What a name or a call refers to. */
export type Reference =
  | { readonly variable: string; readonly value?: CelType }
  | { readonly overloads: readonly string[] }

/** What is known while a tree is checked. */
export interface State {
  readonly environment: Environment
  readonly source: SourceText
  readonly offsets: ReadonlyMap<number, number>
  readonly types: Map<number, CelType>
  readonly references: Map<number, Reference>
  readonly errors: CelError[]
  /** Local variables, innermost last. */
  readonly locals: (readonly [name: string, type: CelType])[]
  mapping: Mapping
  freeParams: number
}

/** Reports an error where a node stands. */
export function report(state: State, id: number, message: string): void {
  const offset = state.offsets.get(id)
  const place = offset === undefined ? NOWHERE : placeAt(state.source, offset)
  state.errors.push({ ...place, message })
}

/** The type of a node that was checked. */
export const typeOf = (state: State, expr: Expr): CelType => state.types.get(expr.id) ?? ERROR

/** Notes the type of a node. */
export function setType(state: State, expr: Expr, type: CelType): void {
  const old = state.types.get(expr.id)
  if (old && !isExactType(old, type)) return
  state.types.set(expr.id, type)
}

/** Whether one type takes another; what that says of parameters is kept. */
export function isAssignable(state: State, to: CelType, from: CelType): boolean {
  const next = assign(state.mapping, to, from)
  if (next) state.mapping = next
  return next !== undefined
}

/** A type parameter of which nothing is known. */
export const freeParam = (state: State): CelType => paramType(`_var${state.freeParams++}`)

/** Reports a type that is not the wanted one. */
export const mismatch = (state: State, expr: Expr, wanted: CelType, found: CelType): void =>
  report(state, expr.id, `expected type '${formatType(wanted)}' but found '${formatType(found)}'`)

/** Reports a name that stands for nothing. */
export const undeclared = (state: State, id: number, name: string): void =>
  report(state, id, `undeclared reference to '${name}' (in container '')`)

/** The type of a field of an object type; an error is reported when there is none. */
export function structField(state: State, id: number, type: string, field: string): CelType | undefined {
  const object = state.environment.provider(type)
  if (!object) {
    report(state, id, `unexpected failed resolution of '${type}'`)
    return undefined
  }
  const found = object.fieldType(field)
  if (!found) report(state, id, `undefined field '${field}'`)
  return found
}
