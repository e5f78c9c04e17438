import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { ACTORS_CACHED_MAX } from '../base/limits.ts'
import type { RequestRecord } from './log-event.ts'

/** Who sent a request, from where and with what: the same for thousands of requests. */
export interface Actor {
  readonly id: string
  readonly username: string
  /** JSON array. */
  readonly groups: string
  readonly impersonator: string | null
  readonly agent: string
  readonly address: string
}

type Fields = Pick<RequestRecord, 'user' | 'groups' | 'impersonator' | 'agent' | 'address'>

/** Interns actors and remembers which of them have their row. */
export class Actors {
  readonly #cache = new LRUCache<string, Actor>({ max: ACTORS_CACHED_MAX })
  readonly #saved = new LRUCache<string, true>({ max: ACTORS_CACHED_MAX })

  /** The actor of a request. */
  of(request: Fields): Actor {
    const { user, groups, impersonator = '', agent, address } = request
    const key = [user, impersonator, agent, address, ...groups].join('\0')
    let actor = this.#cache.get(key)
    if (!actor) {
      actor = actorOf(request)
      this.#cache.set(key, actor)
    }
    return actor
  }

  /** Those whose row may be missing, each once. */
  unknown(actors: readonly Actor[]): Actor[] {
    const missing = new Set<Actor>()
    for (const actor of actors) if (!this.#saved.has(actor.id)) missing.add(actor)
    return [...missing]
  }

  /** The transaction that held these rows is durable. */
  saved(actors: readonly Actor[]): void {
    for (const actor of actors) this.#saved.set(actor.id, true)
  }
}

/**
 * The id is a digest of the columns, so that any process interns without a counter and without
 * asking; a wrong attribution would need a second preimage in 128 bits.
 */
function actorOf(fields: Fields): Actor {
  const groups = JSON.stringify(fields.groups)
  const impersonator = fields.impersonator ?? null
  const { user: username, agent, address } = fields
  const text = JSON.stringify([username, groups, impersonator, agent, address])
  const hex = createHash('sha256').update(text).digest('hex')
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
  return { id, username, groups, impersonator, agent, address }
}
