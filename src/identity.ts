import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { randomId } from './base/ids.ts'
import { err, ok, type Result } from './base/result.ts'
import type { Config } from './config.ts'

const schema = z.object({
  name: z.string(),
  uid: z.string(),
  podCidr: z.string(),
  serviceCidr: z.string(),
  loadBalancerCidr: z.string(),
  port: z.number(),
  nodeName: z.string(),
  adminToken: z.string(),
  nodeToken: z.string(),
  createdAt: z.string(),
})

/**
 * Who a cluster is: chosen once when it is made and kept in its data dir (design 1). Everything that klio
 * makes on the machine carries the uid, so that two clusters never touch each other's.
 */
export type Identity = z.infer<typeof schema>

const FILE = 'cluster.json'
const DEFAULT_PORT = 6443

/** Reads the cluster's identity, or undefined when the folder holds none yet. */
export function readIdentity(dataDir: string): Identity | undefined {
  const file = join(dataDir, FILE)
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
}

/** The identity to run with: the recorded one, or a new one for an empty data dir. */
export function settleIdentity(config: Config, routes: string): Result<Identity, string> {
  const known = readIdentity(config.dataDir)
  if (!known) return ok(write(config.dataDir, choose(config, routes)))
  if (known.name !== config.name)
    return err(`--data-dir ${config.dataDir} holds cluster "${known.name}"; start it with --name ${known.name}, or choose another folder`)
  for (const [flag, asked, has] of [
    ['--pod-cidr', config.podCidr, known.podCidr],
    ['--service-cidr', config.serviceCidr, known.serviceCidr],
    ['--node-name', config.nodeName, known.nodeName],
  ] as const)
    if (asked !== undefined && asked !== has)
      return err(`${flag} ${asked} differs from ${has}, which cluster "${known.name}" was made with; it cannot change`)
  const port = config.port ?? known.port
  return ok(port === known.port ? known : write(config.dataDir, { ...known, port }))
}

function choose(config: Config, routes: string): Identity {
  const ranges = freeRanges(config.name, takenSecondOctets(routes))
  return {
    name: config.name,
    uid: randomId(),
    podCidr: config.podCidr ?? ranges.podCidr,
    serviceCidr: config.serviceCidr ?? ranges.serviceCidr,
    loadBalancerCidr: ranges.loadBalancerCidr,
    port: config.port ?? DEFAULT_PORT,
    nodeName: config.nodeName ?? defaultNodeName(),
    adminToken: token(),
    nodeToken: token(),
    createdAt: new Date().toISOString(),
  }
}

const token = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')

/** Three /16 of 10.0.0.0/8 that no route of this machine touches; the name decides where to begin. */
export function freeRanges(name: string, taken: ReadonlySet<number>) {
  const start = name === 'klio' ? 42 : createHash('sha256').update(name).digest().readUInt16BE() % 240
  for (let i = 0; i < 80; i++) {
    const x = (start + i * 3) % 240
    if (taken.has(x) || taken.has(x + 1) || taken.has(x + 2)) continue
    return {
      podCidr: `10.${x}.0.0/16`,
      serviceCidr: `10.${x + 1}.0.0/16`,
      loadBalancerCidr: `10.${x + 2}.0.0/24`,
    }
  }
  return { podCidr: '172.28.0.0/16', serviceCidr: '172.29.0.0/16', loadBalancerCidr: '172.30.0.0/24' }
}

/** Second octets of 10.0.0.0/8 that routes use; the text is /proc/net/route (little-endian hex). */
export function takenSecondOctets(routes: string): Set<number> {
  const taken = new Set<number>()
  for (const line of routes.split('\n').slice(1)) {
    const [, destination = '', , , , , , mask = ''] = line.split('\t')
    if (!destination.endsWith('0A') || mask === '00000000') continue
    taken.add(Number.parseInt(destination.slice(4, 6), 16))
  }
  return taken
}

const defaultNodeName = (): string =>
  hostname().toLowerCase().replace(/[^-a-z0-9.]/g, '-').replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '').slice(0, 253) || 'node'

function write(dataDir: string, identity: Identity): Identity {
  const file = join(dataDir, FILE)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, `${JSON.stringify(identity, null, 2)}\n`, { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
  return identity
}
