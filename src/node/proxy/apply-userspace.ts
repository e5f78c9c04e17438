import { networkInterfaces } from 'node:os'
import { ok, type Result } from '../../base/result.ts'
import type { Applier } from './applier.ts'
import { chooserOf, type ChooserFacts } from './choose-target.ts'
import type { Forwarder } from './forwarder.ts'
import { parseRange } from './ipv4.ts'
import { sameFrontend } from './rule-book.ts'
import { frontendKey, type Frontend, type RuleChange, type RuleSet } from './rules.ts'
import { forwardTcp } from './userspace-tcp.ts'
import { forwardUdp } from './userspace-udp.ts'

/** What the forwarder needs beside rules. */
export interface UserspaceOptions {
  readonly podCidr: string
  /** Where node ports listen: `0.0.0.0` for all addresses of the machine. */
  readonly nodePortHost: string
  /** Told once for each frontend that cannot be served, and why. */
  report(frontend: Frontend, reason: string): void
}

/**
 * Carries connections in this process where nftables cannot be used: node ports, and every Service address
 * that this machine can listen on (all of 127.0.0.0/8; with a local route also the service range). A
 * frontend without endpoints is not listened on, so that connections are refused at once. SCTP is not
 * carried, and endpoints see this machine as the client.
 */
export class UserspaceApplier implements Applier {
  readonly way = 'userspace'
  readonly #options: UserspaceOptions
  readonly #facts: ChooserFacts
  readonly #open = new Map<string, Forwarder>()

  constructor(options: UserspaceOptions) {
    this.#options = options
    const podRange = parseRange(options.podCidr)!
    this.#facts = {
      podRange,
      isNodeAddress: (address) => isOwn(address),
      now: () => Date.now(),
      random: (limit) => Math.floor(Math.random() * limit),
    }
  }

  async load(rules: RuleSet): Promise<Result<void, string>> {
    for (const key of [...this.#open.keys()]) if (!rules.has(key)) await this.#close(key)
    for (const frontend of rules.values()) await this.#serve(frontend)
    return ok(undefined)
  }

  async apply(changes: readonly RuleChange[]): Promise<Result<void, string>> {
    for (const { key, after } of changes) {
      if (after) await this.#serve(after)
      else await this.#close(key)
    }
    return ok(undefined)
  }

  async intact(): Promise<boolean> {
    return true
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((key) => this.#close(key)))
  }

  async #serve(frontend: Frontend): Promise<void> {
    const key = frontendKey(frontend)
    if (frontend.targets.length === 0 && (frontend.inside?.length ?? 0) === 0) return this.#close(key)
    const known = this.#open.get(key)
    if (known) {
      if (!sameFrontend(known.chooser.frontend, frontend)) known.chooser.frontend = frontend
      return
    }
    const host = frontend.address ?? this.#options.nodePortHost
    const chooser = chooserOf(frontend, this.#facts)
    if (frontend.protocol === 'sctp') return this.#options.report(frontend, 'SCTP needs nftables')
    const forward = frontend.protocol === 'tcp' ? forwardTcp : forwardUdp
    const opened = await forward(host, frontend.port, chooser)
    if (opened.ok) this.#open.set(key, opened.value)
    else this.#options.report(frontend, opened.error)
  }

  async #close(key: string): Promise<void> {
    const forwarder = this.#open.get(key)
    this.#open.delete(key)
    await forwarder?.close()
  }
}

const isOwn = (address: string): boolean =>
  address.startsWith('127.') ||
  Object.values(networkInterfaces()).some((all) => all?.some((each) => each.address === address))
