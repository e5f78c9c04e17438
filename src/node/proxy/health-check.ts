import type { Server } from 'bun'
import type { Log } from '../../base/log.ts'
import type { HealthPort } from './rules.ts'

/** Answers load balancers that ask a node whether it has endpoints of a Service. */
export interface HealthChecks {
  /** The ports to serve from now on; those that are not named are closed. */
  set(ports: Iterable<HealthPort>): void
  close(): Promise<void>
}

interface Open {
  readonly server: Server<undefined>
  state: HealthPort
}

/**
 * A small HTTP server per healthCheckNodePort: 200 while the Service has ready endpoints here and the proxy
 * works, else 503. Source: pkg/proxy/healthcheck/service_health.go.
 */
export function serveHealthChecks(isHealthy: () => boolean, log: Log): HealthChecks {
  const open = new Map<number, Open>()
  return {
    set(ports) {
      const wanted = new Map([...ports].map((port) => [port.port, port]))
      for (const [port, { server }] of open) {
        if (wanted.has(port)) continue
        void server.stop(true)
        open.delete(port)
      }
      for (const [port, state] of wanted) {
        const known = open.get(port)
        if (known) known.state = state
        else listen(open, state, isHealthy, log)
      }
    },
    async close() {
      await Promise.all([...open.values()].map(({ server }) => server.stop(true)))
      open.clear()
    },
  }
}

function listen(open: Map<number, Open>, state: HealthPort, isHealthy: () => boolean, log: Log): void {
  try {
    const server = Bun.serve({
      hostname: '0.0.0.0',
      port: state.port,
      fetch: () => healthAnswer(open.get(state.port)?.state ?? state, isHealthy()),
    })
    open.set(state.port, { server, state })
  } catch (error) {
    const service = `${state.namespace}/${state.name}`
    log.warn('a health check port cannot be opened; it is tried again at the next change', { service, port: state.port, error })
  }
}

/** What one question is answered. */
export function healthAnswer({ namespace, name, localEndpoints }: HealthPort, healthy: boolean): Response {
  const body = { service: { namespace, name }, localEndpoints, serviceProxyHealthy: healthy }
  return new Response(JSON.stringify(body, undefined, '\t'), {
    status: localEndpoints > 0 && healthy ? 200 : 503,
    headers: {
      'Content-Type': 'application/json',
      'X-Content-Type-Options': 'nosniff',
      'X-Load-Balancing-Endpoint-Weight': String(localEndpoints),
    },
  })
}
