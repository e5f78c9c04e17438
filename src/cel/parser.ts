import { CEL_EXPRESSION_CHARACTERS_MAX } from '../base/limits.ts'
import { call } from './expand-macro.ts'
import { tokensOf, type Token } from './lexer.ts'
import type { Macro } from './macro.ts'
import { parseLiteral } from './parse-literal.ts'
import { enter, fail, idAt, next, nodeAt, optional, peek, reportAt, take, type State } from './parser-state.ts'
import { NOWHERE, type CelError, type SourceText } from './source-text.ts'
import { syntaxErrors } from './syntax-errors.ts'
import type { Expr, MapEntry, StructField } from './syntax.ts'

/** What parsing gives: a tree, the place of each id, and what is wrong. */
export interface Parsed {
  readonly expr: Expr
  /** Offset in characters by id. */
  readonly offsets: ReadonlyMap<number, number>
  readonly errors: readonly CelError[]
}

/** Parses an expression and expands its macros. Source: cel-go parser/parser.go. */
export function parse(source: SourceText, macros: ReadonlyMap<string, Macro>): Parsed {
  if (source.length > CEL_EXPRESSION_CHARACTERS_MAX) {
    const message = `expression code point size exceeds limit: size: ${source.length}, limit ${CEL_EXPRESSION_CHARACTERS_MAX}`
    return { expr: { id: 1, node: { kind: 'error' } }, offsets: new Map(), errors: [{ ...NOWHERE, message }] }
  }
  const { tokens, errors } = tokensOf(source)
  const parser = createParser(source, tokens, macros)
  const expr = parser.start()
  if (!parser.failed() && errors.length === 0) return { expr, offsets: parser.offsets, errors: parser.errors }
  if (parser.tooDeep()) return { expr, offsets: parser.offsets, errors: [...errors, ...parser.errors] }
  // Only a wrong text pays for the words that a generated parser has for it.
  const syntax = parser.failed() ? syntaxErrors(source, tokens, errors) : errors
  return { expr, offsets: parser.offsets, errors: [...syntax, ...parser.errors.slice(0, parser.errorsBefore())] }
}

const RESERVED = new Set([
  'as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let',
  'loop', 'package', 'namespace', 'null', 'return', 'true', 'var', 'void', 'while',
])
const RELATIONS: Readonly<Record<string, string>> = {
  '<': '_<_', '<=': '_<=_', '>=': '_>=_', '>': '_>_', '==': '_==_', '!=': '_!=_', in: '@in',
}
const PRODUCTS: Readonly<Record<string, string>> = { '*': '_*_', '/': '_/_', '%': '_%_' }
const SUMS: Readonly<Record<string, string>> = { '+': '_+_', '-': '_-_' }

interface Parser {
  readonly start: () => Expr
  readonly failed: () => boolean
  /** How many errors were reported before it failed. */
  readonly errorsBefore: () => number
  readonly tooDeep: () => boolean
  readonly offsets: Map<number, number>
  readonly errors: CelError[]
}

function createParser(source: SourceText, tokens: readonly Token[], macros: ReadonlyMap<string, Macro>): Parser {
  const state: State = {
    source, tokens, macros,
    offsets: new Map(), errors: [],
    depth: { expr: 0, relation: 0, calc: 0, member: 0 },
    at: 0, nextId: 1, failed: false, errorsBefore: 0, tooDeep: false,
  }
  const start = (): Expr => {
    const expr = parseExpr(state)
    if (peek(state).kind !== 'end') fail(state)
    return expr
  }
  return {
    start,
    failed: () => state.failed,
    errorsBefore: () => (state.failed ? state.errorsBefore : state.errors.length),
    tooDeep: () => state.tooDeep,
    offsets: state.offsets,
    errors: state.errors,
  }
}

function parseExpr(state: State): Expr {
  if (!enter(state, 'expr')) return fail(state)
  const condition = parseLogic(state, '||', '_||_', parseAnd)
  let result = condition
  if (peek(state).kind === '?') {
    const id = idAt(state, next(state).offset)
    const yes = parseLogic(state, '||', '_||_', parseAnd)
    take(state, ':')
    const no = parseExpr(state)
    result = call(state, id, '_?_:_', undefined, [condition, yes, no])
  }
  state.depth.expr--
  return result
}

const parseAnd = (state: State): Expr => parseLogic(state, '&&', '_&&_', parseRelation)

/** Terms of `||` or `&&`, as a balanced tree. Source: parser/helper.go logicManager. */
function parseLogic(state: State, operator: string, name: string, term: (state: State) => Expr): Expr {
  const first = term(state)
  if (peek(state).kind !== operator) return first
  const terms = [first]
  const ids: number[] = []
  while (peek(state).kind === operator) {
    const { offset } = next(state)
    terms.push(term(state))
    ids.push(idAt(state, offset))
  }
  const balanced = (low: number, high: number): Expr => {
    const middle = Math.floor((low + high + 1) / 2)
    const left = middle === low ? terms[middle]! : balanced(low, middle - 1)
    const right = middle === high ? terms[middle + 1]! : balanced(middle + 1, high)
    return { id: ids[middle]!, node: { kind: 'call', function: name, target: undefined, args: [left, right] } }
  }
  return balanced(0, ids.length - 1)
}

const parseRelation = (state: State): Expr => parseBinary(state, 'relation', RELATIONS, parseSum)
const parseSum = (state: State): Expr => parseBinary(state, 'calc', SUMS, parseProduct)
const parseProduct = (state: State): Expr => parseBinary(state, undefined, PRODUCTS, parseUnary)

/** Operators of one precedence, from left to right. */
function parseBinary(
  state: State,
  rule: 'relation' | 'calc' | undefined,
  operators: Readonly<Record<string, string>>,
  operand: (state: State) => Expr,
): Expr {
  let opened = 1
  if (rule && !enter(state, rule)) return fail(state)
  let left = operand(state)
  for (;;) {
    const token = peek(state)
    const name = Object.hasOwn(operators, token.kind) ? operators[token.kind]! : undefined
    if (name === undefined) break
    opened++
    if (!enter(state, rule ?? 'calc')) return fail(state)
    next(state)
    const id = idAt(state, token.offset)
    if (!enter(state, rule ?? 'calc')) return fail(state)
    const right = operand(state)
    state.depth[rule ?? 'calc']--
    left = call(state, id, name, undefined, [left, right])
  }
  if (rule) state.depth[rule] -= opened
  else state.depth.calc -= opened - 1
  return left
}

function parseUnary(state: State): Expr {
  const first = peek(state)
  const number = ['int', 'float'].includes(peek(state, 1).kind)
  if (first.kind !== '!' && (first.kind !== '-' || number)) return parseMember(state)
  let count = 0
  while (peek(state).kind === first.kind) {
    next(state)
    count++
  }
  if (count % 2 === 0) return parseMember(state)
  const id = idAt(state, first.offset)
  const operand = parseMember(state)
  return call(state, id, first.kind === '!' ? '!_' : '-_', undefined, [operand])
}

function parseMember(state: State): Expr {
  if (!enter(state, 'member')) return fail(state)
  let opened = 1
  let operand = parsePrimary(state)
  while (peek(state).kind === '.' || peek(state).kind === '[') {
    opened++
    if (!enter(state, 'member')) return fail(state)
    operand = next(state).kind === '.' ? parseSelect(state, operand) : parseIndex(state, operand)
  }
  state.depth.member -= opened
  return operand
}

function parseSelect(state: State, operand: Expr): Expr {
  const dot = state.tokens[state.at - 1]!
  const maybe = optional(state, '?')
  const token = next(state)
  if (token.kind !== 'identifier' && token.kind !== 'escaped') return fail(state)
  if (peek(state).kind === '(' && !maybe && token.kind === 'identifier') {
    const id = idAt(state, next(state).offset)
    return call(state, id, token.text, operand, parseArguments(state, ')'))
  }
  const field = nameOf(token)
  if (!maybe) return nodeAt(state, dot, { kind: 'select', operand, field, testOnly: false })
  const name = nodeAt(state, token, { kind: 'literal', value: field })
  return nodeAt(state, dot, { kind: 'call', function: '_?._', target: undefined, args: [operand, name] })
}

const nameOf = (token: Token): string => (token.kind === 'escaped' ? token.text.slice(1, -1) : token.text)

function parseIndex(state: State, operand: Expr): Expr {
  const id = idAt(state, state.tokens[state.at - 1]!.offset)
  const maybe = optional(state, '?')
  const index = parseExpr(state)
  take(state, ']')
  return call(state, id, maybe ? '_[?_]' : '_[_]', undefined, [operand, index])
}

function parseArguments(state: State, close: string): Expr[] {
  const args: Expr[] = []
  if (optional(state, close)) return args
  do args.push(parseExpr(state))
  while (optional(state, ','))
  take(state, close)
  return args
}

function parsePrimary(state: State): Expr {
  const token = peek(state)
  switch (token.kind) {
    case '(': {
      next(state)
      const inner = parseExpr(state)
      take(state, ')')
      return inner
    }
    case '[':
      return parseList(state)
    case '{':
      return parseMap(state)
    case '.':
    case 'identifier':
      return isStruct(state) ? parseStruct(state) : parseName(state)
    default:
      return parseLiteral(state)
  }
}

/** Whether `a.b.C{` stands here. */
function isStruct(state: State): boolean {
  let ahead = peek(state).kind === '.' ? 1 : 0
  while (peek(state, ahead).kind === 'identifier') {
    const after = peek(state, ahead + 1).kind
    if (after === '{') return true
    if (after !== '.') return false
    ahead += 2
  }
  return false
}

function parseName(state: State): Expr {
  const first = peek(state)
  const dot = optional(state, '.') ? '.' : ''
  const token = next(state)
  if (token.kind !== 'identifier') return fail(state)
  const name = dot + token.text
  if (peek(state).kind === '(') {
    const open = next(state)
    if (RESERVED.has(token.text)) {
      parseArguments(state, ')')
      return reportAt(state, first, `reserved identifier: ${token.text}`)
    }
    const id = idAt(state, open.offset)
    return call(state, id, name, undefined, parseArguments(state, ')'))
  }
  if (RESERVED.has(token.text)) return reportAt(state, first, `reserved identifier: ${token.text}`)
  return nodeAt(state, token, { kind: 'ident', name })
}

function parseList(state: State): Expr {
  const id = idAt(state, next(state).offset)
  const elements: Expr[] = []
  const optionals: number[] = []
  eachUntil(state, ']', () => {
    if (optional(state, '?')) optionals.push(elements.length)
    elements.push(parseExpr(state))
  })
  return { id, node: { kind: 'list', elements, optionals } }
}

function parseMap(state: State): Expr {
  const id = idAt(state, next(state).offset)
  const entries: MapEntry[] = []
  eachUntil(state, '}', () => {
    const maybe = optional(state, '?')
    const key = parseExpr(state)
    const colon = take(state, ':')
    const value = parseExpr(state)
    if (colon) entries.push({ id: idAt(state, colon.offset), key, value, optional: maybe })
  })
  return { id, node: { kind: 'map', entries } }
}

function parseStruct(state: State): Expr {
  let type = optional(state, '.') ? '.' : ''
  type += next(state).text
  while (optional(state, '.')) type += `.${next(state).text}`
  const id = idAt(state, next(state).offset)
  const fields: StructField[] = []
  eachUntil(state, '}', () => {
    const maybe = optional(state, '?')
    const token = next(state)
    const named = token.kind === 'identifier' || token.kind === 'escaped'
    const colon = named ? take(state, ':') : undefined
    if (!colon) return void fail(state)
    const fieldId = idAt(state, colon.offset)
    fields.push({ id: fieldId, name: nameOf(token), value: parseExpr(state), optional: maybe })
  })
  return { id, node: { kind: 'struct', type, fields } }
}

/** Items between commas, one of which may stand at the end. */
function eachUntil(state: State, close: string, item: () => void): void {
  // `[,]` is a list too: the comma at the end needs no item before it.
  if (optional(state, ',')) return void take(state, close)
  if (optional(state, close)) return
  for (;;) {
    item()
    if (!optional(state, ',')) break
    if (peek(state).kind === close) break
  }
  take(state, close)
}
