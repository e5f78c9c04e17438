/**
 * A path of names as a Go slice: appending to it may write into what another path shows. Upstream's
 * estimates depend on that (of two variables of a comprehension the first may get the second's path),
 * and estimates decide which rules the API accepts.
 */
export interface CostPath {
  readonly shared: string[]
  readonly length: number
  readonly capacity: number
}

/** A path without names. */
export const NO_PATH: CostPath = { shared: [], length: 0, capacity: 0 }

/** A path of one name. */
export const pathOfName = (name: string): CostPath => ({ shared: [name], length: 1, capacity: 1 })

/** The path with a name behind it, as Go's append makes it. */
export function appendName({ shared, length, capacity }: CostPath, name: string): CostPath {
  if (length < capacity) {
    shared[length] = name
    return { shared, length: length + 1, capacity }
  }
  const grown = capacity === 0 ? 1 : capacity * 2
  return { shared: [...shared.slice(0, length), name], length: length + 1, capacity: grown }
}

/** The names as they are now. */
export const namesOf = ({ shared, length }: CostPath): readonly string[] => shared.slice(0, length)
