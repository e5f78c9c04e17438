import { resolve } from 'node:path'
import { KUBERNETES_VERSION } from './api/health.ts'
import type { Config } from './config.ts'
import type { Identity } from './identity.ts'
import type { Store } from './store.ts'
import { VERSION } from './version.ts'

/** What GET /klio/v1/cluster answers: enough for a command on the same machine to find the data dir. */
export const clusterFacts = (parts: {
  readonly config: Config
  readonly identity: Identity
  readonly store: Pick<Store, 'schema'>
  readonly startedMs: number
  readonly revision: number
}) => {
  const { config, identity, store, startedMs, revision } = parts
  return {
    name: identity.name,
    uid: identity.uid,
    dataDir: resolve(config.dataDir),
    schema: store.schema,
    database: config.databaseUrl === undefined ? 'embedded' : 'external',
    version: VERSION,
    kubernetesVersion: KUBERNETES_VERSION,
    revision,
    pid: process.pid,
    node: identity.nodeName,
    podCidr: identity.podCidr,
    serviceCidr: identity.serviceCidr,
    loadBalancerCidr: identity.loadBalancerCidr,
    createdAt: identity.createdAt,
    startedAt: new Date(startedMs).toISOString(),
  }
}
