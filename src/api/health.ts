import { methodNotSupported } from '../meta/status.ts'
import type { Exchange } from './exchange.ts'

/** One thing that must hold for a process to be alive or ready. */
export interface HealthCheck {
  readonly name: string
  /** Undefined when it holds, else what is wrong in a few words. */
  problem(): string | undefined
}

/** Holds whenever it is asked. Source: apiserver healthz PingHealthz. */
const PING: HealthCheck = { name: 'ping', problem: () => undefined }

/** /livez, /readyz, /healthz with ?verbose, ?exclude and a path per check. Source: apiserver healthz. */
export function answerHealth(exchange: Exchange, checks: readonly HealthCheck[]): void {
  const [, root = '', only] = exchange.path.split('/')
  const excluded = exchange.query.getAll('exclude')
  const all = checks.some(({ name }) => name === PING.name) ? checks : [PING, ...checks]
  const wanted = all.filter((c) => (only ? c.name === only : !excluded.includes(c.name)))
  if (only && wanted.length === 0) return exchange.plainNotFound()
  const results = wanted.map((check) => ({ name: check.name, problem: check.problem() }))
  const failed = results.filter(({ problem }) => problem !== undefined)
  const lines = results.map(({ name, problem }) =>
    problem === undefined ? `[+]${name} ok` : `[-]${name} failed: ${problem}`,
  )
  const type = 'text/plain; charset=utf-8'
  if (failed.length > 0)
    return exchange.send(500, type, `${lines.join('\n')}\n${root} check failed\n`)
  const verbose = exchange.query.has('verbose')
  exchange.send(200, type, verbose ? `${lines.join('\n')}\n${root} check passed\n` : 'ok')
}

/** The Kubernetes version that klio claims. */
export const KUBERNETES_VERSION = 'v1.37.2'

/** /version. Source: apimachinery version.Info. */
export function answerVersion(exchange: Exchange, klioVersion: string): void {
  if (exchange.incoming.method !== 'GET') return exchange.refuse(methodNotSupported())
  const [major, minor] = KUBERNETES_VERSION.slice(1).split('.')
  exchange.json(200, {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion: `${KUBERNETES_VERSION}+klio.${klioVersion}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `bun${Bun.version}`,
    compiler: 'bun',
    platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  })
}
