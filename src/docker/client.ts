import { err, ok } from '../base/result.ts'
import { DOCKER_PROBE_TIMEOUT_MS } from '../base/limits.ts'
import { containersOf } from './containers.ts'
import type { CallOptions, Engine, Reply } from './engine.ts'
import { dockerError } from './errors.ts'
import { openEvents } from './event-stream.ts'
import { execsOf } from './exec.ts'
import { imagesOf } from './images.ts'
import { networksOf } from './networks.ts'
import type { Address } from './request.ts'
import { openTransport, type Transport } from './transport.ts'
import type { EngineVersion } from './types.ts'
import { volumesOf } from './volumes.ts'

/** The newest API version that this client was written against. */
export const API_VERSION_MAX = '1.47'
/** The oldest that has all it needs (one-shot stats, CgroupnsMode). dockerd 20.10. */
export const API_VERSION_MIN = '1.41'

/** Where the daemon is, and how that was found. */
export interface Found {
  address: Address
  /** For people. */
  description: string
}

/** Asks the daemon once for its version and settles which one to speak. fatal: it is too old. */
export async function connectEngine(found: Found, call?: CallOptions): Reply<Engine> {
  const transport = openTransport(found.address)
  const version = await askVersion(transport, { timeoutMs: DOCKER_PROBE_TIMEOUT_MS, ...call })
  const chosen = version.ok ? chooseVersion(version.value) : version
  if (!chosen.ok) {
    await transport.close()
    return chosen
  }
  transport.useVersion(`/v${chosen.value}`)
  return ok(engineOver(transport, found.description))
}

/** The newer of what both sides speak, or why there is none. */
export function chooseVersion(version: EngineVersion) {
  const theirs = version.ApiVersion
  if (compareVersions(theirs, API_VERSION_MIN) >= 0) {
    return ok(compareVersions(theirs, API_VERSION_MAX) < 0 ? theirs : API_VERSION_MAX)
  }
  const name = `the daemon (${version.Version})`
  const message = `${name} speaks API ${theirs}, klio needs ${API_VERSION_MIN} or newer`
  return err(dockerError('fatal', 200, message, 'GET /version'))
}

function engineOver(transport: Transport, endpoint: string): Engine {
  return {
    endpoint,
    containers: containersOf(transport),
    images: imagesOf(transport),
    networks: networksOf(transport),
    volumes: volumesOf(transport),
    execs: execsOf(transport),
    events: (filter, call) => openEvents(transport, filter, call),
    async ping(call) {
      const answer = await transport.send(
        { method: 'GET', path: '/_ping', call: 'GET /_ping' },
        call,
      )
      return answer.ok ? ok(undefined) : answer
    },
    version: (call) => askVersion(transport, call),
    info: (call) => transport.json({ method: 'GET', path: '/info', call: 'GET /info' }, call),
    close: () => transport.close(),
  }
}

const askVersion = (transport: Transport, call?: CallOptions): Reply<EngineVersion> =>
  transport.json({ method: 'GET', path: '/version', call: 'GET /version' }, call)

function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number)
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number)
  return aMajor - bMajor || aMinor - bMinor
}
