import { METRIC_SERIES_MAX } from '../../base/limits.ts'
import type { Exchange } from '../exchange.ts'
import type { Family, Sample, SeriesLabels } from './exposition.ts'
import { Histogram } from './histogram.ts'

/** Source: apiserver endpoints/metrics/metrics.go. */
const SECONDS = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
]
const VERBS: Readonly<Record<string, string>> = {
  get: 'GET', list: 'LIST', watch: 'WATCH', create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
}
const STREAMS = ['exec', 'attach', 'portforward', 'proxy', 'log']
const READS = ['get', 'list', 'watch', 'head', 'options']
const APPLY = 'application/apply-patch+yaml'

/** How a request is counted while it runs. Source: apiserver server/filters/maxinflight.go. */
export type RequestKind = 'readOnly' | 'mutating' | 'longRunning'

/** Reads, writes, and what lasts as long as its client wants. */
export const kindOf = ({ info }: Exchange): RequestKind =>
  info.verb === 'watch' || STREAMS.includes(info.subresource)
    ? 'longRunning'
    : READS.includes(info.verb) ? 'readOnly' : 'mutating'

interface Series {
  readonly labels: SeriesLabels
  readonly codes: Map<number, number>
  readonly durations: Histogram
}

/**
 * Counts requests by what they ask. A request costs one text of its parts and one look-up; series beyond
 * METRIC_SERIES_MAX are counted as one, so that no client can make names without end.
 */
export class RequestMetrics {
  readonly #series = new Map<string, Series>()
  readonly #running: Record<RequestKind, number> = { readOnly: 0, mutating: 0, longRunning: 0 }

  began(exchange: Exchange): void {
    this.#running[kindOf(exchange)]++
  }

  /** `seconds` from its arrival; long ones are counted but not measured, as upstream. */
  ended(exchange: Exchange, code: number, seconds: number): void {
    const series = this.#of(exchange)
    series.codes.set(code, (series.codes.get(code) ?? 0) + 1)
    if (kindOf(exchange) !== 'longRunning') series.durations.observe(seconds)
  }

  /** What began is no longer running. */
  left(exchange: Exchange): void {
    this.#running[kindOf(exchange)]--
  }

  #of(exchange: Exchange): Series {
    const { info } = exchange
    const scope = scopeOf(exchange)
    const dry = exchange.rawQuery.includes('dryRun=All') ? 'All' : ''
    const verb = verbOf(exchange)
    const key = `${verb} ${info.group}/${info.version}/${info.resource}/${info.subresource} ${scope} ${dry}`
    const known = this.#series.get(key)
    if (known) return known
    const full = this.#series.size >= METRIC_SERIES_MAX
    const [group, version, resource, subresource] = full
      ? ['', '', 'other', '']
      : [info.group, info.version, info.resource, info.subresource]
    const made: Series = {
      labels: [
        ['component', 'apiserver'], ['dry_run', full ? '' : dry], ['group', group], ['resource', resource],
        ['scope', full ? '' : scope], ['subresource', subresource], ['verb', full ? 'OTHER' : verb], ['version', version],
      ],
      codes: new Map(),
      durations: new Histogram(SECONDS),
    }
    const at = full ? OVERFLOW : key
    const overflow = this.#series.get(at)
    if (overflow) return overflow
    this.#series.set(at, made)
    return made
  }

  families(): Family[] {
    const all = [...this.#series.values()]
    const counts = function* (): Generator<Sample> {
      for (const { labels, codes } of all)
        for (const [code, value] of codes) yield { labels: [['code', String(code)], ...labels], value }
    }
    const durations = function* (): Generator<Sample> {
      for (const { labels, durations } of all) yield* durations.samples(labels)
    }
    const { readOnly, mutating, longRunning } = this.#running
    return [
      {
        name: 'apiserver_request_total', type: 'counter', samples: counts(),
        help: 'Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
      },
      {
        name: 'apiserver_request_duration_seconds', type: 'histogram', samples: durations(),
        help: 'Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.',
      },
      {
        name: 'apiserver_current_inflight_requests', type: 'gauge',
        help: 'Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
        samples: [
          { labels: [['request_kind', 'mutating']], value: mutating },
          { labels: [['request_kind', 'readOnly']], value: readOnly },
        ],
      },
      {
        name: 'apiserver_longrunning_requests', type: 'gauge',
        help: 'Gauge of all active long-running apiserver requests. Not all requests are tracked this way.',
        samples: [{ labels: [['component', 'apiserver']], value: longRunning }],
      },
    ]
  }
}

const OVERFLOW = 'overflow'

/** Source: metrics.go cleanVerb; an apply is told by its media type. */
function verbOf(exchange: Exchange): string {
  const { verb, isResource } = exchange.info
  if (verb === 'patch' && exchange.header('content-type')?.startsWith(APPLY)) return 'APPLY'
  if (isResource && verb === 'create' && STREAMS.includes(exchange.info.subresource)) return 'CONNECT'
  return VERBS[verb] ?? 'OTHER'
}

/** Source: metrics.go CleanScope. */
function scopeOf({ info }: Exchange): string {
  if (!info.isResource) return ''
  if (info.name !== '' || info.verb === 'create') return 'resource'
  return info.namespace === '' ? 'cluster' : 'namespace'
}
