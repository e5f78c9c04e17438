/**
 * Who may lead: one process at a time holds the lock of a log. The lock only chooses; what keeps the
 * log whole is its primary key (design 2). PostgreSQL: postgres-lock.ts. Memory: memory-lock.ts.
 */
export interface LeaderLock {
  /** Waits for the lock; false when the signal aborts first. Names each other holder it waits for. */
  acquire(signal: AbortSignal, waitsFor: (holder: string) => void): Promise<boolean>
  /** Whether the lock was confirmed within LEADER_CONFIRMED_MS_MAX. */
  confirmed(): boolean
  /** Asks now instead of at the next heartbeat; false when the lock is gone. */
  confirm(): Promise<boolean>
  /** Called at most once for each acquired lock, when it is lost (not when it is released). */
  onLost(listener: () => void): void
  release(): Promise<void>
}
