import type { Clock } from '../base/clock.ts'
import { NOTE_FLUSH_MS, NOTE_ROWS_MAX } from '../base/limits.ts'
import { plainArray, storable, textArray } from '../db/array-literal.ts'
import type { Database } from '../db/pool.ts'
import { Actors, type Actor } from './actors.ts'
import { ACTOR_COLUMNS, instant } from './append-statement.ts'
import type { RequestRecord } from './log-event.ts'
import type { LogId } from './log-id.ts'
import { tableOf } from './read.ts'

/** Reads of one actor, verb, resource, namespace and code within one second. */
export interface ReadNote {
  /** Seconds since the epoch. */
  readonly second: number
  readonly request: RequestRecord
  count: number
}

/** Refusals of one address and code within one minute, before anybody was authenticated. */
export interface RefusalNote {
  readonly minute: number
  readonly address: string
  readonly code: number
  count: number
}

/** Folds requests into notes. */
export function coalesce(requests: readonly RequestRecord[]): ReadNote[] {
  const notes = new Map<string, ReadNote>()
  for (const request of requests) addNote(notes, request, Infinity)
  return [...notes.values()]
}

function addNote(notes: Map<string, ReadNote>, request: RequestRecord, limit: number): boolean {
  const second = Math.floor(request.time / 1_000_000)
  const { user, impersonator = '', agent, address, verb, resource, namespace, code } = request
  const key = [second, user, impersonator, agent, address, verb, resource, namespace, code].join('\0')
  const note = notes.get(key)
  if (note) note.count++
  else if (notes.size >= limit) return false
  else notes.set(key, { second, request, count: 1 })
  return true
}

/** What writes notes: a log's table, or a test. */
export interface NoteSink {
  reads(notes: readonly ReadNote[]): Promise<void>
  refusals(notes: readonly RefusalNote[]): Promise<void>
}

/** The tables of a log as a sink. */
export const noteSink = (db: Database, id: LogId, actors: Actors): NoteSink => ({
  reads: (notes) => writeNotes(db, id, actors, notes),
  refusals: (notes) => writeRefusals(db, id, notes),
})

/**
 * Writes notes behind the answers: bounded buffers, at most one row a second for what repeats. What
 * finds no room is counted in `dropped`; losing a note never holds up or fails a request.
 */
export class RequestNotes {
  readonly #sink: NoteSink
  readonly #clock: Clock
  readonly #stop = new AbortController()
  #reads = new Map<string, ReadNote>()
  #refusals = new Map<string, RefusalNote>()
  #dropped = 0
  #running: Promise<void> | undefined

  constructor(sink: NoteSink, clock: Clock) {
    this.#sink = sink
    this.#clock = clock
  }

  /** Notes that found no room, or whose write failed. */
  get dropped(): number {
    return this.#dropped
  }

  /** A request that changed nothing and needs no durability. */
  read(request: RequestRecord): void {
    if (!addNote(this.#reads, request, NOTE_ROWS_MAX)) this.#dropped++
  }

  /** A request refused before authentication, or shed. */
  refused(address: string, code: number): void {
    const minute = Math.floor(this.#clock.now() / 60_000)
    const key = `${minute} ${code} ${address}`
    const note = this.#refusals.get(key)
    if (note) note.count++
    else if (this.#refusals.size >= NOTE_ROWS_MAX) this.#dropped++
    else this.#refusals.set(key, { minute, address, code, count: 1 })
  }

  /** Starts the writer. */
  start(): void {
    this.#running ??= this.#run()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.flush()
  }

  /** Writes what is there now. */
  async flush(): Promise<void> {
    const reads = [...this.#reads.values()]
    const refusals = [...this.#refusals.values()]
    this.#reads = new Map()
    this.#refusals = new Map()
    const lose = (notes: readonly { count: number }[]) => () => {
      for (const note of notes) this.#dropped += note.count
    }
    if (reads.length > 0) await this.#sink.reads(reads).catch(lose(reads))
    if (refusals.length > 0) await this.#sink.refusals(refusals).catch(lose(refusals))
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#clock.sleep(NOTE_FLUSH_MS, this.#stop.signal)
      await this.flush()
    }
  }
}

/** Inserts read notes with the actors they need. */
export async function writeNotes(
  db: Database,
  id: LogId,
  actors: Actors,
  notes: readonly ReadNote[],
): Promise<void> {
  if (notes.length === 0) return
  const whom = notes.map(({ request }) => actors.of(request))
  const missing = actors.unknown(whom)
  const text = (of: (note: ReadNote) => string) => textArray(notes.map((note) => storable(of(note))))
  await db.unsafe(`
    with new_actors as (
      insert into ${tableOf(id, 'actors')} (${Object.keys(ACTOR_COLUMNS).join(', ')})
      select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) on conflict do nothing
    )
    insert into ${tableOf(id, 'request_reads')} (second, actor, count, code, verb, resource, namespace)
    select ${instant('second')}, actor, count, code, verb, resource, namespace
    from unnest($7::bigint[], $8::uuid[], $9::integer[], $10::smallint[], $11::text[], $12::text[], $13::text[])
      as t(second, actor, count, code, verb, resource, namespace)`, [
    ...actorColumns(missing),
    plainArray(notes.map((note) => note.second * 1_000_000)),
    textArray(whom.map((actor) => actor.id)),
    plainArray(notes.map((note) => note.count)),
    plainArray(notes.map((note) => note.request.code)),
    text((note) => note.request.verb), text((note) => note.request.resource),
    text((note) => note.request.namespace),
  ], { prepare: true })
  actors.saved(missing)
}

const actorColumns = (actors: readonly Actor[]): string[] => [
  textArray(actors.map((actor) => actor.id)),
  textArray(actors.map((actor) => storable(actor.username))),
  textArray(actors.map((actor) => actor.groups)),
  textArray(actors.map((actor) => actor.impersonator && storable(actor.impersonator))),
  textArray(actors.map((actor) => storable(actor.agent))),
  textArray(actors.map((actor) => storable(actor.address))),
]

async function writeRefusals(db: Database, id: LogId, notes: readonly RefusalNote[]): Promise<void> {
  await db.unsafe(`
    insert into ${tableOf(id, 'refusals')} (minute, count, code, address)
    select ${instant('minute')}, count, code, address
    from unnest($1::bigint[], $2::integer[], $3::smallint[], $4::text[]) as t(minute, count, code, address)`, [
    plainArray(notes.map((note) => note.minute * 60_000_000)), plainArray(notes.map((note) => note.count)),
    plainArray(notes.map((note) => note.code)), textArray(notes.map((note) => storable(note.address))),
  ], { prepare: true })
}
