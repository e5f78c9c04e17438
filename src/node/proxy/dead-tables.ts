import { inRange, ipv4Text, parseRange, type Ipv4Range } from './ipv4.ts'
import type { Nft } from './nft.ts'
import { RANGES_SET } from './plan-table.ts'
import type { NodeFacts } from './rules.ts'

/** Begins the names of klio's tables. */
export const TABLE_PREFIX = 'klio-'

/**
 * Removes tables of clusters that used this cluster's ranges: Docker gives a range to one network at a
 * time, so such a cluster is gone and was never purged, but its table would go on taking our traffic. A
 * cluster with ranges of its own is left alone. Gives the names that were removed.
 */
export async function removeDeadTables(
  nft: Nft,
  own: string,
  facts: Pick<NodeFacts, 'podCidr' | 'serviceCidr' | 'loadBalancerCidr'>,
): Promise<string[]> {
  const ranges = [facts.podCidr, facts.serviceCidr, facts.loadBalancerCidr].map(parseRange)
  const removed: string[] = []
  for (const table of await otherTables(nft, own)) {
    const listed = await nft.run(`list set ip ${table} ${RANGES_SET}\n`)
    if (!listed.ok || !rangesIn(listed.value).some((range) => ranges.some((other) => other && overlap(range, other))))
      continue
    if ((await nft.run(`delete table ip ${table}\n`)).ok) removed.push(table)
  }
  return removed
}

async function otherTables(nft: Nft, own: string): Promise<string[]> {
  const listed = await nft.run('list tables ip\n')
  if (!listed.ok) return []
  const names = listed.value.split('\n').map((line) => line.replace(/^table ip /, ''))
  return names.filter((name) => name.startsWith(TABLE_PREFIX) && name !== own)
}

/** The ranges that a listing names. */
export const rangesIn = (listing: string): Ipv4Range[] =>
  [...listing.matchAll(/\d+\.\d+\.\d+\.\d+\/\d+/g)].map(([text]) => parseRange(text)).filter((range) => range !== undefined)

const overlap = (a: Ipv4Range, b: Ipv4Range): boolean => inRange(a, ipv4Text(b.base)) || inRange(b, ipv4Text(a.base))
