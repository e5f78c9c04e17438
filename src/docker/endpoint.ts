import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from '../base/result.ts'
import { DOCKER_PROBE_TIMEOUT_MS } from '../base/limits.ts'
import { type Found, connectEngine } from './client.ts'
import type { Engine, Reply } from './engine.ts'
import { type DockerError, dockerError } from './errors.ts'
import type { Address } from './request.ts'

/** What decides which daemon is meant. */
export interface EndpointInput {
  /** A flag's value, as DOCKER_HOST is written. */
  flag?: string
  env: Record<string, string | undefined>
  home: string
}

/**
 * Finds a daemon and connects: the flag, else DOCKER_HOST, else the Docker context, else the first
 * well-known socket that answers. What the user named is never replaced by another.
 * Source: docker CLI, "Docker contexts" and "Environment variables".
 */
export async function findEngine(input: EndpointInput): Reply<Engine> {
  const named = await namedEndpoint(input)
  if (!named.ok) return named
  const candidates = named.value ? [named.value] : wellKnown(input)
  const failures: string[] = []
  for (const found of candidates) {
    const engine = await connectEngine(found, { timeoutMs: DOCKER_PROBE_TIMEOUT_MS })
    if (engine.ok) return engine
    failures.push(`${found.description}: ${hint(engine.error)}`)
  }
  return err(dockerError('unavailable', 0, noneAnswers(failures), 'GET /version'))
}

/** Reads `unix://PATH`, `tcp://HOST[:PORT]`, `http://HOST[:PORT]` or a bare path. */
export function parseHost(host: string): Result<Address, string> {
  const [, scheme, rest] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [undefined, 'unix', host]
  if (scheme === 'unix') {
    return rest?.startsWith('/')
      ? ok({ socketPath: rest })
      : err(`"${host}" names no absolute socket path`)
  }
  if (scheme !== 'tcp' && scheme !== 'http') {
    return err(`"${host}" is not supported; use unix://PATH or tcp://HOST:PORT (plain)`)
  }
  const [, name, port] = /^(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(rest ?? '') ?? []
  if (!name) return err(`"${host}" names no host`)
  return ok({ hostname: name.replace(/^\[|\]$/g, ''), port: Number(port ?? 2375) })
}

/** Where a context's description lies. Source: docker/cli, context/store: SHA-256 of the name. */
export const contextPath = (configDir: string, name: string): string =>
  join(configDir, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'), 'meta.json')

async function namedEndpoint(
  input: EndpointInput,
): Promise<Result<Found | undefined, DockerError>> {
  if (input.flag) return found(input.flag, `${input.flag} (flag)`)
  if (input.env['DOCKER_HOST']) {
    const host = input.env['DOCKER_HOST']
    return found(host, `${host} (DOCKER_HOST)`)
  }
  const configDir = input.env['DOCKER_CONFIG'] || join(input.home, '.docker')
  const fromEnv = input.env['DOCKER_CONTEXT']
  const name = fromEnv || (await currentContext(configDir))
  if (!name || name === 'default') return ok(undefined)
  const source = `context ${name} (${fromEnv ? 'DOCKER_CONTEXT' : join(configDir, 'config.json')})`
  const host = await contextHost(configDir, name)
  if (!host) {
    const message =
      `Docker's ${source} is not described in ${contextPath(configDir, name)}: ` +
      'run "docker context use default" or name a socket by DOCKER_HOST'
    return err(dockerError('fatal', 0, message, 'find the endpoint'))
  }
  return found(host, `${host}, ${source}`)
}

function found(host: string, description: string): Result<Found, DockerError> {
  const address = parseHost(host)
  if (!address.ok)
    return err(dockerError('fatal', 0, `Docker endpoint ${address.error}`, 'find the endpoint'))
  return ok({ address: address.value, description })
}

function wellKnown(input: EndpointInput): Found[] {
  const runtimeDir = input.env['XDG_RUNTIME_DIR']
  const paths: [string | undefined, string][] = [
    ['/var/run/docker.sock', 'default socket'],
    [runtimeDir && join(runtimeDir, 'docker.sock'), 'rootless Docker'],
    [join(input.home, '.docker/run/docker.sock'), 'Docker Desktop'],
    ['/run/podman/podman.sock', 'Podman'],
    [runtimeDir && join(runtimeDir, 'podman/podman.sock'), 'rootless Podman'],
  ]
  return paths.flatMap(([path, what]) =>
    path ? [{ address: { socketPath: path }, description: `unix://${path} (${what})` }] : [],
  )
}

async function currentContext(configDir: string): Promise<string | undefined> {
  const config = await readJson(join(configDir, 'config.json'))
  const name = field(config, 'currentContext')
  return typeof name === 'string' ? name : undefined
}

async function contextHost(configDir: string, name: string): Promise<string | undefined> {
  const meta = await readJson(contextPath(configDir, name))
  const host = field(field(field(meta, 'Endpoints'), 'docker'), 'Host')
  return typeof host === 'string' && host !== '' ? host : undefined
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

function hint(error: DockerError): string {
  if (/EACCES|permission denied/i.test(error.message))
    return 'permission denied: add your user to its group (docker)'
  if (/ENOENT|FailedToOpenSocket|no such file/i.test(error.message)) return 'no such socket'
  if (/ECONNREFUSED|refused/i.test(error.message)) return 'nobody listens'
  return error.message
}

const noneAnswers = (failures: string[]): string =>
  `no container engine answers (${failures.join('; ')}). ` +
  'Start Docker ("systemctl start docker" or "dockerd &"), ' +
  'or name a socket by DOCKER_HOST=unix://PATH'
