/** Delays of retries: `baseMs` doubled per failure up to `maxMs`, both in milliseconds. */
export interface BackoffPolicy {
  readonly baseMs: number
  readonly maxMs: number
}

/** The delay before retry number `failures` (0 is the first), in milliseconds. */
export function backoffMs(policy: BackoffPolicy, failures: number): number {
  const doubled = policy.baseMs * 2 ** Math.max(0, failures)
  return Math.min(doubled, policy.maxMs)
}

/** Counts failures per key, so that each key backs off on its own. */
export interface KeyBackoff {
  /** Counts one more failure and gives the delay before the next try, in milliseconds. */
  next(key: string, policy: BackoffPolicy): number
  failures(key: string): number
  /** Called on success: the key starts over, and no memory of it stays. */
  forget(key: string): void
}

/** Source: client-go util/workqueue ItemExponentialFailureRateLimiter. */
export function keyBackoff(): KeyBackoff {
  const failures = new Map<string, number>()
  return {
    next(key, policy) {
      const before = failures.get(key) ?? 0
      failures.set(key, before + 1)
      return backoffMs(policy, before)
    },
    failures: (key) => failures.get(key) ?? 0,
    forget: (key) => void failures.delete(key),
  }
}
