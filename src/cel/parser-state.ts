import { CEL_NESTING_MAX } from '../base/limits.ts'
import type { Token } from './lexer.ts'
import type { Macro } from './macro.ts'
import { NOWHERE, placeAt, type CelError, type SourceText } from './source-text.ts'
import type { Expr, ExprNode } from './syntax.ts'

/** Where a parser stands, and what it makes nodes with. */
export interface State {
  readonly source: SourceText
  readonly tokens: readonly Token[]
  readonly macros: ReadonlyMap<string, Macro>
  readonly offsets: Map<number, number>
  readonly errors: CelError[]
  /** Contexts of each rule that are open, as ANTLR counts them: left recursion opens one a turn. */
  readonly depth: { expr: number; relation: number; calc: number; member: number }
  at: number
  nextId: number
  failed: boolean
  errorsBefore: number
  tooDeep: boolean
}

/** The token ahead. */
export const peek = (state: State, ahead = 0): Token =>
  state.tokens[Math.min(state.at + ahead, state.tokens.length - 1)]!

/** Takes the token ahead; the end stays. */
export const next = (state: State): Token => {
  const token = peek(state)
  if (state.at < state.tokens.length - 1) state.at++
  return token
}

/** Gives up: the parser sees nothing but the end from here on. */
export function fail(state: State): Expr {
  if (!state.failed) state.errorsBefore = state.errors.length
  state.failed = true
  state.at = state.tokens.length - 1
  return { id: 0, node: { kind: 'error' } }
}

/** Takes a token of a kind, or gives up. */
export function take(state: State, kind: string): Token | undefined {
  if (peek(state).kind === kind) return next(state)
  fail(state)
  return undefined
}

/** Takes a token of a kind if it is there. */
export const optional = (state: State, kind: string): boolean => {
  if (peek(state).kind !== kind) return false
  next(state)
  return true
}

/** A new id for what stands at an offset. */
export function idAt(state: State, offset: number): number {
  const id = state.nextId++
  state.offsets.set(id, offset)
  return id
}

/** A node that stands at a token. */
export const nodeAt = (state: State, token: Token, node: ExprNode): Expr => ({ id: idAt(state, token.offset), node })

/** Opens a context of a rule; false when there are too many. */
export function enter(state: State, rule: keyof State['depth']): boolean {
  if (++state.depth[rule] <= CEL_NESTING_MAX) return true
  if (!state.tooDeep)
    state.errors.push({ ...NOWHERE, message: `expression recursion limit exceeded: ${CEL_NESTING_MAX}` })
  state.tooDeep = true
  fail(state)
  return false
}

/** Reports an error at a token; the node stands for what is wrong. */
export function reportAt(state: State, token: Token, message: string): Expr {
  const id = idAt(state, token.offset)
  state.errors.push({ ...placeAt(state.source, token.offset), message })
  return { id, node: { kind: 'error' } }
}
