import { err, ok, type Result } from '../../base/result.ts'
import type { Log } from '../../base/log.ts'
import type { Applier } from './applier.ts'
import { NftablesApplier } from './apply-nftables.ts'
import { UserspaceApplier } from './apply-userspace.ts'
import { filterBridges } from './bridge.ts'
import { acceptForwarded, removeForwarded } from './forward-accept.ts'
import { openLibNftables } from './libnftables.ts'
import { nftCommand } from './nft-command.ts'
import type { Nft } from './nft.ts'
import { removeDeadTables, TABLE_PREFIX } from './dead-tables.ts'
import { trialScript, type TableFacts } from './plan-table.ts'
import { addLocalRoutes, removeLocalRoutes } from './routes.ts'
import type { NodeFacts } from './rules.ts'

/** How traffic may be carried; auto takes nftables where it works. */
export type ProxyMode = 'auto' | 'nftables' | 'userspace'

/** What an applier is chosen from. */
export interface ApplierWish {
  readonly clusterUid: string
  readonly facts: NodeFacts
  readonly bridge: string | undefined
  readonly mode: ProxyMode
  /** Where the userspace forwarder listens for node ports. */
  readonly nodePortHost: string
  readonly log: Log
}

/** An applier, and why it is not the better one. */
export interface OpenedApplier {
  readonly applier: Applier
  /** What does not work and what to do about it; undefined when all does. */
  readonly limits: string | undefined
}

/** Name of a cluster's nftables table: everything klio makes outside PostgreSQL carries the cluster. */
export const tableName = (clusterUid: string): string => `${TABLE_PREFIX}${clusterUid.replaceAll('-', '').slice(0, 8)}`

/** nftables in process, or by its command; undefined when neither is there. */
export function openNft(): Nft | undefined {
  const library = openLibNftables()
  if (library) return library
  const command = Bun.which('nft')
  return command === null ? undefined : nftCommand(command)
}

/** Chooses how to carry traffic, and prepares the machine for it. An error only when a mode was forced. */
export async function openApplier(wish: ApplierWish): Promise<Result<OpenedApplier, string>> {
  const problem = wish.mode === 'userspace' ? undefined : await tryNftables(wish)
  if (typeof problem === 'object') return ok({ applier: problem, limits: undefined })
  if (wish.mode === 'nftables') return err(problem ?? 'nftables cannot be used')
  const routes = addLocalRoutes([wish.facts.serviceCidr, wish.facts.loadBalancerCidr])
  const limits = problem && `Services are forwarded in userspace, because ${problem}${routes.ok ? '' : '; only node ports and addresses of this machine answer'}`
  const applier = new UserspaceApplier({
    podCidr: wish.facts.podCidr,
    nodePortHost: wish.nodePortHost,
    report: ({ service, address, port }, reason) =>
      wish.log.warn('a Service address cannot be listened on', { service, address: address ?? wish.nodePortHost, port, reason }),
  })
  return ok({ applier, limits })
}

/** The applier, or why there is none. */
async function tryNftables({ bridge, clusterUid, facts, log }: ApplierWish): Promise<NftablesApplier | string> {
  const nft = openNft()
  if (!nft) return 'nftables is not installed (apt install nftables)'
  const bridgeFiltered = await filterBridges()
  const { loadBalancerCidr, podCidr, serviceCidr } = facts
  const table: TableFacts = { table: tableName(clusterUid), podCidr, serviceCidr, loadBalancerCidr, bridgeFiltered }
  const allowed = await nft.run(trialScript({ ...table, table: `${table.table}-trial` }))
  if (!allowed.ok) {
    nft.close()
    return /permitted|denied/i.test(allowed.error)
      ? 'nftables needs root (CAP_NET_ADMIN)'
      : `nftables does not work: ${allowed.error}`
  }
  for (const dead of await removeDeadTables(nft, table.table, facts)) {
    await removeForwarded(dead, podCidr)
    log.warn('removed the nftables table of a cluster that is gone and had the same ranges', { table: dead })
  }
  return new NftablesApplier({ nft, facts: table, bridge })
}

/** What the machine needs beside the table; done again by the repair, for Docker's restarts. */
export async function prepareMachine({ clusterUid, facts }: Pick<ApplierWish, 'clusterUid' | 'facts'>): Promise<Result<void, string>> {
  const routes = addLocalRoutes([facts.serviceCidr, facts.loadBalancerCidr])
  if (!routes.ok) return routes
  return acceptForwarded(tableName(clusterUid), facts.podCidr)
}

/** Takes away all that a cluster's proxy made on this machine; for `klio down --purge`, also without a running klio. */
export async function removeProxy({ clusterUid, facts }: {
  readonly clusterUid: string
  readonly facts: Pick<NodeFacts, 'podCidr' | 'serviceCidr' | 'loadBalancerCidr'>
}): Promise<Result<void, string>> {
  const table = tableName(clusterUid)
  removeLocalRoutes([facts.serviceCidr, facts.loadBalancerCidr])
  await removeForwarded(table, facts.podCidr)
  const nft = openNft()
  if (!nft) return ok(undefined)
  // Added first: deleting what is not there would be an error.
  const done = await nft.run(`add table ip ${table}\ndelete table ip ${table}\n`)
  nft.close()
  return done.ok || /permitted|denied/i.test(done.error) ? ok(undefined) : done
}
