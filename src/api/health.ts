import { goQuote } from '../meta/go-quote.ts'
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
  const all = checks.some(({ name }) => name === PING.name) ? checks : [PING, ...checks]
  const wanted = only ? all.filter(({ name }) => name === only) : all
  if (only && wanted.length === 0) return exchange.plainNotFound()
  const excluded = new Set(only ? [] : exchange.query.getAll('exclude'))
  const { lines, failed } = resultsOf(wanted, excluded)
  const unknown = [...excluded].filter((name) => !wanted.some((check) => check.name === name)).sort()
  if (unknown.length > 0)
    lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.map((n) => goQuote(n)).join(',')}`)
  if (failed) return exchange.send(500, TEXT, `${lines.join('\n')}\n${root} check failed\n`)
  const verbose = exchange.query.has('verbose')
  exchange.send(200, TEXT, verbose ? `${lines.join('\n')}\n${root} check passed\n` : 'ok')
}

const TEXT = 'text/plain; charset=utf-8'

function resultsOf(
  checks: readonly HealthCheck[],
  excluded: ReadonlySet<string>,
): { lines: string[]; failed: boolean } {
  let failed = false
  const lines = checks.map(({ name, problem }) => {
    if (excluded.has(name)) return `[+]${name} excluded: ok`
    const found = problem()
    failed ||= found !== undefined
    return found === undefined ? `[+]${name} ok` : `[-]${name} failed: ${found}`
  })
  return { lines, failed }
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
