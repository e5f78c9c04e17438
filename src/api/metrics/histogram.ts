import type { Sample, SeriesLabels } from './exposition.ts'

/** Counts durations, in seconds, by the first bound they do not exceed. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  observe(seconds: number): void {
    let i = 0
    while (i < this.#bounds.length && seconds > this.#bounds[i]!) i++
    this.#counts[i]!++
    this.#sum += seconds
  }

  /** Cumulative counts, as Prometheus has them. */
  *samples(labels: SeriesLabels): Generator<Sample> {
    let total = 0
    for (const [i, count] of this.#counts.entries()) {
      total += count
      const bound = this.#bounds[i]
      const le = bound === undefined ? '+Inf' : String(bound)
      yield { suffix: '_bucket', labels: [...labels, ['le', le]], value: total }
    }
    yield { suffix: '_sum', labels, value: this.#sum }
    yield { suffix: '_count', labels, value: total }
  }
}
