import { readFileSync, statSync } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import { DNS_RESOLV_CHECK_MS, DNS_UPSTREAM_FAILURES_MAX, DNS_UPSTREAM_REST_MS } from '../../base/limits.ts'
import { parseResolvConf } from '../kubelet/plan-hosts.ts'

/** A resolver of this machine that unknown names are asked from. */
export interface Upstream {
  readonly address: string
  readonly port: number
}

/** The machine's resolvers, those that answer first. */
export interface Upstreams {
  /** Those to ask now, in order; none when all failed a moment ago. */
  available(): readonly Upstream[]
  /** Whether a query from this address would go in a circle. */
  has(address: string): boolean
  failed(upstream: Upstream): void
  answered(upstream: Upstream): void
}

/** Where the resolvers come from. */
export interface UpstreamSource {
  /** Path of a resolv.conf, looked at again when it changes. */
  readonly path: string
  /** This very server, `10.42.0.1:53`: asking it would go in a circle. */
  readonly own: ReadonlySet<string>
  readonly clock: Clock
}

/** Follows a resolv.conf. Source: resolv.conf(5); CoreDNS forward for the rest after failures. */
export function upstreamsOf({ path, own, clock }: UpstreamSource): Upstreams {
  const failures = new Map<string, { count: number; untilMs: number }>()
  let servers: readonly Upstream[] = []
  let changedMs = -1
  let checkAtMs = 0
  const refresh = (): void => {
    const nowMs = clock.monotonicMs()
    if (nowMs < checkAtMs) return
    checkAtMs = nowMs + DNS_RESOLV_CHECK_MS
    const found = readIfChanged(path, changedMs)
    if (!found) return
    changedMs = found.changedMs
    servers = parseResolvConf(found.text)
      .servers.map(parseServer)
      .filter(({ address, port }) => !own.has(`${address}:${port}`))
  }
  return {
    available() {
      refresh()
      const nowMs = clock.monotonicMs()
      return servers.filter(({ address }) => {
        const known = failures.get(address)
        return !known || known.count < DNS_UPSTREAM_FAILURES_MAX || nowMs >= known.untilMs
      })
    },
    has: (address) => servers.some((server) => server.address === address),
    failed({ address }) {
      const count = (failures.get(address)?.count ?? 0) + 1
      failures.set(address, { count, untilMs: clock.monotonicMs() + DNS_UPSTREAM_REST_MS })
    },
    answered: ({ address }) => void failures.delete(address),
  }
}

/** `10.0.0.1`, or `10.0.0.1:5353` as klio's own tests write it. */
function parseServer(text: string): Upstream {
  const [, address, port] = /^([0-9.]+):([0-9]+)$/.exec(text) ?? []
  return address === undefined ? { address: text, port: 53 } : { address, port: Number(port) }
}

function readIfChanged(path: string, beforeMs: number): { text: string; changedMs: number } | undefined {
  try {
    const changedMs = statSync(path).mtimeMs
    return changedMs === beforeMs ? undefined : { text: readFileSync(path, 'utf8'), changedMs }
  } catch {
    // No resolv.conf: the machine has no resolver, and names outside the cluster are not known.
    return undefined
  }
}
