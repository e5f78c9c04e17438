import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import {
  LEADER_CONFIRMED_MS_MAX,
  LOCK_ATTEMPT_MS,
  LOCK_HEARTBEAT_MS,
  LOCK_SESSION_IDLE_MS,
} from '../base/limits.ts'
import { openConnection, type Database } from '../db/pool.ts'
import type { DatabaseTarget } from '../db/target.ts'
import type { LeaderLock } from './leader-lock.ts'
import { channelOf, type LogId } from './log-id.ts'

/**
 * The lock of a log as a session-level advisory lock. The session ends when its process is silent
 * for 3 s (idle_session_timeout): a stopped process loses the lock as a dead one does (measured,
 * design 2). Waiting sessions ask several times a second and thereby stay alive.
 */
export const postgresLock = (target: DatabaseTarget, id: LogId, clock: Clock): LeaderLock =>
  new AdvisoryLock(target, id, clock)

class AdvisoryLock implements LeaderLock {
  readonly #target: DatabaseTarget
  readonly #clock: Clock
  /** 64 bits as PostgreSQL wants them: a signed number in text. */
  readonly #key: string
  #session: Database | undefined
  /** Tells this session from a later one of the same connection pool. */
  #token = ''
  #confirmedMs = -Infinity
  #lost: () => void = () => {}
  #beating = new AbortController()

  constructor(target: DatabaseTarget, id: LogId, clock: Clock) {
    this.#target = target
    this.#clock = clock
    const digest = createHash('sha256').update(`klio leader ${channelOf(id)}`).digest()
    this.#key = String(digest.readBigInt64BE(0))
  }

  async acquire(signal: AbortSignal, waitsFor: (holder: string) => void): Promise<boolean> {
    let named = ''
    while (!signal.aborted) {
      const startedMs = this.#clock.monotonicMs()
      const outcome = await this.#attempt().catch(() => undefined)
      if (outcome?.held) {
        this.#begin(startedMs)
        return true
      }
      if (outcome && outcome.holder !== named) {
        named = outcome.holder
        waitsFor(named)
      }
      if (!outcome) await this.#end()
      await this.#clock.sleep(LOCK_ATTEMPT_MS, signal)
    }
    await this.#end()
    return false
  }

  confirmed(): boolean {
    return this.#clock.monotonicMs() - this.#confirmedMs < LEADER_CONFIRMED_MS_MAX
  }

  async confirm(): Promise<boolean> {
    const session = this.#session
    const token = this.#token
    if (!session || !token) return false
    const startedMs = this.#clock.monotonicMs()
    const rows = await session<{ token: string | null }[]>`select current_setting('klio.lock', true) as token`
      .catch(() => [])
    if (rows[0]?.token !== token || this.#token !== token) return false
    this.#confirmedMs = startedMs
    return true
  }

  onLost(listener: () => void): void {
    this.#lost = listener
  }

  async release(): Promise<void> {
    await this.#end()
  }

  async #attempt(): Promise<{ held: boolean; holder: string }> {
    this.#session ??= openConnection(this.#target, {
      purpose: 'lock',
      settings: { idle_session_timeout: String(LOCK_SESSION_IDLE_MS) },
    })
    const token = Bun.randomUUIDv7()
    const [row] = await this.#session<{ held: boolean }[]>`
      select pg_try_advisory_lock(${this.#key}::bigint) as held, set_config('klio.lock', ${token}, false)`
    if (row!.held) {
      this.#token = token
      return { held: true, holder: '' }
    }
    return { held: false, holder: await this.#holder(this.#session) }
  }

  async #holder(session: Database): Promise<string> {
    const rows = await session<{ pid: number; name: string | null; address: string | null }[]>`
      select a.pid, a.application_name as name, a.client_addr::text as address
      from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1
        and ((l.classid::bigint << 32) | l.objid::bigint) = ${this.#key}::bigint`
    const [holder] = rows
    if (!holder) return 'another klio'
    // "klio lock 4711@host", as pool.ts names it.
    const process = /(\d+)@(.+)$/.exec(holder.name ?? '')
    const who = process ? `klio process ${process[1]} on ${process[2]}` : (holder.name ?? 'another klio')
    return `${who} (PostgreSQL backend ${holder.pid}${holder.address ? ` from ${holder.address}` : ''})`
  }

  #begin(confirmedMs: number): void {
    this.#confirmedMs = confirmedMs
    this.#beating = new AbortController()
    void this.#beat(this.#beating.signal)
  }

  async #beat(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.sleep(LOCK_HEARTBEAT_MS, signal)
      if (signal.aborted) return
      const overdue = new AbortController()
      const silence = this.#clock.sleep(LOCK_SESSION_IDLE_MS, overdue.signal).then(() => false)
      const alive = await Promise.race([this.confirm(), silence])
      overdue.abort()
      if (signal.aborted) return
      if (!alive) {
        await this.#end()
        return this.#lost()
      }
    }
  }

  async #end(): Promise<void> {
    this.#beating.abort()
    this.#confirmedMs = -Infinity
    this.#token = ''
    const session = this.#session
    this.#session = undefined
    await session?.end({ timeout: 0 }).catch(() => {})
  }
}
