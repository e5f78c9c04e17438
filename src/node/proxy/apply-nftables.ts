import { networkInterfaces } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { PROXY_PLANNED_AT_ONCE } from '../../base/limits.ts'
import { ok, type Result } from '../../base/result.ts'
import { isHeld, parseAffinities, type Affinity } from './affinity.ts'
import type { Applier } from './applier.ts'
import { openHairpins } from './bridge.ts'
import { endStaleFlows } from './conntrack.ts'
import { NftState } from './nft-state.ts'
import type { Nft } from './nft.ts'
import type { TableFacts } from './plan-table.ts'
import type { RuleChange, RuleSet } from './rules.ts'

/** What the kernel's applier needs beside the table's facts. */
export interface NftablesOptions {
  readonly nft: Nft
  readonly facts: TableFacts
  /** The bridge of the node's pods; undefined where there is none. */
  readonly bridge: string | undefined
}

/** Keeps one nftables table equal to the rules: a step is one transaction of a few elements. */
export class NftablesApplier implements Applier {
  readonly way: string
  readonly #nft: Nft
  readonly #facts: TableFacts
  readonly #bridge: string | undefined
  readonly #state: NftState
  readonly #hairpins = new Set<string>()

  constructor({ nft, facts, bridge }: NftablesOptions) {
    this.way = `nftables (${nft.way})`
    this.#nft = nft
    this.#facts = facts
    this.#bridge = bridge
    this.#state = new NftState(facts)
  }

  async load(rules: RuleSet, local: Iterable<string>): Promise<Result<void, string>> {
    const clients = await this.#clients()
    let script = this.#state.begin()
    const all = [...rules].map(([key, after]) => ({ key, before: undefined, after }))
    for (let from = 0; from < all.length; from += PROXY_PLANNED_AT_ONCE) {
      script += this.#state.apply(all.slice(from, from + PROXY_PLANNED_AT_ONCE), local)
      await nextTurn()
    }
    script += this.#state.apply([], local)
    const kept = clients.filter((each) => isHeld(each, (key) => rules.get(key)))
    const done = await this.#nft.run(script + restoreScript(this.#facts.table, kept))
    if (!done.ok) return done
    this.#afterwards(all)
    return ok(undefined)
  }

  async apply(changes: readonly RuleChange[], local: Iterable<string>): Promise<Result<void, string>> {
    const script = this.#state.apply(changes, local)
    if (script !== '') {
      const done = await this.#nft.run(script)
      if (!done.ok) return done
    }
    if (changes.some(losesAffinity)) {
      const ended = await this.#endAffinities()
      if (!ended.ok) return ended
    }
    this.#afterwards(changes)
    return ok(undefined)
  }

  async intact(): Promise<boolean> {
    // Tables alone: to list one of its chains, libnftables would first read every element of it.
    const tables = await this.#nft.run('list tables ip\n')
    return tables.ok && tables.value.split('\n').includes(`table ip ${this.#facts.table}`)
  }

  async close(): Promise<void> {
    this.#nft.close()
  }

  #afterwards(changes: readonly RuleChange[]): void {
    if (this.#bridge !== undefined) openHairpins(this.#bridge, this.#hairpins)
    endStaleFlows(changes, nodeAddresses)
  }

  async #clients(): Promise<Affinity[]> {
    const listed = await this.#nft.run(`list map ip ${this.#facts.table} affinity\n`)
    return listed.ok ? parseAffinities(listed.value) : []
  }

  /** Lets clients go whose endpoint went. Added first, because one that expired meanwhile cannot be deleted. */
  async #endAffinities(): Promise<Result<string, string>> {
    const stale = (await this.#clients()).filter((each) => !isHeld(each, (key) => this.#state.frontend(key)))
    if (stale.length === 0) return ok('')
    const { table } = this.#facts
    const values = stale.map(({ key, target }) => `${key} : ${target.replace(':', ' . ')}`)
    const keys = stale.map(({ key }) => key)
    const deletion = `delete element ip ${table} affinity { ${keys.join(', ')} }\n`
    return this.#nft.run(`add element ip ${table} affinity { ${values.join(', ')} }\n${deletion}`)
  }
}

const losesAffinity = ({ before, after }: RuleChange): boolean =>
  before?.affinitySeconds !== undefined &&
  (after?.affinitySeconds === undefined ||
    before.targets.some((target) => !after.targets.includes(target)) ||
    (before.inside ?? []).some((target) => !after.inside?.includes(target)))

function restoreScript(table: string, clients: readonly Affinity[]): string {
  if (clients.length === 0) return ''
  const elements = clients.map(({ key, times, target }) => `${key} ${times} : ${target.replace(':', ' . ')}`)
  return `add element ip ${table} affinity { ${elements.join(', ')} }\n`
}

/** Addresses of this machine; they change while klio runs, so they are asked for each time. */
function nodeAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return new Set(all.map(({ address }) => address))
}
