import type { Grammar, NetworkState } from './syntax-grammar.ts'

/** Calls of rules that are open: where each goes on. The outermost rule has none. */
export interface Frame {
  readonly id: number
  readonly follow: NetworkState
  readonly parent: Frame | undefined
}

/** Among next tokens: the rule may end before any. */
export const EPSILON = 'epsilon'

/** A network at work: what is known of it, and what its use has cost. */
export interface Network {
  readonly grammar: Grammar
  readonly nextTokens: Map<NetworkState, ReadonlySet<string>>
  /** Ways out of decisions that one token tells, whichever calls are open. */
  readonly decided: Map<string, number>
  readonly frames: Map<string, Frame>
  /** Steps of simulation that are left. */
  steps: number
}

/** The one frame of its parent that goes on at a state. */
export function frameOf(network: Network, parent: Frame | undefined, follow: NetworkState): Frame {
  const key = `${parent?.id ?? -1}:${follow.id}`
  let frame = network.frames.get(key)
  if (!frame) {
    frame = { id: network.frames.size, follow, parent }
    network.frames.set(key, frame)
  }
  return frame
}

/** The tokens that may come at a state within its rule. Source: antlr v4 atn.go NextTokens. */
export function nextTokens(network: Network, state: NetworkState): ReadonlySet<string> {
  const known = network.nextTokens.get(state)
  if (known) return known
  const found = new Set<string>()
  collect(state, found, new Set())
  network.nextTokens.set(state, found)
  return found
}

function collect(state: NetworkState, found: Set<string>, seen: Set<NetworkState>): void {
  if (seen.has(state)) return
  seen.add(state)
  if (state.kind === 'stop') found.add(EPSILON)
  for (const edge of state.edges)
    if (edge.tokens) for (const token of edge.tokens) found.add(token)
    // No rule of the grammar is empty: what follows a call is not seen past it.
    else if (edge.follow) collectCalled(edge.to, found)
    else collect(edge.to, found, seen)
}

function collectCalled(start: NetworkState, found: Set<string>): void {
  const inner = new Set<string>()
  collect(start, inner, new Set())
  for (const token of inner) found.add(token)
}

/** Whether a token may come at a state, given the calls that are open. */
export function mayCome(network: Network, state: NetworkState, stack: Frame | undefined, token: string): boolean {
  let at = state
  for (let frame = stack; ; frame = frame.parent) {
    const tokens = nextTokens(network, at)
    if (tokens.has(token)) return true
    if (!tokens.has(EPSILON)) return false
    if (!frame) return token === 'end'
    at = frame.follow
  }
}

/** The tokens that are expected at a state. Source: antlr v4 atn.go getExpectedTokens. */
export function expectedTokens(network: Network, state: NetworkState, stack: Frame | undefined): Set<string> {
  const expected = new Set<string>()
  let following = nextTokens(network, state)
  for (let frame = stack; ; frame = frame.parent) {
    for (const token of following) expected.add(token)
    if (!following.has(EPSILON)) break
    expected.delete(EPSILON)
    if (!frame) {
      expected.add('end')
      break
    }
    following = nextTokens(network, frame.follow)
  }
  return expected
}
