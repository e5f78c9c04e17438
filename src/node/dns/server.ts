import { backoffMs } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.ts'
import { DNS_LISTEN_RETRY_MS, DNS_LISTEN_RETRY_MS_MAX } from '../../base/limits.ts'
import type { Log } from '../../base/log.ts'
import type { ViewSource } from '../../reconcilers/runtime/ports.ts'
import { whatIsThere } from '../what-is-there.ts'
import { answerQuery, type Answering } from './answer-query.ts'
import { forwarderOf } from './forward.ts'
import { listen, type ListenAddress, type Listener } from './listen.ts'
import { upstreamsOf } from './upstreams.ts'
import { DNS_RESOURCES, ZoneIndex, type ZoneFacts } from './zone-index.ts'

/** What a DNS server is made from. */
export interface DnsOptions {
  readonly source: ViewSource
  readonly clock: Clock
  readonly log: Log
  readonly zone: ZoneFacts
  /** Addresses to listen on: the gateway of the node's network, port 53. */
  readonly listen: readonly ListenAddress[]
  /** The machine's resolvers; `/etc/resolv.conf` by default. */
  readonly resolvConf?: string
}

/** A running DNS server. */
export interface Dns {
  /** Whether it listens and knows the cluster. */
  ready(): boolean
  /** What does not work and what to do about it. */
  problem(): string | undefined
  /** Resolves when it is ready, or closed. */
  started(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts the cluster DNS. It answers from the view as it is at that moment. An address that cannot be
 * listened on yet (the node's network is still being made) is tried again until it can.
 */
export function startDns(options: DnsOptions): Dns {
  const { clock, log, source } = options
  const stop = new AbortController()
  const zone = new ZoneIndex(source.view, options.zone)
  const own = new Set([`${options.zone.dnsAddress}:53`, ...options.listen.map(({ address, port }) => `${address}:${port}`)])
  const upstreams = upstreamsOf({ path: options.resolvConf ?? '/etc/resolv.conf', own, clock })
  const listeners: Listener[] = []
  const problems = new Map<string, string>()
  let synced = false
  let turns = 0
  const answering: Answering = {
    zone,
    forwarder: forwarderOf(upstreams, clock),
    isSynced: () => synced,
    isUpstream: upstreams.has,
    turn: () => turns++,
  }
  const follow = async (): Promise<() => void> => {
    await source.synced(stop.signal)
    if (stop.signal.aborted) return () => {}
    const unsubscribe = source.subscribe([...DNS_RESOURCES], (changes) => changes.forEach((change) => zone.hear(change)))
    for (const resource of DNS_RESOURCES) for (const change of whatIsThere(source, resource)) zone.hear(change)
    synced = true
    return unsubscribe
  }
  const open = async (at: ListenAddress): Promise<void> => {
    const name = `${at.address}:${at.port}`
    for (let failures = 0; !stop.signal.aborted; failures++) {
      const opened = await listen(at, (message, carrier, from) => answerQuery(message, carrier, from, answering))
      if (opened.ok) {
        listeners.push(opened.value)
        problems.delete(name)
        return
      }
      problems.set(name, problemText(name, opened.error))
      if (failures === 0) log.warn(problemText(name, opened.error))
      await clock.sleep(backoffMs({ baseMs: DNS_LISTEN_RETRY_MS, maxMs: DNS_LISTEN_RETRY_MS_MAX }, failures), stop.signal)
    }
  }
  const following = follow()
  const opening = Promise.all(options.listen.map(open))
  return {
    ready: () => synced && listeners.length === options.listen.length,
    problem: () => problems.values().next().value ?? (synced ? undefined : 'the cluster DNS does not know the cluster yet'),
    async started() {
      await Promise.all([following, opening])
    },
    async close() {
      stop.abort()
      const unsubscribe = await following
      unsubscribe()
      await opening
      await Promise.all(listeners.map((listener) => listener.close()))
    },
  }
}

function problemText(name: string, code: string): string {
  const remedy =
    code === 'EACCES' ? 'ports below 1024 need root'
    : code === 'EADDRINUSE' ? 'something else listens there; end it'
    : code === 'EADDRNOTAVAIL' ? "the node's network is not there yet"
    : code
  return `the cluster DNS cannot listen on ${name}: ${remedy}`
}
