import {
  CEL_NESTING_MAX, CEL_RECOVERIES_MAX, CEL_RECOVERY_TOKENS_MAX, CEL_SYNTAX_ERRORS_MAX, CEL_SYNTAX_STEPS_MAX,
} from '../base/limits.ts'
import type { Token } from './lexer.ts'
import { NOWHERE, placeAt, type CelError, type SourceText } from './source-text.ts'
import { celGrammar, type NetworkState, type Piece } from './syntax-grammar.ts'
import { EPSILON, expectedTokens, frameOf, mayCome, nextTokens, type Frame, type Network } from './syntax-network.ts'
import { predict } from './syntax-predict.ts'

const GRAMMAR = celGrammar()
/** What is found of the grammar once; as much as it has states and tokens. */
const FOUND: Pick<Network, 'nextTokens' | 'decided'> = { nextTokens: new Map(), decided: new Map() }

/** What a rule fails with: a token that it has no place for. */
interface Failure {
  readonly token: Token
  readonly message: string
}

/** A generated parser at work, as far as its errors need it. */
interface Machine {
  readonly network: Network
  readonly source: SourceText
  readonly tokens: readonly Token[]
  readonly errors: CelError[]
  readonly depth: Map<string, number>
  at: number
  state: NetworkState
  stack: Frame | undefined
  precedence: number
  failure: Failure | undefined
  recovering: boolean
  recoveries: number
  lastErrorAt: number
  lastErrorStates: Set<NetworkState>
  halted: boolean
}

/**
 * What is wrong with tokens that are no expression, in the words of the parser that ANTLR generates
 * for CEL, after the errors of its tokens: its rules are followed with its recovery from errors.
 * Source: antlr v4 error_strategy.go, cel-go parser/parser.go.
 */
export function syntaxErrors(
  source: SourceText,
  tokens: readonly Token[],
  earlier: readonly CelError[],
): CelError[] {
  const network: Network = { ...FOUND, grammar: GRAMMAR, frames: new Map(), steps: CEL_SYNTAX_STEPS_MAX }
  const machine: Machine = {
    network, source, tokens, errors: earlier.slice(0, CEL_SYNTAX_ERRORS_MAX), depth: new Map(), at: 0,
    state: GRAMMAR.rules.get('start')!.piece.start, stack: undefined, precedence: 0, failure: undefined,
    recovering: false, recoveries: 0, lastErrorAt: -1, lastErrorStates: new Set(), halted: false,
  }
  if (earlier.length <= CEL_SYNTAX_ERRORS_MAX) follow(machine, 'start', 0)
  else machine.errors.push({ ...earlier[CEL_SYNTAX_ERRORS_MAX]!, message: `Syntax error: ${TOO_MANY}` })
  // Too long to be followed to what is wrong, which is after all that was.
  if (machine.errors.length === 0) report(machine, ahead(machine), `mismatched input ${quoted(ahead(machine).text)}`)
  return machine.errors
}

const ahead = (machine: Machine, count = 0): Token =>
  machine.tokens[Math.min(machine.at + count, machine.tokens.length - 1)]!

const consume = (machine: Machine): void => {
  if (machine.at < machine.tokens.length - 1) machine.at++
}

/** Follows a rule to its end; what it fails with is reported and skipped. */
function follow(machine: Machine, rule: string, precedence: number): void {
  const depth = (machine.depth.get(rule) ?? 0) + 1
  if (depth > CEL_NESTING_MAX) halt(machine, `expression recursion limit exceeded: ${CEL_NESTING_MAX}`)
  if (machine.halted) return
  machine.depth.set(rule, depth)
  const outer = machine.precedence
  machine.precedence = precedence
  run(machine, machine.network.grammar.rules.get(rule)!.piece)
  if (machine.failure && !machine.halted) {
    const { failure } = machine
    if (!machine.recovering) {
      machine.recovering = true
      report(machine, failure.token, failure.message)
    }
    // A field that is selected has no name then; one that is set goes unnamed.
    if (rule === 'escapeIdent' && !machine.depth.get('optField'))
      machine.errors.push({ ...placeAt(machine.source, failure.token.offset), message: 'unsupported ident kind' })
    recover(machine)
  }
  machine.failure = undefined
  machine.precedence = outer
  machine.depth.set(rule, depth - 1)
}

/** Follows a piece of a rule; false when the rule has failed. */
function run(machine: Machine, piece: Piece): boolean {
  if (machine.halted) return false
  machine.state = piece.start
  if (piece.kind === 'token') return match(machine, piece.tokens)
  if (piece.kind === 'call') {
    const { stack } = machine
    machine.stack = frameOf(machine.network, stack, piece.start.edges[0]!.follow ?? piece.end)
    follow(machine, piece.rule, piece.precedence)
    machine.stack = stack
    return !machine.halted
  }
  if (piece.kind === 'sequence') return piece.pieces.every((part) => run(machine, part))
  if (!synchronize(machine)) return false
  if (piece.kind === 'optional') return !begins(machine, piece.body) || run(machine, piece.body)
  if (piece.kind === 'choice') {
    const way = piece.lookahead === 'all'
      ? choose(machine, piece.start, false)
      : piece.choices.findIndex((choice) => begins(machine, choice)) + 1
    if (way === 0) return machine.failure ? false : fail(machine, noAlternative(machine, machine.at))
    return run(machine, piece.choices[way - 1]!)
  }
  return loop(machine, piece)
}

function loop(machine: Machine, piece: Extract<Piece, { kind: 'star' | 'plus' }>): boolean {
  const decision = piece.kind === 'star' ? piece.start : piece.back
  const goesOn = (): boolean =>
    piece.lookahead === 'one'
      ? begins(machine, piece.body)
      : choose(machine, decision, piece.lookahead === 'recursion') === 1
  for (let again = piece.kind === 'plus' || goesOn(); again; again = goesOn()) {
    if (!run(machine, piece.body)) return false
    machine.state = piece.back
    if (!synchronize(machine)) return false
  }
  return !machine.failure && !machine.halted
}

const begins = (machine: Machine, piece: Piece): boolean =>
  nextTokens(machine.network, piece.start).has(ahead(machine).kind)

function choose(machine: Machine, state: NetworkState, recursion: boolean): number {
  const { at, stack, precedence, network, tokens } = machine
  const prediction = predict(network, tokens, { state, at, stack, precedence, recursion })
  if (network.steps <= 0) machine.halted = true
  if ('alternative' in prediction) return prediction.alternative
  fail(machine, noAlternative(machine, prediction.failedAt))
  return 0
}

function fail(machine: Machine, failure: Failure): false {
  machine.failure = failure
  return false
}

const noAlternative = (machine: Machine, at: number): Failure => {
  const start = ahead(machine)
  const token = machine.tokens[at]!
  const input = start.kind === 'end' ? start.text : textBetween(machine, machine.at, at)
  return { token, message: `no viable alternative at input ${quoted(input)}` }
}

const mismatch = (machine: Machine): Failure => ({
  token: ahead(machine),
  message: `mismatched input ${quoted(ahead(machine).text)} expecting ${expected(machine)}`,
})

/** Tokens and what is between them, which leaves out what is no token. */
function textBetween(machine: Machine, from: number, to: number): string {
  const characters = [...machine.source.text]
  let text = ''
  for (let index = from; index <= to; index++) {
    const token = machine.tokens[index]!
    if (token.kind !== 'end') text += token.text
    const end = token.offset + [...token.text].length
    if (index < to)
      text += (characters.slice(end, machine.tokens[index + 1]!.offset).join('').match(HIDDEN) ?? []).join('')
  }
  return text
}

const HIDDEN = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/g

const quoted = (text: string): string =>
  `'${text.replaceAll('\t', String.raw`\t`).replaceAll('\n', String.raw`\n`).replaceAll('\r', String.raw`\r`)}'`

/** Kinds of tokens in the order of their types, with the names that messages give them. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['end', '<EOF>'],
  ...[
    '==', '!=', 'in', '<', '<=', '>=', '>', '&&', '||', '[', ']', '{', '}', '(', ')', '.', ',', '-', '!', '?', ':',
    '+', '*', '/', '%', 'true', 'false', 'null',
  ].map((kind) => [kind, `'${kind}'`] as const),
  ['float', 'NUM_FLOAT'],
  ['int', 'NUM_INT'],
  ['uint', 'NUM_UINT'],
  ['string', 'STRING'],
  ['bytes', 'BYTES'],
  ['identifier', 'IDENTIFIER'],
  ['escaped', 'ESC_IDENTIFIER'],
])

function expected(machine: Machine): string {
  const tokens = expectedTokens(machine.network, machine.state, machine.stack)
  const names = [...NAMES].filter(([kind]) => tokens.has(kind)).map(([, name]) => name)
  return names.length > 1 ? `{${names.join(', ')}}` : (names[0] ?? '{}')
}

const TOO_MANY = `More than ${CEL_SYNTAX_ERRORS_MAX} syntax errors`
const RESERVED = /no viable alternative at input '.(true|false|null)'/g

function report(machine: Machine, token: Token, message: string): void {
  // An empty text has no place at all.
  const place = machine.source.length === 0 ? { line: 1, column: -1 } : placeAt(machine.source, token.offset)
  const full = machine.errors.length >= CEL_SYNTAX_ERRORS_MAX
  const words = full ? TOO_MANY : message
  machine.errors.push({
    ...place,
    message: `Syntax error: ${words.replaceAll(RESERVED, "mismatched input '$1' expecting IDENTIFIER")}`,
  })
  if (full) machine.halted = true
}

function halt(machine: Machine, message: string): void {
  if (!machine.halted) machine.errors.push({ ...NOWHERE, message })
  machine.halted = true
}

function matched(machine: Machine): void {
  machine.recovering = false
  machine.lastErrorStates = new Set()
  machine.lastErrorAt = -1
}

function match(machine: Machine, tokens: ReadonlySet<string>): boolean {
  if (tokens.has(ahead(machine).kind)) {
    matched(machine)
    consume(machine)
    return true
  }
  if (!attempt(machine)) return false
  if (deleteToken(machine)) {
    consume(machine)
    return true
  }
  const after = machine.state.edges[0]!.to
  if (!mayCome(machine.network, after, machine.stack, ahead(machine).kind)) return fail(machine, mismatch(machine))
  if (!machine.recovering) {
    machine.recovering = true
    report(machine, ahead(machine), `missing ${expected(machine)} at ${quoted(ahead(machine).text)}`)
  }
  return !machine.halted
}

/** Counts a recovery; false when there were too many. */
function attempt(machine: Machine): boolean {
  if (machine.recoveries++ < CEL_RECOVERIES_MAX) return true
  report(machine, ahead(machine), `error recovery attempt limit exceeded: ${CEL_RECOVERIES_MAX}`)
  machine.halted = true
  return false
}

/** Leaves out the token ahead if the one after it is expected. */
function deleteToken(machine: Machine): boolean {
  const tokens = expectedTokens(machine.network, machine.state, machine.stack)
  if (!tokens.has(ahead(machine, 1).kind)) return false
  reportUnwanted(machine)
  consume(machine)
  matched(machine)
  return true
}

function reportUnwanted(machine: Machine): void {
  if (machine.recovering) return
  machine.recovering = true
  report(machine, ahead(machine), `extraneous input ${quoted(ahead(machine).text)} expecting ${expected(machine)}`)
}

/** Looks at the token ahead before a decision; false when the rule has failed. */
function synchronize(machine: Machine): boolean {
  if (machine.halted) return false
  if (machine.recovering) return true
  const { network, state } = machine
  const tokens = nextTokens(network, state)
  if (tokens.has(EPSILON) || tokens.has(ahead(machine).kind)) return true
  if (state.kind === 'block' || state.kind === 'loop-entry')
    return deleteToken(machine) ? !machine.halted : fail(machine, mismatch(machine))
  reportUnwanted(machine)
  const until = expectedTokens(network, state, machine.stack)
  for (const token of recoverySet(machine)) until.add(token)
  return skipTo(machine, until, Infinity)
}

/** The tokens that follow any of the calls that are open. */
function recoverySet(machine: Machine): Set<string> {
  const tokens = new Set<string>()
  for (let frame = machine.stack; frame; frame = frame.parent)
    for (const token of nextTokens(machine.network, frame.follow)) tokens.add(token)
  tokens.delete(EPSILON)
  return tokens
}

/** Skips tokens until one of a set. */
function skipTo(machine: Machine, tokens: ReadonlySet<string>, max: number): boolean {
  for (let skipped = 0; ahead(machine).kind !== 'end' && !tokens.has(ahead(machine).kind); skipped++) {
    if (skipped >= max) {
      halt(machine, `error recovery token lookahead limit exceeded: ${CEL_RECOVERY_TOKENS_MAX}`)
      return false
    }
    consume(machine)
  }
  return !machine.halted
}

function recover(machine: Machine): void {
  if (!attempt(machine)) return
  let max = CEL_RECOVERY_TOKENS_MAX
  if (machine.lastErrorAt === machine.at && machine.lastErrorStates.has(machine.state)) {
    consume(machine)
    max--
  }
  machine.lastErrorAt = machine.at
  machine.lastErrorStates.add(machine.state)
  skipTo(machine, recoverySet(machine), max)
}
