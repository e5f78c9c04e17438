import { checkList, checkMap, checkStruct } from './check-literals.ts'
import {
  freeParam, isAssignable, mismatch, report, setType, structField, typeOf, undeclared,
  type Reference, type State,
} from './check-state.ts'
import type { FunctionDecl } from './declarations.ts'
import type { Environment } from './environment.ts'
import type { CelError, SourceText } from './source-text.ts'
import type { CallNode, ComprehensionNode, Expr, SelectNode } from './syntax.ts'
import {
  BOOL, BYTES, DOUBLE, DYN, ERROR, INT, NULL, STRING, UINT,
  formatType, isDyn, isExactType, isOptional, optionalType, typeOfType,
  type CelType,
} from './types.ts'
import { assignAll, substitute, type Mapping } from './unify.ts'
import { tagged, type Value } from './values.ts'

/** A checked tree: types and references by id. */
export interface Checked {
  readonly expr: Expr
  readonly types: ReadonlyMap<number, CelType>
  readonly references: ReadonlyMap<number, Reference>
  readonly errors: readonly CelError[]
}

/** Checks types and resolves names; nodes are rewritten to what they refer to. Source: checker.Check. */
export function check(
  expr: Expr,
  environment: Environment,
  source: SourceText,
  offsets: ReadonlyMap<number, number>,
): Checked {
  const state: State = {
    environment, source, offsets,
    types: new Map(), references: new Map(), errors: [],
    locals: [], mapping: new Map(), freeParams: 0,
  }
  checkExpr(state, expr)
  const types = new Map([...state.types].map(([id, type]) => [id, substitute(state.mapping, type, true)]))
  return { expr, types, references: state.references, errors: state.errors }
}

function checkExpr(state: State, expr: Expr): void {
  const { node } = expr
  switch (node.kind) {
    case 'literal':
      return setType(state, expr, literalType(node.value))
    case 'ident':
      return checkIdent(state, expr, node.name)
    case 'select':
      return checkSelect(state, expr, node)
    case 'call':
      return checkCall(state, expr, node)
    case 'list':
      return checkList(state, expr, checkExpr, node)
    case 'map':
      return checkMap(state, expr, checkExpr, node)
    case 'struct':
      return checkStruct(state, expr, checkExpr, node)
    case 'comprehension':
      return checkComprehension(state, expr, node)
    case 'error':
      return setType(state, expr, ERROR)
  }
}

function literalType(value: Value): CelType {
  switch (typeof value) {
    case 'boolean':
      return BOOL
    case 'string':
      return STRING
    case 'number':
    case 'bigint':
      return INT
  }
  if (value === null) return NULL
  if (value instanceof Uint8Array) return BYTES
  return tagged(value)?.tag === 'uint' ? UINT : DOUBLE
}

interface Found {
  readonly name: string
  readonly type: CelType
  /** The type that the name stands for. */
  readonly value?: CelType
}

function findLocal({ locals }: State, name: string): Found | undefined {
  for (let i = locals.length - 1; i >= 0; i--)
    if (locals[i]![0] === name) return { name, type: locals[i]![1] }
  return undefined
}

function findGlobal({ environment }: State, name: string): Found | undefined {
  const variable = environment.variables.get(name)
  if (variable) return { name, type: variable }
  const value = environment.typeNames.get(name)
  if (value) return { name, type: typeOfType(value), value }
  const object = environment.provider(name)
  if (!object) return undefined
  const type: CelType = { tag: 'type', kind: 'struct', name: object.name, params: [] }
  return { name, type: typeOfType(type), value: type }
}

/** A name as it is resolved; a leading dot asks for the outermost. Source: Env.resolveSimpleIdent. */
function resolveName(state: State, name: string): Found | undefined {
  const local = findLocal(state, name)
  if (local) return local
  const bare = name.startsWith('.') ? name.slice(1) : name
  const found = findGlobal(state, bare)
  const shadowed = found && bare !== name && findLocal(state, bare)
  return shadowed ? { ...found, name: `.${bare}` } : found
}

function refer(state: State, expr: Expr, found: Found): void {
  setType(state, expr, found.type)
  state.references.set(expr.id, { variable: found.name, value: found.value })
  expr.node = { kind: 'ident', name: found.name }
}

function checkIdent(state: State, expr: Expr, name: string): void {
  const found = resolveName(state, name)
  if (found) return refer(state, expr, found)
  setType(state, expr, ERROR)
  undeclared(state, expr.id, name)
}

function checkSelect(state: State, expr: Expr, node: SelectNode): void {
  const qualified = qualifiedName(expr)
  if (qualified !== undefined && !isLocalRoot(state, qualified)) {
    const bare = qualified.startsWith('.') ? qualified.slice(1) : qualified
    const found = findGlobal(state, bare)
    if (found) return refer(state, expr, found)
  }
  const type = fieldType(state, expr, node.operand, node.field, false)
  setType(state, expr, substitute(state.mapping, node.testOnly ? BOOL : type, false))
}

const isLocalRoot = (state: State, qualified: string): boolean =>
  !qualified.startsWith('.') && findLocal(state, qualified.slice(0, qualified.indexOf('.'))) !== undefined

/** `a.b.c` when the selects are no more than a name. */
function qualifiedName({ node }: Expr): string | undefined {
  if (node.kind === 'ident') return node.name
  if (node.kind !== 'select' || node.testOnly) return undefined
  const head = qualifiedName(node.operand)
  return head === undefined ? undefined : `${head}.${node.field}`
}

function checkOptSelect(state: State, expr: Expr, { args, target }: CallNode): void {
  const [operand, field] = args
  if (args.length !== 2 || target) {
    const words = target ? ' member call with' : ''
    const message = `unsupported optional field selection: incorrect signature.${words} argument count: ${args.length}`
    return report(state, expr.id, message)
  }
  const name = field!.node.kind === 'literal' ? field!.node.value : undefined
  if (typeof name !== 'string') return report(state, field!.id, 'unsupported optional field selection')
  const type = fieldType(state, expr, operand!, name, true)
  setType(state, expr, substitute(state.mapping, type, false))
  state.references.set(expr.id, { overloads: ['select_optional_field'] })
}

function fieldType(state: State, expr: Expr, operand: Expr, field: string, optional: boolean): CelType {
  checkExpr(state, operand)
  const operandType = substitute(state.mapping, typeOf(state, operand), false)
  const wrapped = isOptional(operandType)
  const target = wrapped ? operandType.params[0]! : operandType
  let result = ERROR
  if (target.kind === 'map') result = target.params[1]!
  else if (target.kind === 'struct') result = structField(state, expr.id, target.name, field) ?? ERROR
  else if (target.kind === 'param') {
    isAssignable(state, DYN, target)
    result = DYN
  } else {
    if (!isDyn(target) && target.kind !== 'error')
      report(state, expr.id, `type '${formatType(target)}' does not support field selection`)
    result = DYN
  }
  return wrapped || optional ? optionalType(result) : result
}

function checkCall(state: State, expr: Expr, node: CallNode): void {
  if (node.function === '_?._') return checkOptSelect(state, expr, node)
  for (const arg of node.args) checkExpr(state, arg)
  const { functions } = state.environment
  if (!node.target) {
    const name = node.function.startsWith('.') ? node.function.slice(1) : node.function
    const decl = functions.get(name)
    if (!decl) {
      undeclared(state, expr.id, node.function)
      return setType(state, expr, ERROR)
    }
    expr.node = { ...node, function: name }
    return resolveOverload(state, expr, decl, undefined, node.args)
  }
  const prefix = qualifiedName(node.target)
  if (prefix !== undefined) {
    const name = `${prefix.startsWith('.') ? prefix.slice(1) : prefix}.${node.function}`
    const decl = functions.get(name)
    if (decl) {
      expr.node = { ...node, function: name, target: undefined }
      return resolveOverload(state, expr, decl, undefined, node.args)
    }
  }
  checkExpr(state, node.target)
  const decl = functions.get(node.function)
  if (decl) return resolveOverload(state, expr, decl, node.target, node.args)
  setType(state, expr, ERROR)
  undeclared(state, expr.id, node.function)
}

function resolveOverload(
  state: State,
  expr: Expr,
  decl: FunctionDecl,
  target: Expr | undefined,
  args: readonly Expr[],
): void {
  const types = [...(target ? [target] : []), ...args].map((arg) => typeOf(state, arg))
  if (decl.name === '_&&_' || decl.name === '_||_') return checkLogic(state, expr, decl, args, types)
  const ids: string[] = []
  let result: CelType | undefined
  for (const candidate of decl.overloads) {
    if (candidate.member !== (target !== undefined)) continue
    const fresh: Mapping = new Map(candidate.params.map((name) => [name, freeParam(state)]))
    const wanted = candidate.args.map((type) => substitute(fresh, type, false))
    const next = assignAll(state.mapping, types, wanted)
    if (!next) continue
    state.mapping = next
    ids.push(candidate.id)
    const type = substitute(state.mapping, substitute(fresh, candidate.result, false), false)
    if (!result) result = type
    else if (!isDyn(result) && !isExactType(type, result)) result = DYN
  }
  if (!result) {
    const known = types.map((type) => formatType(substitute(state.mapping, type, true)))
    const signature = target ? `${known[0]}.(${known.slice(1).join(', ')})` : `(${known.join(', ')})`
    report(state, expr.id, `found no matching overload for '${decl.name}' applied to '${signature}'`)
    return setType(state, expr, ERROR)
  }
  setType(state, expr, result)
  state.references.set(expr.id, { overloads: ids })
}

function checkLogic(
  state: State,
  expr: Expr,
  decl: FunctionDecl,
  args: readonly Expr[],
  types: readonly CelType[],
): void {
  let valid = true
  for (const [i, type] of types.entries()) {
    if (isAssignable(state, type, BOOL)) continue
    mismatch(state, args[i]!, BOOL, type)
    valid = false
  }
  setType(state, expr, valid ? BOOL : ERROR)
  if (valid) state.references.set(expr.id, { overloads: [decl.overloads[0]!.id] })
}

function checkComprehension(state: State, expr: Expr, node: ComprehensionNode): void {
  checkExpr(state, node.range)
  checkExpr(state, node.start)
  const range = substitute(state.mapping, typeOf(state, node.range), false)
  const accumulated = typeOf(state, node.start)
  const outer = state.locals.length
  state.locals.push([node.accumulator, accumulated])
  const [first, second] = iterated(state, node, range)
  const inner = state.locals.length
  state.locals.push([node.variable, first])
  if (node.variable2) state.locals.push([node.variable2, second])
  checkExpr(state, node.condition)
  assertType(state, node.condition, BOOL)
  checkExpr(state, node.step)
  assertType(state, node.step, accumulated)
  state.locals.length = inner
  checkExpr(state, node.result)
  state.locals.length = outer
  setType(state, expr, substitute(state.mapping, typeOf(state, node.result), false))
}

/** Types of the two variables of an iteration over a type. */
function iterated(state: State, node: ComprehensionNode, range: CelType): [CelType, CelType] {
  const both = node.variable2 !== ''
  switch (range.kind) {
    case 'list':
      return both ? [INT, range.params[0]!] : [range.params[0]!, ERROR]
    case 'map':
      return [range.params[0]!, range.params[1]!]
    case 'dyn':
    case 'error':
    case 'param':
      isAssignable(state, DYN, range)
      return [DYN, DYN]
    default: {
      const message = `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`
      report(state, node.range.id, message)
      return [ERROR, ERROR]
    }
  }
}

function assertType(state: State, expr: Expr, type: CelType): void {
  if (!isAssignable(state, type, typeOf(state, expr))) mismatch(state, expr, type, typeOf(state, expr))
}
