/** What a state of the network is, as far as recovery from errors tells them apart. */
export type NetworkStateKind = 'plain' | 'block' | 'loop-entry' | 'loop-back' | 'stop'

/** A way out of a state: by a token of a set, into a rule (and on to `follow`), or by nothing. */
export interface Edge {
  readonly to: NetworkState
  readonly tokens?: ReadonlySet<string>
  readonly follow?: NetworkState
  /** The least precedence that the way is for. */
  readonly precedence?: number
}

/** A state of the network of a grammar. */
export interface NetworkState {
  readonly id: number
  readonly kind: NetworkStateKind
  readonly edges: Edge[]
}

interface Shape<Kind extends string> {
  readonly kind: Kind
  readonly start: NetworkState
  readonly end: NetworkState
}

type Lookahead = 'one' | 'all' | 'recursion'

/**
 * A piece of a rule with its states. `lookahead` 'one' stands where the generated parser looks at the
 * next token alone; 'all' where it simulates the network over as many tokens as it takes, 'recursion'
 * where it does so to go on with a left recursive rule.
 */
export type Piece =
  | (Shape<'token'> & { readonly tokens: ReadonlySet<string> })
  | (Shape<'call'> & { readonly rule: string; readonly precedence: number })
  | (Shape<'sequence'> & { readonly pieces: readonly Piece[] })
  | (Shape<'choice'> & { readonly choices: readonly Piece[]; readonly lookahead: 'one' | 'all' })
  | (Shape<'optional'> & { readonly body: Piece })
  | (Shape<'star'> & { readonly body: Piece; readonly back: NetworkState; readonly lookahead: Lookahead })
  | (Shape<'plus'> & { readonly body: Piece; readonly back: NetworkState; readonly lookahead: Lookahead })

/** A grammar as a network of states. */
export interface Grammar {
  readonly rules: ReadonlyMap<string, { readonly piece: Piece; readonly stop: NetworkState }>
  /** Where a rule goes on after it was called, by its stop state, for every call of it. */
  readonly followers: ReadonlyMap<NetworkState, readonly Follower[]>
}

/** Where a rule goes on after a call; `outermost` when the call is none of the rule itself. */
export interface Follower {
  readonly state: NetworkState
  readonly outermost: boolean
}

interface Builder {
  readonly state: (kind?: NetworkStateKind) => NetworkState
  readonly calls: {
    readonly rule: string
    readonly precedence: number
    readonly from: NetworkState
    readonly follow: NetworkState
  }[]
}
type Make = (builder: Builder) => Piece

const join = (from: NetworkState, to: NetworkState, precedence?: number): void => {
  from.edges.push(precedence === undefined ? { to } : { to, precedence })
}

const token = (...kinds: string[]): Make => (builder) => {
  const start = builder.state()
  const end = builder.state()
  const tokens = new Set(kinds)
  start.edges.push({ to: end, tokens })
  return { kind: 'token', start, end, tokens }
}

const call = (rule: string, precedence = 0): Make => (builder) => {
  const start = builder.state()
  const end = builder.state()
  builder.calls.push({ rule, precedence, from: start, follow: end })
  return { kind: 'call', start, end, rule, precedence }
}

const sequence = (...makes: Make[]): Make => (builder) => {
  const pieces = makes.map((make) => make(builder))
  for (const [index, piece] of pieces.entries()) if (index > 0) join(pieces[index - 1]!.end, piece.start)
  return { kind: 'sequence', start: pieces[0]!.start, end: pieces.at(-1)!.end, pieces }
}

const choice = (lookahead: 'one' | 'all', ...makes: Make[]): Make => (builder) => {
  const start = builder.state('block')
  const end = builder.state()
  const choices = makes.map((make) => make(builder))
  for (const piece of choices) {
    join(start, piece.start)
    join(piece.end, end)
  }
  return { kind: 'choice', start, end, choices, lookahead }
}

const optional = (make: Make): Make => (builder) => {
  const start = builder.state('block')
  const end = builder.state()
  const body = make(builder)
  join(start, body.start)
  join(body.end, end)
  join(start, end)
  return { kind: 'optional', start, end, body }
}

const star = (lookahead: Lookahead, make: Make): Make => (builder) => {
  const start = builder.state('loop-entry')
  const back = builder.state('loop-back')
  const end = builder.state()
  const body = make(builder)
  join(start, body.start)
  join(start, end)
  join(body.end, back)
  join(back, start)
  return { kind: 'star', start, end, body, back, lookahead }
}

const plus = (lookahead: 'one' | 'all', make: Make): Make => (builder) => {
  const start = builder.state('block')
  const back = builder.state('loop-back')
  const end = builder.state()
  const body = make(builder)
  join(start, body.start)
  join(body.end, back)
  join(back, start)
  join(back, end)
  return { kind: 'plus', start, end, body, back, lookahead }
}

/** A way of a left recursive rule that is for a precedence. */
const above = (precedence: number, make: Make): Make => (builder) => {
  const start = builder.state()
  const body = make(builder)
  join(start, body.start, precedence)
  return { kind: 'sequence', start, end: body.end, pieces: [body] }
}

const list = (lookahead: 'one' | 'all', ...item: Make[]): Make =>
  sequence(...item, star(lookahead, sequence(token(','), ...item)))
const dot = optional(token('.'))
const comma = optional(token(','))
const name = token('identifier')

/** The rules of CEL.g4, its left recursion resolved as ANTLR resolves it. */
const RULES: Readonly<Record<string, Make>> = {
  start: sequence(call('expr'), token('end')),
  expr: sequence(call('or'), optional(sequence(token('?'), call('or'), token(':'), call('expr')))),
  or: sequence(call('and'), star('one', sequence(token('||'), call('and')))),
  and: sequence(call('relation'), star('one', sequence(token('&&'), call('relation')))),
  relation: sequence(
    call('calc'),
    star('recursion', above(1, sequence(token('<', '<=', '>=', '>', '==', '!=', 'in'), call('relation', 2)))),
  ),
  calc: sequence(
    call('unary'),
    star('recursion', choice(
      'all',
      above(2, sequence(token('*', '/', '%'), call('calc', 3))),
      above(1, sequence(token('+', '-'), call('calc', 2))),
    )),
  ),
  unary: choice(
    'all',
    call('member'),
    sequence(plus('one', token('!')), call('member')),
    sequence(plus('all', token('-')), call('member')),
  ),
  member: sequence(
    call('primary'),
    star('recursion', choice(
      'all',
      above(3, sequence(token('.'), optional(token('?')), call('escapeIdent'))),
      above(2, sequence(token('.'), name, token('('), optional(call('exprList')), token(')'))),
      above(1, sequence(token('['), optional(token('?')), call('expr'), token(']'))),
    )),
  ),
  primary: choice(
    'all',
    sequence(dot, name),
    sequence(dot, name, token('('), optional(call('exprList')), token(')')),
    sequence(token('('), call('expr'), token(')')),
    sequence(token('['), optional(call('listInit')), comma, token(']')),
    sequence(token('{'), optional(call('mapInit')), comma, token('}')),
    sequence(
      dot, name, star('one', sequence(token('.'), name)),
      token('{'), optional(call('fieldInit')), comma, token('}'),
    ),
    call('literal'),
  ),
  exprList: list('one', call('expr')),
  listInit: list('all', call('optExpr')),
  fieldInit: list('all', call('optField'), token(':'), call('expr')),
  optField: sequence(optional(token('?')), call('escapeIdent')),
  mapInit: list('all', call('optExpr'), token(':'), call('expr')),
  escapeIdent: choice('one', name, token('escaped')),
  optExpr: sequence(optional(token('?')), call('expr')),
  literal: choice(
    'all',
    sequence(optional(token('-')), token('int')),
    token('uint'),
    sequence(optional(token('-')), token('float')),
    token('string'),
    token('bytes'),
    token('true'),
    token('false'),
    token('null'),
  ),
}

/** Calls that go on at the same place are to be the same: what only leads on is left out. */
function pastNothing(state: NetworkState): NetworkState {
  const [edge, other] = state.edges
  const leadsOn = state.kind === 'plain' && edge && !other && !edge.tokens && !edge.follow && edge.precedence === undefined
  return leadsOn && edge.to.kind === 'plain' ? pastNothing(edge.to) : state
}

/** The network of the grammar of CEL. */
export function celGrammar(): Grammar {
  let states = 0
  const builder: Builder = { state: (kind = 'plain') => ({ id: states++, kind, edges: [] }), calls: [] }
  const rules = new Map(
    Object.entries(RULES).map(([rule, make]) => {
      const piece = make(builder)
      const stop = builder.state('stop')
      join(piece.end, stop)
      return [rule, { piece, stop }] as const
    }),
  )
  const followers = new Map<NetworkState, Follower[]>()
  for (const { rule, precedence, from, follow: end } of builder.calls) {
    const { piece, stop } = rules.get(rule)!
    const follow = pastNothing(end)
    from.edges.push({ to: piece.start, follow })
    followers.set(stop, [...(followers.get(stop) ?? []), { state: follow, outermost: precedence === 0 }])
  }
  return { rules, followers }
}
