import type { Token } from './lexer.ts'
import type { NetworkState } from './syntax-grammar.ts'
import { frameOf, type Frame, type Network } from './syntax-network.ts'

/** A place that the simulation may be at, for one of the ways out of a decision. */
interface Place {
  readonly state: NetworkState
  readonly alternative: number
  readonly stack: Frame | undefined
  /** The rule of the decision has ended before it. */
  readonly outside: boolean
  /** Left by a call that is none of the rule itself. */
  readonly outermost: boolean
}

/** What to decide: at which state and token, with which calls open, in which precedence. */
export interface Decision {
  readonly state: NetworkState
  readonly at: number
  readonly stack: Frame | undefined
  readonly precedence: number
  /** Whether it is to go on with a left recursive rule. */
  readonly recursion: boolean
}

/** The way out of a decision, or the token where there is none left. */
export type Prediction = { readonly alternative: number } | { readonly failedAt: number }

/**
 * Which way a generated parser takes: first without the calls that are open, then with them if that
 * leaves a conflict. Source: antlr v4 parser_atn_simulator.go AdaptivePredict.
 */
export function predict(network: Network, tokens: readonly Token[], decision: Decision): Prediction {
  const { at } = decision
  const alternative = network.decided.get(keyOf(decision, tokens[at]!))
  if (alternative !== undefined) return { alternative }
  const prediction = simulate(network, tokens, decision, false) ?? simulate(network, tokens, decision, true)
  return prediction ?? { failedAt: at }
}

const keyOf = ({ state, precedence }: Decision, token: Token): string => `${state.id} ${precedence} ${token.kind}`

/** The one way that all places are on. */
function onlyWay(places: readonly Place[]): number | undefined {
  const first = places[0]?.alternative
  return places.every(({ alternative }) => alternative === first) ? first : undefined
}

/** The first way that has ended the rule. */
function endedWay(places: readonly Place[]): number | undefined {
  const ended = places.filter(({ state, stack, outside }) => outside || (state.kind === 'stop' && !stack))
  return ended.length > 0 ? Math.min(...ended.map(({ alternative }) => alternative)) : undefined
}

function simulate(
  network: Network,
  tokens: readonly Token[],
  decision: Decision,
  full: boolean,
): Prediction | undefined {
  const stack = full ? decision.stack : undefined
  const seeds = decision.state.edges.map(
    (edge, index): Place => ({ state: edge.to, alternative: index + 1, stack, outside: false, outermost: false }),
  )
  const start = closure(network, seeds, full, decision.precedence)
  let places = decision.recursion && !full ? goingOn(start) : start
  for (let at = decision.at; ; at++) {
    const token = tokens[Math.min(at, tokens.length - 1)]!
    const reached = step(network, places, token.kind, full)
    const only = onlyWay(reached) ?? (reached.length === 0 ? endedWay(places) : undefined)
    if (only !== undefined) {
      if (!full && at === decision.at && network.steps > 0) network.decided.set(keyOf(decision, token), only)
      return { alternative: only }
    }
    if (reached.length === 0) return { failedAt: Math.min(at, tokens.length - 1) }
    const decided = full ? viable(reached) : inConflict(reached) ? 'conflict' : undefined
    if (decided === 'conflict') return undefined
    if (decided !== undefined) return { alternative: decided }
    if (at >= tokens.length + 1 || network.steps <= 0)
      return { alternative: Math.min(...reached.map(({ alternative }) => alternative)) }
    places = reached
  }
}

/** Leaves out the ways that end the rule to go on in a call of the rule by itself, where it may go on at once. */
function goingOn(places: readonly Place[]): Place[] {
  const key = ({ state, stack }: Place): string => `${state.id},${stack?.id}`
  const first = new Set(places.filter(({ alternative }) => alternative === 1).map(key))
  return places.filter((place) => place.alternative === 1 || place.outermost || !first.has(key(place)))
}

function step(network: Network, places: readonly Place[], token: string, full: boolean): Place[] {
  const moved: Place[] = []
  const stopped: Place[] = []
  for (const place of places) {
    if (place.state.kind === 'stop' && (full || token === 'end')) stopped.push(place)
    for (const edge of place.state.edges)
      if (edge.tokens?.has(token)) moved.push({ ...place, state: edge.to })
  }
  const first = moved[0]?.alternative
  const single = stopped.length === 0 && token !== 'end' && moved.every(({ alternative }) => alternative === first)
  const reached = single ? moved : closure(network, moved, full, undefined)
  const kept = token === 'end' ? reached.filter(({ state }) => state.kind === 'stop') : reached
  if (stopped.length > 0 && !(full && kept.some(({ state }) => state.kind === 'stop'))) kept.push(...stopped)
  return kept
}

/** All places that are reached without a token; ways of a lower precedence fall away at the start alone. */
function closure(network: Network, seeds: readonly Place[], full: boolean, precedence: number | undefined): Place[] {
  const found: Place[] = []
  const seen = new Set<string>()
  const open: { place: Place; depth: number }[] = []
  const visit = (place: Place, depth: number): void => {
    const key = `${place.state.id},${place.alternative},${place.stack?.id ?? -1},${place.outside},${place.outermost}`
    if (seen.has(key)) return
    seen.add(key)
    open.push({ place, depth })
  }
  for (const seed of seeds) visit(seed, 0)
  for (let item = open.pop(); item && network.steps > 0; item = open.pop()) {
    network.steps--
    const { place, depth } = item
    const { state, stack } = place
    if (state.kind === 'stop') {
      if (stack) visit({ ...place, state: stack.follow, stack: stack.parent }, depth - 1)
      else if (full) found.push(place)
      else leaveRule(network, place, found, (left) => visit(left, depth - 1))
      continue
    }
    if (state.edges.some(({ tokens }) => tokens)) found.push(place)
    for (const edge of state.edges) {
      if (edge.tokens) continue
      if (edge.precedence !== undefined && precedence !== undefined && depth === 0 && edge.precedence < precedence) continue
      const inner = edge.follow ? frameOf(network, stack, edge.follow) : stack
      visit({ ...place, state: edge.to, stack: inner }, edge.follow && depth >= 0 ? depth + 1 : depth)
    }
  }
  return found
}

/** Goes on wherever the rule could have been called. */
function leaveRule(network: Network, place: Place, found: Place[], visit: (place: Place) => void): void {
  const followers = network.grammar.followers.get(place.state) ?? []
  if (followers.length === 0) found.push(place)
  for (const { state, outermost } of followers)
    visit({ ...place, state, outside: true, outermost: place.outermost || outermost })
}

/** The ways that lead to each state with each set of calls, by what ANTLR merges. */
function conflicts(places: readonly Place[], full: boolean): { sets: Set<number>[]; byState: Map<number, Set<number>> } {
  const stacks = new Map<string, { state: number; alternative: number; ids: Set<number> }>()
  for (const { state, alternative, stack } of places) {
    const key = `${state.id},${alternative}`
    const group = stacks.get(key) ?? { state: state.id, alternative, ids: new Set() }
    group.ids.add(stack?.id ?? -1)
    stacks.set(key, group)
  }
  const sets = new Map<string, Set<number>>()
  const byState = new Map<number, Set<number>>()
  for (const { state, alternative, ids } of stacks.values()) {
    const merged = !full && ids.has(-1) ? '-1' : [...ids].sort((a, b) => a - b).join(' ')
    const key = `${state}:${merged}`
    sets.set(key, (sets.get(key) ?? new Set()).add(alternative))
    byState.set(state, (byState.get(state) ?? new Set()).add(alternative))
  }
  return { sets: [...sets.values()], byState }
}

function inConflict(places: readonly Place[]): boolean {
  if (places.every(({ state }) => state.kind === 'stop')) return true
  const { sets, byState } = conflicts(places, false)
  return sets.some(({ size }) => size > 1) && ![...byState.values()].some(({ size }) => size === 1)
}

/** The one way that is left if every set of them agrees on its least. */
function viable(places: readonly Place[]): number | undefined {
  const least = new Set(conflicts(places, true).sets.map((set) => Math.min(...set)))
  return least.size === 1 ? [...least][0] : undefined
}
