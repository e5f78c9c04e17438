import { existsSync, readdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { err, ok, type Result } from './base/result.ts'
import { embeddedTarget, removeSocket } from './db/embedded-target.ts'
import { sortError } from './db/errors.ts'
import { openConnection } from './db/pool.ts'
import { schemaOf } from './db/prepare-database.ts'
import { quote } from './db/sql-text.ts'
import { targetFromEnvironment } from './db/target.ts'
import { findEngine } from './docker/endpoint.ts'
import type { Engine } from './docker/engine.ts'
import { readIdentity, type Identity } from './identity.ts'
import { LABEL } from './node/kubelet/labels.ts'
import { unmountBelow } from './node/kubelet/mount-table.ts'
import { openNft, removeProxy } from './node/proxy/open-applier.ts'
import { purge } from './node/purge.ts'

/** What tells a cluster's things on this machine from everybody else's. */
export type Traces = Pick<Identity, 'uid' | 'podCidr' | 'serviceCidr' | 'loadBalancerCidr'>

/** What was taken away, and what could not be. */
export interface PurgedCluster {
  readonly containers: number
  readonly networks: number
  readonly volumes: number
  readonly problems: readonly string[]
}

/** Takes away all that a cluster made outside its data dir: on Docker, in nftables, in the routes. */
export async function purgeCluster(traces: Traces, dataDir: string): Promise<PurgedCluster> {
  const proxy = await removeProxy({ clusterUid: traces.uid, facts: traces })
  const problems = proxy.ok || openNft() === undefined ? [] : [`firewall: ${proxy.error}`]
  const engine = await findEngine({ env: process.env, home: homedir() })
  // Without a daemon there is nothing of the cluster's to remove from it that this machine could reach.
  if (!engine.ok)
    return {
      containers: 0,
      networks: 0,
      volumes: 0,
      problems: existsSync(join(dataDir, 'node')) ? [...problems, engine.error.message] : problems,
    }
  try {
    const purged = await purge(engine.value, traces.uid)
    return { ...purged, problems: [...problems, ...purged.problems] }
  } finally {
    await engine.value.close()
  }
}

/** Finds a cluster by its name alone: its network on Docker carries the uid and, by its range, the others. */
export async function uidOfName(name: string): Promise<Traces | undefined> {
  const engine = await findEngine({ env: process.env, home: homedir() })
  if (!engine.ok) return undefined
  try {
    return await tracesOf(engine.value, name)
  } finally {
    await engine.value.close()
  }
}

async function tracesOf(engine: Engine, name: string): Promise<Traces | undefined> {
  const listed = await engine.networks.list({ labels: [LABEL.cluster] })
  const networks = listed.ok ? listed.value : []
  // Names may begin alike: klio-a-NODE is also klio-a-b-NODE's beginning, so the node's label decides.
  const found = networks.find(
    ({ Name, Labels }) => Name === `klio-${name}-${Labels?.[LABEL.node] ?? ''}`,
  )
  const uid = found?.Labels?.[LABEL.cluster]
  if (!found || !uid) return undefined
  const [a = '10', b = '0'] = (found.IPAM.Config?.[0]?.Subnet ?? '10.0.0.0/24').split('.')
  // As identity.ts chooses them: three neighbours of 10.0.0.0/8.
  return {
    uid,
    podCidr: `${a}.${b}.0.0/16`,
    serviceCidr: `${a}.${Number(b) + 1}.0.0/16`,
    loadBalancerCidr: `${a}.${Number(b) + 2}.0.0/24`,
  }
}

/** What klio itself writes into a data dir: a folder without any of it is not klio's to remove. */
const OWN = ['cluster.json', 'cluster.key', 'klio.pid', 'postgres', 'node', 'endpoint.json']

/** Removes a data dir, and the schema where PostgreSQL is not klio's own. False when there was nothing. */
export async function purgeDataDir(
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Result<boolean, string>> {
  if (!existsSync(dataDir)) return ok(false)
  if (readdirSync(dataDir).length > 0 && !OWN.some((name) => existsSync(join(dataDir, name))))
    return err(`${dataDir} is no data dir of klio: nothing in it was removed`)
  const dropped = await dropSchema(dataDir, env)
  if (!dropped.ok) return dropped
  const unmounted = await unmountBelow(dataDir)
  if (!unmounted.ok) return err(`${dataDir}: ${unmounted.error}`)
  removeSocket(dataDir)
  rmSync(dataDir, { recursive: true, force: true })
  return ok(true)
}

/** A PostgreSQL that klio does not run keeps its databases; only the cluster's schema and role go. */
async function dropSchema(
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Result<void, string>> {
  const identity = readIdentity(dataDir)
  if (!identity || embeddedTarget(dataDir)) return ok(undefined)
  const target = targetFromEnvironment({ ...env })
  if (!target)
    return err(
      `the log of ${identity.name} lies in a PostgreSQL of its own: set DATABASE_URL to have its schema dropped, or remove ${dataDir} yourself`,
    )
  const schema = schemaOf(identity.name)
  const db = openConnection(target, { purpose: 'purge' })
  try {
    await db.unsafe(`drop schema if exists ${quote(schema)} cascade`)
    await db.unsafe(`drop role if exists ${quote(`${schema}_app`)}`)
    return ok(undefined)
  } catch (error) {
    return err(`schema ${schema} could not be dropped: ${sortError(error).message}`)
  } finally {
    await db.end({ timeout: 1 })
  }
}
