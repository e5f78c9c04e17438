import type { LeaderLock } from './leader-lock.ts'

/** One lock that several sequencers of one process compete for: simulations and tests. */
export interface MemoryLockDomain {
  /** A competitor's handle on the lock. */
  lock(holder: string): MemoryLock
  /** Takes the lock away from whoever holds it, as a frozen holder's session would lose it. */
  break(): void
}

/** A handle whose confirmation a test can switch off, as a frozen heartbeat would. */
export interface MemoryLock extends LeaderLock {
  freeze(frozen: boolean): void
}

/** Makes a lock that lives in memory; competitors get it in the order they asked. */
export function memoryLockDomain(): MemoryLockDomain {
  let owner: Handle | undefined
  const waiting: { handle: Handle; take: () => void }[] = []
  const passOn = (): void => {
    const next = waiting.shift()
    owner = next?.handle
    next?.take()
  }
  const lock = (holder: string): MemoryLock => {
    const handle: Handle = { holder, lost: () => {}, frozen: false }
    return {
      acquire: (signal, waitsFor) => acquire(handle, signal, waitsFor),
      confirmed: () => owner === handle && !handle.frozen,
      confirm: async () => owner === handle && !handle.frozen,
      onLost: (listener) => { handle.lost = listener },
      freeze: (frozen) => { handle.frozen = frozen },
      release: async () => {
        if (owner === handle) passOn()
      },
    }
  }
  const acquire = (
    handle: Handle,
    signal: AbortSignal,
    waitsFor: (holder: string) => void,
  ): Promise<boolean> => {
    if (signal.aborted) return Promise.resolve(false)
    if (owner === undefined || owner === handle) {
      owner = handle
      return Promise.resolve(true)
    }
    waitsFor(owner.holder)
    return new Promise((resolve) => {
      const place = { handle, take: () => resolve(true) }
      waiting.push(place)
      signal.addEventListener('abort', () => {
        const at = waiting.indexOf(place)
        if (at >= 0) waiting.splice(at, 1)
        resolve(false)
      }, { once: true })
    })
  }
  return {
    lock,
    break: () => {
      const former = owner
      passOn()
      former?.lost()
    },
  }
}

interface Handle {
  readonly holder: string
  lost: () => void
  frozen: boolean
}
