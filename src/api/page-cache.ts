import type { ResourceSnapshot } from '../projections/reader.ts'

/** Most lists that wait for their next page at once; the oldest makes room. */
const PAGED_LISTS_MAX = 1_000

/**
 * Frozen snapshots that continue tokens point at. A snapshot shares its nodes with the live table, so
 * it costs what changed since; it goes after five minutes, as upstream's compaction makes tokens go.
 */
export class PageCache {
  readonly #kept = new Map<string, { snapshot: ResourceSnapshot; until: number }>()

  /** Keeps a snapshot for a further while. */
  keep(resource: string, snapshot: ResourceSnapshot, ms: number): void {
    this.#drop(Date.now())
    const key = `${resource}@${snapshot.revision}`
    const known = this.#kept.get(key)
    this.#kept.set(key, known ?? { snapshot, until: Date.now() + ms })
    if (this.#kept.size > PAGED_LISTS_MAX) this.#kept.delete(this.#kept.keys().next().value!)
  }

  get(resource: string, revision: number): ResourceSnapshot | undefined {
    this.#drop(Date.now())
    return this.#kept.get(`${resource}@${revision}`)?.snapshot
  }

  #drop(now: number): void {
    for (const [key, { until }] of this.#kept) {
      if (until > now) return
      this.#kept.delete(key)
    }
  }
}
