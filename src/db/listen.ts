import type { Clock } from '../base/clock.ts'
import { LISTEN_HEARTBEAT_MS, LISTEN_HEARTBEATS_MISSED_MAX } from '../base/limits.ts'
import { openConnection, type Database } from './pool.ts'
import type { DatabaseTarget } from './target.ts'

/** What a listener is told. */
export interface ListenHandlers {
  /** A notification's payload. It is a hint: some are lost, none is ordered with reads. */
  readonly onHint: (payload: string) => void
  /** The connection was made, or made again: whatever was sent meanwhile is lost, so read now. */
  readonly onConnected: () => void
}

/** Payloads that are this module's own heartbeats. */
const HEARTBEAT = 'heartbeat '

/**
 * Listens on a channel until the signal aborts. The connection sends itself a heartbeat each second;
 * when two do not come back it is given up and made again, because a frozen backend is silent
 * without an error (measured for 25 s, reliability 5).
 */
export async function listen(
  target: DatabaseTarget,
  channel: string,
  handlers: ListenHandlers,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const db = openConnection(target, { purpose: 'listen' })
    const sender = openConnection(target, { purpose: 'heartbeat' })
    try {
      await follow(db, sender, channel, handlers, clock, signal)
    } catch {
      // The server is away: the next round finds out whether it is back.
    } finally {
      await Promise.all([end(db), end(sender)])
    }
    await clock.sleep(LISTEN_HEARTBEAT_MS / 4, signal)
  }
}

/** One connection's life; returns when its heartbeats stop. */
async function follow(
  db: Database,
  sender: Database,
  channel: string,
  { onHint, onConnected }: ListenHandlers,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const own = `${HEARTBEAT}${Bun.randomUUIDv7()}`
  let missed = 0
  await db.listen(channel, (payload) => {
    if (payload === own) missed = 0
    else if (!payload.startsWith(HEARTBEAT)) onHint(payload)
  }, onConnected)
  while (!signal.aborted && missed < LISTEN_HEARTBEATS_MISSED_MAX) {
    missed++
    await sender`select pg_notify(${channel}, ${own})`
    await clock.sleep(LISTEN_HEARTBEAT_MS, signal)
  }
}

async function end(db: Database): Promise<void> {
  await db.end({ timeout: 0 }).catch(() => {})
}
