import {
  APPEND_ANSWER_MS_MAX,
  APPEND_GHOST_ATTEMPTS_MAX,
  APPEND_STATEMENT_MS_MAX,
} from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import { isStorable, storable } from '../db/array-literal.ts'
import { sortError, type DatabaseError } from '../db/errors.ts'
import { openConnection, type Database } from '../db/pool.ts'
import type { DatabaseTarget } from '../db/target.ts'
import { Actors } from './actors.ts'
import { appendStatement } from './append-statement.ts'
import { prepare, type AppendContext, type Prepared } from './append-parameters.ts'
import { Digester, type BodyClass } from './bodies.ts'
import type { DataKeys, NewKey } from './data-keys.ts'
import { ROW_VERSION } from './header.ts'
import type { AppendError, Batch, Head } from './log.ts'
import type { LogEvent } from './log-event.ts'
import type { LogId } from './log-id.ts'
import { tableOf } from './read.ts'

/** What an appender works with. */
export interface AppenderOptions {
  readonly id: LogId
  readonly target: DatabaseTarget
  readonly keys: DataKeys
  readonly actors: Actors
  readonly classOf: (event: LogEvent) => BodyClass
}

/** The only insert into the log's tables: one statement, one round trip, one connection of its own. */
export class Appender {
  readonly #options: AppenderOptions
  /** By the groups that have rows; a handful of them occur. */
  readonly #statements = new Map<string, string>()
  readonly #digester = new Digester()
  /** Shown in pg_stat_activity; tells the backends of this appender from all others. */
  readonly #purpose: string
  #hot: Database
  #ghosts = false
  /** Set by a warning that a commit is on no standby although the server was told to wait for one. */
  #unreplicated = false

  constructor(options: AppenderOptions) {
    this.#options = options
    this.#purpose = `append ${Bun.randomUUIDv7().slice(-12)}`
    this.#hot = this.#open()
  }

  /** Appends a whole batch or nothing; durable when it resolves ok. */
  async append(batch: Batch): Promise<Result<Head, AppendError>> {
    const keys = await this.#keysOf(batch).catch((error: unknown) => sortError(error))
    if ('kind' in keys) return err({ kind: 'unavailable', message: keys.message })
    const prepared = this.#prepare(batch, keys)
    try {
      const rows = await this.#send(prepared)
      if (rows[0]?.fenced) return err({ kind: 'fenced' })
    } catch (error) {
      return err(await this.#meaningOf(sortError(error), batch))
    }
    while (this.#unreplicated) {
      const outcome = await this.#awaitReplication()
      if (outcome) return err(outcome)
    }
    this.#options.actors.saved(prepared.actors)
    for (const { uid } of keys.newKeys) this.#options.keys.saved(uid, keys.keys.get(uid)!)
    return ok(prepared.head)
  }

  /**
   * Ends what is left of appends whose answer was lost: until their backend is gone, the head that a
   * reader sees may still move. Rejects while PostgreSQL is away.
   */
  async settle(pool: Database): Promise<void> {
    if (!this.#ghosts) return
    const name = `klio ${this.#purpose}%`
    const ended = () => pool<{ left: number }[]>`
      select count(*)::int as left from (
        select pg_terminate_backend(pid, 1000) from pg_stat_activity where application_name like ${name}
      ) as ended`
    for (let attempt = 0; attempt < APPEND_GHOST_ATTEMPTS_MAX; attempt++) {
      if ((await ended())[0]!.left > 0) continue
      this.#ghosts = false
      return
    }
    throw new Error('a PostgreSQL backend of an unanswered append does not end')
  }

  async close(): Promise<void> {
    await this.#hot.end({ timeout: 1 })
  }

  #open(): Database {
    return openConnection(this.#options.target, {
      purpose: this.#purpose,
      settings: {
        work_mem: '16MB',
        plan_cache_mode: 'force_generic_plan',
        statement_timeout: String(APPEND_STATEMENT_MS_MAX),
      },
      onNotice: (notice) => {
        if (/synchronous replication/.test(notice.message ?? '')) this.#unreplicated = true
      },
    })
  }

  async #keysOf(batch: Batch): Promise<{ keys: Map<string, Buffer>; newKeys: NewKey[] }> {
    const uids = batch.events.filter((event) => event.sensitive).map((event) => event.uid)
    const newKeys: NewKey[] = []
    if (uids.length === 0) return { keys: new Map(), newKeys }
    const keys = await this.#options.keys.read(uids)
    for (const uid of uids) {
      if (keys.has(uid)) continue
      const made = this.#options.keys.make(uid)
      keys.set(uid, made.key)
      newKeys.push(made.row)
    }
    return { keys, newKeys }
  }

  /** One filter for every text: a NUL or half a surrogate pair would fail the whole batch. */
  #prepare(batch: Batch, keys: { keys: Map<string, Buffer>; newKeys: NewKey[] }): Prepared {
    const { id, classOf, actors } = this.#options
    const context: AppendContext = { branch: id.branch, digester: this.#digester, classOf, actors, ...keys }
    const prepared = prepare(batch, context)
    const clean = prepared.parameters.every((one) => typeof one !== 'string' || isStorable(one))
    return clean ? prepared : prepare(cleanBatch(batch), context)
  }

  #statementFor({ groups }: Prepared): string {
    const key = [...groups].join(' ')
    let statement = this.#statements.get(key)
    if (statement === undefined)
      this.#statements.set(key, (statement = appendStatement(this.#options.id, ROW_VERSION, groups)))
    return statement
  }

  async #send(prepared: Prepared): Promise<{ fenced: boolean }[]> {
    const statement = this.#statementFor(prepared)
    const query = this.#hot.unsafe<{ fenced: boolean }[]>(statement, prepared.parameters, { prepare: true })
    let timer: Timer | undefined
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new NoAnswer()), APPEND_ANSWER_MS_MAX)
    })
    try {
      return await Promise.race([query, silence])
    } finally {
      clearTimeout(timer)
    }
  }

  async #meaningOf(error: DatabaseError, batch: Batch): Promise<AppendError> {
    const { message, kind } = error
    switch (kind) {
      case 'conflict': return this.#conflict(error, batch)
      case 'rejected': return { kind, message }
      case 'unavailable': return { kind, message }
      case 'unclear':
        this.#ghosts = true
        this.#abandon()
        return { kind, message }
    }
  }

  /**
   * Which key was taken decides: a revision means another sequencer, a data key another writer of it.
   * The tables are filled in no fixed order, so a stale batch may meet another table's key first.
   */
  async #conflict({ table, code, message }: DatabaseError, { head }: Batch): Promise<AppendError> {
    if (/^keys/.test(table)) return { kind: 'unavailable', message }
    if (code === '23514' && /no partition/.test(message)) return { kind: 'fenced' }
    if (/^(events|bodies)/.test(table) && code === '23505') return { kind: 'fenced' }
    const { id } = this.#options
    try {
      const rows = await this.#hot.unsafe(
        `select from ${tableOf(id, 'events')} where branch = ${id.branch} and revision = $1::bigint`,
        [head.revision + 1])
      return rows.length > 0 ? { kind: 'fenced' } : { kind: 'rejected', message }
    } catch (error) {
      return { kind: 'unavailable', message: sortError(error).message }
    }
  }

  /** A connection whose answer is overdue is not used again. */
  #abandon(): void {
    const former = this.#hot
    this.#hot = this.#open()
    former.end({ timeout: 0 }).catch(() => {})
  }

  /**
   * A synchronous standby went away while the commit waited: PostgreSQL answers with a warning only
   * (reliability 5). A later commit waits for everything before it, so it is the proof.
   */
  async #awaitReplication(): Promise<AppendError | undefined> {
    this.#unreplicated = false
    try {
      await this.#hot`select pg_logical_emit_message(true, 'klio', '')`
      return undefined
    } catch (error) {
      this.#unreplicated = true
      const { kind, message } = sortError(error)
      if (kind !== 'unclear') return undefined
      this.#ghosts = true
      this.#unreplicated = false
      return { kind: 'unclear', message }
    }
  }
}

class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT'
  override readonly message = `PostgreSQL did not answer an append in ${APPEND_ANSWER_MS_MAX} ms`
}

/** Raw texts only: what is kept as JSON has its NULs and lone surrogates escaped already. */
const cleanBatch = (batch: Batch): Batch =>
  ({ head: batch.head, events: batch.events.map(cleanTexts), requests: batch.requests.map(cleanTexts) })

/** The same record with every text storable. */
function cleanTexts<T extends object>(record: T): T {
  const texts = Object.entries(record).map(([name, value]) =>
    [name, typeof value === 'string' ? storable(value) : value])
  return Object.fromEntries(texts) as T
}

