import type { Instant } from '../../base/clock.ts'
import {
  EVENT_MEMORY_MAX,
  EVENT_SIMILAR_MAX,
  EVENT_SIMILAR_MS,
  EVENT_SPAM_BURST,
  EVENT_SPAM_REFILL_MS,
} from '../../base/limits.ts'
import { recentMap } from '../../base/recent-map.ts'
import type { Note } from './reconciler.ts'

/** What to do with one note: write a new Event, count one more on a known one, or nothing. */
export type Correlation =
  | { readonly do: 'create'; readonly key: string; readonly message: string }
  | {
      readonly do: 'count'
      readonly key: string
      readonly name: string
      readonly count: number
      readonly message: string
      readonly firstMs: Instant
    }
  | { readonly do: 'drop' }

/** Decides which notes become Events, as client-go's EventCorrelator does. */
export interface Correlator {
  correlate(component: string, note: Note, now: Instant): Correlation
  /** The Event of this key was created under this name. */
  created(key: string, name: string, now: Instant): void
  /** The Event of this key is gone: the next note makes a new one. */
  lost(key: string): void
}

interface Similar {
  messages: Set<string>
  lastMs: Instant
}
interface Known {
  name: string
  count: number
  firstMs: Instant
}
interface Bucket {
  tokens: number
  atMs: Instant
}

/**
 * Three tables, each bounded: similar messages (ten about one reason become one combined Event),
 * known Events (a repeat counts on the same one), and a token bucket per source and object against
 * floods. Source: client-go tools/record/events_cache.go.
 */
export function eventCorrelator(): Correlator {
  const similar = recentMap<Similar>(EVENT_MEMORY_MAX)
  const known = recentMap<Known>(EVENT_MEMORY_MAX)
  const buckets = recentMap<Bucket>(EVENT_MEMORY_MAX)

  const aggregated = (component: string, note: Note, now: Instant) => {
    const about = aboutKey(component, note)
    const reasonKey = `${about}|${note.reason}`
    let record = similar.get(reasonKey)
    if (!record || now - record.lastMs > EVENT_SIMILAR_MS)
      record = { messages: new Set(), lastMs: now }
    record.messages.add(note.message)
    record.lastMs = now
    similar.set(reasonKey, record)
    const key = `${reasonKey}|${note.regarding.fieldPath ?? ''}|${note.message}`
    if (record.messages.size < EVENT_SIMILAR_MAX) return { key, message: note.message }
    for (const oldest of record.messages) {
      record.messages.delete(oldest)
      break
    }
    return { key: reasonKey, message: `(combined from similar events): ${note.message}` }
  }

  const isSpam = (component: string, note: Note, now: Instant): boolean => {
    const key = aboutKey(component, note)
    const before = buckets.get(key) ?? { tokens: EVENT_SPAM_BURST, atMs: now }
    const refilled = before.tokens + (now - before.atMs) / EVENT_SPAM_REFILL_MS
    const tokens = Math.min(EVENT_SPAM_BURST, refilled)
    const spam = tokens < 1
    buckets.set(key, { tokens: spam ? tokens : tokens - 1, atMs: now })
    return spam
  }

  return {
    correlate(component, note, now) {
      const { key, message } = aggregated(component, note, now)
      if (isSpam(component, note, now)) return { do: 'drop' }
      const before = known.get(key)
      if (!before) return { do: 'create', key, message }
      const count = before.count + 1
      known.set(key, { ...before, count })
      return { do: 'count', key, name: before.name, count, message, firstMs: before.firstMs }
    },
    created: (key, name, now) => known.set(key, { name, count: 1, firstMs: now }),
    lost: (key) => known.delete(key),
  }
}

function aboutKey(component: string, { regarding, type }: Note): string {
  const { kind, namespace, name, uid, apiVersion } = regarding
  return [component, kind, namespace, name, uid, apiVersion, type].join('|')
}
