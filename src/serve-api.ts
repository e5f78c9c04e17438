import type { Clock } from './base/clock.ts'
import type { Log as Logger } from './base/log.ts'
import type { Result } from './base/result.ts'
import { Authenticator, staticToken } from './api/authenticate.ts'
import { subresourceHandlers, virtualHandlers } from './api-routes.ts'
import { dispatch, type ApiParts } from './api/dispatch.ts'
import type { Exchange } from './api/exchange.ts'
import { Gate, type RequestObserver } from './api/gate.ts'
import { answerMetrics, counted, type MetricsParts } from './api/metrics/answer-metrics.ts'
import { RequestMetrics } from './api/metrics/request-metrics.ts'
import { processUse } from './process-use.ts'
import { dumpFairness } from './api/fairness/dump.ts'
import { Fairness } from './api/fairness/fairness.ts'
import { fairnessFamilies } from './api/fairness/fairness-metrics.ts'
import { answerHealth, answerVersion, type HealthCheck } from './api/health.ts'
import { OpenApi } from './api/openapi.ts'
import { PageCache } from './api/page-cache.ts'
import { ApiServer, type Handler } from './api/server.ts'
import { ServiceAccountTokens } from './api/service-account-tokens.ts'
import type { NodeConnection } from './api/streams/node-connection.ts'
import { podUpgrade } from './api/streams/pod-streams.ts'
import { FrozenWatchSource, LiveWatchSource } from './api/watch-source.ts'
import { WatchHub } from './api/watch-hub.ts'
import { micros, type Core } from './control-plane.ts'
import { FrozenReader } from './history/as-of.ts'
import { resolveInstant } from './history/instant.ts'
import type { Identity } from './identity.ts'
import { methodNotAllowed, type Status } from './meta/status.ts'
import type { Pki } from './pki.ts'
import { VERSION } from './version.ts'

/** What the API is served with. */
export interface ServeParts {
  readonly core: Core
  readonly identity: Identity
  readonly pki: Pki
  readonly clock: Clock
  readonly logger: Logger
  readonly observer: RequestObserver
  /** When this process began, milliseconds. */
  readonly startedMs?: number
  readonly live: readonly HealthCheck[]
  readonly ready: readonly HealthCheck[]
  /** Streams, logs and port-forwards go there. */
  readonly nodes: NodeConnection
  /** Paths besides the Kubernetes API: `/klio/v1/...`, `/openapi/...`, `/metrics`. */
  readonly more: readonly (readonly [path: string, handler: Handler])[]
}

/** The running API. */
export interface ServedApi {
  readonly gate: Gate
  readonly hub: WatchHub
  readonly accounts: ServiceAccountTokens
  readonly authenticator: Authenticator
  readonly parts: ApiParts
  /** `certificates`: clients of this port may show one of the cluster's authority. */
  listen(port: number, host: string, certificates?: boolean): Promise<void>
  close(): Promise<void>
}

/** Puts gate, routes and servers together. */
export function serveApi(serve: ServeParts): ServedApi {
  const { core, identity, pki } = serve
  const accounts = new ServiceAccountTokens(pki.accounts, core.view)
  const authenticator = new Authenticator(tokensOf(identity), accounts)
  const { authorizer } = core
  const requests = new RequestMetrics()
  const fairness = new Fairness(core.view)
  const metrics: MetricsParts = {
    requests, registry: core.registry, view: core.view,
    revision: () => core.view.revision,
    use: () => processUse(serve.startedMs ?? serve.clock.now()),
    more: () => fairnessFamilies(fairness.levels),
  }
  const gate = new Gate({
    authenticator,
    authorizer,
    observer: counted(serve.observer, requests, micros),
    log: serve.logger,
    fairness,
  })
  const hub = new WatchHub(core.view)
  core.registry.onChange(() => hub.endOutdated(core.registry))
  const openApi = new OpenApi(core.registry)
  const routeParts = { view: core.view, nodes: serve.nodes, accounts, authenticator, authorizer }
  const parts: ApiParts = {
    registry: core.registry,
    reader: core.reader,
    writer: { commands: core.commands, view: core.view },
    watches: new LiveWatchSource(core.view, hub),
    pages: new PageCache(),
    subresources: subresourceHandlers(routeParts),
    virtual: virtualHandlers(routeParts),
  }
  const health = (checks: readonly HealthCheck[]): Handler => (exchange) => answerHealth(exchange, checks)
  const routes = {
    kubernetes: (exchange: Exchange) => dispatch(exchange, parts),
    handlers: [
      ['/version', (exchange: Exchange) => answerVersion(exchange, VERSION)],
      ['/metrics', (exchange: Exchange) => answerMetrics(exchange, metrics)],
      ['/debug/api_priority_and_fairness/*', (exchange: Exchange) => dumpFairness(exchange, fairness.levels)],
      ['/livez/*', health(serve.live)],
      ['/readyz/*', health(serve.ready)],
      ['/healthz/*', health(serve.live)],
      ['/openapi/v2', (exchange: Exchange) => openApi.v2(exchange)],
      ['/openapi/v3/*', (exchange: Exchange) => openApi.v3(exchange)],
      ...serve.more,
      ['/asof/*', past(serve, parts)],
      ['*', (exchange: Exchange) => dispatch(exchange, parts)],
    ] as (readonly [string, Handler])[],
    upgrade: podUpgrade(serve.nodes),
  }
  const servers: ApiServer[] = []
  return {
    gate, hub, accounts, authenticator, parts,
    async listen(port, host, certificates = false) {
      const server = new ApiServer(pki.serving, gate, routes, certificates ? pki.authority.certificate : undefined)
      await server.listen(port, host)
      servers.push(server)
    },
    async close() {
      gate.shut()
      hub.endAll()
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}

const tokensOf = ({ adminToken, nodeToken, nodeName }: Identity) => [
  staticToken(adminToken, { name: 'admin', groups: ['system:masters'] }),
  staticToken(nodeToken, { name: `system:node:${nodeName}`, groups: ['system:nodes'] }),
]

const READS = ['get', 'list', 'watch']

/** The whole read API of an instant; every write is 405 (design 8.1). */
function past({ core, clock }: ServeParts, live: ApiParts): Handler {
  return async (exchange) => {
    const resolved: Result<{ revision: number; timeMs: number }, Status> = await resolveInstant(
      exchange.asOf ?? '', core.log, clock.now(),
    )
    if (!resolved.ok) return exchange.refuse(resolved.error)
    const instant = resolved.value
    const { info } = exchange
    if (info.isResource && !READS.includes(info.verb) && !live.virtual.has(`${info.group}/${info.version}/${info.resource}`))
      return exchange.refuse(
        methodNotAllowed(`this is the past (revision ${instant.revision}): it can be read, not changed`),
      )
    exchange.warn([
      `this is the past: revision ${instant.revision}, ${new Date(instant.timeMs).toISOString()}, read-only`,
    ])
    const reader = new FrozenReader(core.past, instant)
    const registry = await core.past.registry(instant.revision)
    if (!registry.ok) return exchange.refuse(registry.error)
    const watches = new FrozenWatchSource(reader, instant.revision)
    await dispatch(exchange, { ...live, registry: registry.value, reader, watches })
  }
}

/** A check that asks a function. */
export const check = (name: string, problem: () => string | undefined): HealthCheck => ({ name, problem })
