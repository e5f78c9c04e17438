import {
  ANY, BOOL, BYTES, DOUBLE, DURATION, DYN, INT, NULL, STRING, TIMESTAMP, TYPE, UINT,
  listType, mapType, opaqueType, optionalType, paramType, structType, typeOfType,
  type CelType,
} from './types.ts'
import type { CallCost } from './cost-runtime.ts'
import type { CallEstimator } from './cost-node.ts'
import type { Value } from './values.ts'

/** What a function does: at most four arguments, a target first. */
export type Implementation = (a: Value, b: Value, c: Value, d: Value) => Value

/** One signature of a function. Source: cel-go common/decls. */
export interface Overload {
  readonly id: string
  readonly member: boolean
  readonly args: readonly CelType[]
  readonly result: CelType
  /** Names of type parameters in it. */
  readonly params: readonly string[]
  /** None where the function has one for all signatures, or where the planner knows the call. */
  readonly run?: Implementation
  /** Costs beside those of functions by name. */
  readonly cost?: CallCost
  readonly estimate?: CallEstimator
}

/** A function: its signatures in order. */
export interface FunctionDecl {
  readonly name: string
  readonly overloads: readonly Overload[]
  /** One implementation for all signatures, by operator; undefined when the first value lacks it. */
  readonly operator?: (a: Value, b: Value, c: Value) => Value | undefined
  /** Arguments that fail come to the function as well. */
  readonly nonStrict?: boolean
  /** The implementation looks at the kinds of its arguments itself. */
  readonly unguarded?: boolean
}

/** A variable of an environment. */
export interface VariableDecl {
  readonly name: string
  readonly type: CelType
}

const NAMED: Readonly<Record<string, CelType>> = {
  any: ANY, bool: BOOL, bytes: BYTES, double: DOUBLE, duration: DURATION, dyn: DYN, int: INT, null: NULL,
  string: STRING, timestamp: TIMESTAMP, type: TYPE, uint: UINT,
  IP: opaqueType('net.IP'), CIDR: opaqueType('net.CIDR'),
}

/**
 * A type from its name: `list(A)`, `map(string, dyn)`, `optional(V)`; a capital letter is a parameter,
 * a name with dots an object.
 */
export function typeNamed(text: string): CelType {
  const open = text.indexOf('(')
  if (open > 0) {
    const inner = splitAtCommas(text.slice(open + 1, -1)).map(typeNamed)
    switch (text.slice(0, open)) {
      case 'list':
        return listType(inner[0]!)
      case 'map':
        return mapType(inner[0]!, inner[1]!)
      case 'optional':
        return optionalType(inner[0]!)
      default:
        return typeOfType(inner[0]!)
    }
  }
  const known = NAMED[text]
  if (known) return known
  return text.length === 1 ? paramType(text) : structType(text)
}

function splitAtCommas(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === ',' && depth === 0) parts.push('')
    else if (character !== ' ') parts[parts.length - 1] += character
  }
  return parts
}

/** What an overload may have beside its signature. */
export interface OverloadOptions {
  readonly cost?: CallCost
  readonly estimate?: CallEstimator
}

/**
 * An overload by its signature: `(int, int) -> bool`, or `string.(int) -> string` for members.
 */
export function overload(
  id: string,
  signature: string,
  run?: Implementation,
  options: OverloadOptions = {},
): Overload {
  const [, target, list = '', result = ''] = /^(?:(.+?)\.)?\(([^>]*)\) -> (.+)$/.exec(signature)!
  const names = splitAtCommas(list).filter((name) => name !== '')
  const args = (target === undefined ? names : [target, ...names]).map(typeNamed)
  const resultType = typeNamed(result)
  const params = new Set<string>()
  for (const type of [resultType, ...args]) collectParams(type, params)
  return { id, member: target !== undefined, args, result: resultType, params: [...params], run, ...options }
}

function collectParams(type: CelType, into: Set<string>): void {
  if (type.kind === 'param') into.add(type.name)
  for (const param of type.params) collectParams(param, into)
}

/** A function of overloads. */
export const functionOf = (
  name: string,
  overloads: readonly Overload[],
  options: Omit<FunctionDecl, 'name' | 'overloads'> = {},
): FunctionDecl => ({ name, overloads, ...options })

/** Functions by name; overloads of the same name come together in order. */
export function functionTable(functions: readonly FunctionDecl[]): ReadonlyMap<string, FunctionDecl> {
  const table = new Map<string, FunctionDecl>()
  for (const decl of functions) {
    const known = table.get(decl.name)
    table.set(
      decl.name,
      known ? { ...known, ...decl, overloads: [...known.overloads, ...decl.overloads] } : decl,
    )
  }
  return table
}
