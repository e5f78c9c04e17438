import type { View } from '../../projections/view.ts'
import type { Registry } from '../../resources/registry.ts'
import type { Exchange } from '../exchange.ts'
import type { RequestObserver } from '../gate.ts'
import { KUBERNETES_VERSION } from '../health.ts'
import { exposition, type Family } from './exposition.ts'
import { featureFamily } from './feature-gates.ts'
import { processFamilies, type ProcessUse } from './process-metrics.ts'
import type { RequestMetrics } from './request-metrics.ts'

/** What /metrics tells of. */
export interface MetricsParts {
  readonly requests: RequestMetrics
  readonly registry: Registry
  readonly view: View
  readonly revision: () => number
  readonly use: () => ProcessUse
  /** Families of other rooms: fairness. */
  readonly more: () => readonly Family[]
}

const TYPE = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'

/** /metrics in Prometheus' text form, under upstream's names. */
export function answerMetrics(exchange: Exchange, parts: MetricsParts): void {
  exchange.send(200, TYPE, exposition([
    ...parts.requests.families(),
    ...parts.more(),
    objectsFamily(parts),
    {
      name: 'apiserver_storage_revision', type: 'gauge', help: 'Revision that reads are answered at.',
      samples: [{ labels: [], value: parts.revision() }],
    },
    buildFamily(),
    featureFamily(),
    ...processFamilies(parts.use()),
  ]))
}

/** Source: apiserver storage/etcd3/metrics, apiserver_resource_objects. */
const objectsFamily = ({ registry, view }: MetricsParts): Family => ({
  name: 'apiserver_resource_objects', type: 'gauge',
  help: 'Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.',
  samples: registry.definitions
    .filter(({ verbs }) => verbs === undefined || verbs.includes('list'))
    .map(({ plural, resource, served }) => ({
      labels: [['group', served[0]?.group ?? ''], ['resource', plural]] as const,
      value: view.count(resource),
    })),
})

function buildFamily(): Family {
  const [major = '', minor = ''] = KUBERNETES_VERSION.slice(1).split('.')
  const labels = [['git_version', KUBERNETES_VERSION], ['major', major], ['minor', minor]] as const
  return {
    name: 'kubernetes_build_info', type: 'gauge', samples: [{ labels, value: 1 }],
    help: "A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
  }
}

/** Counts what the gate tells, then passes it on. */
export const counted = (inner: RequestObserver, requests: RequestMetrics, nowMicros: () => number): RequestObserver => ({
  ...inner,
  began(exchange) {
    requests.began(exchange)
    inner.began?.(exchange)
  },
  left(exchange) {
    requests.left(exchange)
    inner.left?.(exchange)
  },
  ended(exchange, code) {
    requests.ended(exchange, code, (nowMicros() - exchange.receivedAt) / 1_000_000)
    inner.ended(exchange, code)
  },
})
