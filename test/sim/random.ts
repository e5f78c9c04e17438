/** A sequence of chances that one seed decides. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** An integer in [0, below). */
  below(below: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** A sequence of its own, so that more draws here do not move draws there. */
  fork(name: string): Random
}

/** Source: Tommy Ettinger's mulberry32, public domain. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    below: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    fork: (name) => {
      let hash = seed ^ 0x9e3779b9
      for (const char of name) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
      return randomOf(hash)
    },
  }
}
