import { isRawNumber, numberText } from '../meta/raw-number.ts'

/** A place that holds a number which no double can be. */
interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
  readonly exact: unknown
}

/**
 * Runs a kind's policy on an object. Policy compares numbers, and an integer beyond 2^53 is none to
 * JavaScript (meta/raw-number.ts): then the policy runs again on the nearest doubles, and what it left
 * alone is exact again afterwards. Costs nothing while all numbers are small.
 */
export function withLongNumbers<T>(object: object, run: () => T): T {
  try {
    return run()
  } catch (error) {
    const places = error instanceof TypeError ? placesIn(object) : []
    if (places.length === 0) throw error
    for (const { holder, key, exact } of places) holder[key] = Number(numberText(exact))
    try {
      return run()
    } finally {
      for (const { holder, key, exact } of places)
        if (holder[key] === Number(numberText(exact))) holder[key] = exact
    }
  }
}

function placesIn(value: object, found: Place[] = []): Place[] {
  for (const [key, inner] of Object.entries(value)) {
    if (isRawNumber(inner)) found.push({ holder: value as Record<string, unknown>, key, exact: inner })
    else if (typeof inner === 'object' && inner !== null) placesIn(inner, found)
  }
  return found
}
