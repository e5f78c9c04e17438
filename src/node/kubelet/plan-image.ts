import { err, ok, type Result } from '../../base/result.ts'
import type { RegistryAuth } from '../../docker/types.ts'
import type { Secret } from '../../resources/generated/core.gen.ts'

/** An image reference in parts. */
export interface ImageReference {
  /** `docker.io`, `registry.k8s.io:5000`. */
  readonly registry: string
  /** `library/nginx`. */
  readonly path: string
  /** As Docker takes it, with a tag or digest. */
  readonly full: string
}

const DOMAIN = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9-]+)*|\[[0-9a-fA-F:]+\])(?::\d+)?$/
const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/

/**
 * Reads a reference; the error is what follows `Failed to apply default image tag "x": `.
 * Source: distribution/reference normalize.go, pkg/util/parsers.
 */
export function parseImage(text: string): Result<ImageReference, string> {
  const bad = (why: string) => err(`couldn't parse image name "${text}": ${why}`)
  const [named, digest, ...more] = text.split('@')
  if (more.length > 0 || !named) return bad('invalid reference format')
  const slash = named.lastIndexOf('/')
  const colon = named.indexOf(':', slash + 1)
  const name = colon < 0 ? named : named.slice(0, colon)
  const tag = colon < 0 ? undefined : named.slice(colon + 1)
  const first = name.indexOf('/')
  const host = first < 0 ? '' : name.slice(0, first)
  const isHost = host !== '' && (/[.:]/.test(host) || host === 'localhost' || host !== host.toLowerCase())
  const registry = isHost ? host : 'docker.io'
  const path = isHost ? name.slice(first + 1) : name
  if (isHost && !DOMAIN.test(host)) return bad('invalid reference format')
  if (path !== path.toLowerCase()) {
    return bad('invalid reference format: repository name (' + path + ') must be lowercase')
  }
  if (!PATH.test(path) || (tag !== undefined && !TAG.test(tag))) return bad('invalid reference format')
  if (digest !== undefined && !DIGEST.test(digest)) return bad('invalid reference format')
  const whole = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path
  const full = tag === undefined && digest === undefined ? `${text}:latest` : text
  return ok({ registry: registry === 'index.docker.io' ? 'docker.io' : registry, path: whole, full })
}

/** The default for a container without a policy. Source: SetDefaults_Container. */
export function pullPolicy(policy: string | undefined, image: string): string {
  if (policy) return policy
  if (image.includes('@')) return 'IfNotPresent'
  const name = image.slice(image.lastIndexOf('/') + 1)
  return !name.includes(':') || name.endsWith(':latest') ? 'Always' : 'IfNotPresent'
}

/** Whether these words of the daemon mean that nobody answered at the registry. */
export const isUnreachable = (message: string): boolean => NOBODY_THERE.test(message)

const NOBODY_THERE = new RegExp(
  [
    'dial tcp', 'no such host', 'connection refused', 'i/o timeout', 'TLS handshake timeout',
    'network is unreachable', 'no route to host', 'context deadline exceeded', 'Client\\.Timeout',
    'server misbehaving', 'proxyconnect', 'connection reset',
  ].join('|'),
  'i',
)

/** Credentials for an image out of pull secrets, most specific first. Source: credentialprovider/keyring.go. */
export function registryAuths(secrets: readonly Secret[], image: ImageReference): RegistryAuth[] {
  const found: { key: string; auth: RegistryAuth }[] = []
  for (const secret of secrets) {
    for (const [key, entry] of Object.entries(dockerConfig(secret))) {
      const server = key.replace(/^https?:\/\//, '').replace(/\/(v1|v2)?\/?$/, '')
      if (matches(server, image)) found.push({ key: server, auth: authOf(key, entry) })
    }
  }
  return found.sort((a, b) => b.key.length - a.key.length).map((f) => f.auth)
}

interface ConfigEntry {
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
}

function dockerConfig(secret: Secret): Record<string, ConfigEntry> {
  const json = secret.data?.['.dockerconfigjson']
  const old = secret.data?.['.dockercfg']
  try {
    if (json) return JSON.parse(Buffer.from(json, 'base64').toString()).auths ?? {}
    return old ? JSON.parse(Buffer.from(old, 'base64').toString()) : {}
  } catch {
    return {}
  }
}

function authOf(server: string, entry: ConfigEntry): RegistryAuth {
  const pair = Buffer.from(entry.auth ?? '', 'base64').toString()
  const colon = pair.indexOf(':')
  return {
    serveraddress: server,
    username: entry.username ?? (colon < 0 ? '' : pair.slice(0, colon)),
    password: entry.password ?? (colon < 0 ? '' : pair.slice(colon + 1)),
    ...(entry.identitytoken && { identitytoken: entry.identitytoken }),
  }
}

/** `*.example.com/team` fits `eu.example.com/team/app`. */
function matches(server: string, image: ImageReference): boolean {
  const [host = '', ...path] = server.split('/')
  const hosts = host === 'index.docker.io' ? 'docker.io' : host
  const wanted = hosts.split('.')
  const given = image.registry.split('.')
  if (wanted.length !== given.length) return false
  if (!wanted.every((part, i) => globMatches(part, given[i]!))) return false
  return path.length === 0 || `${image.path}/`.startsWith(`${path.join('/')}/`)
}

/** `*` stands for any run of characters; no other wildcard, so no backtracking pattern is built. */
function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === text
  if (!text.startsWith(parts[0]!) || !text.endsWith(parts.at(-1)!)) return false
  let at = parts[0]!.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - parts.at(-1)!.length
}
