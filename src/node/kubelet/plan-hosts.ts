import {
  DNS_SEARCH_CHARS_MAX, DNS_SEARCHES_MAX, DNS_SERVERS_MAX,
} from '../../base/limits.ts'
import type { HostAlias, Pod } from '../../resources/generated/core.gen.ts'
import { isHostNetwork, podHostname, specOf } from './pod-spec.ts'

/** What the cluster's DNS is. */
export interface DnsSettings {
  readonly clusterDomain: string
  /** Addresses of the cluster DNS. */
  readonly servers: readonly string[]
  /** The node's own resolv.conf. */
  readonly host: ResolvConf
}

/** A resolv.conf in parts. */
export interface ResolvConf {
  readonly servers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}

/** /etc/hosts of a Pod. Source: kubelet_pods.go managedHostsFileContent, nodeHostsFileContent. */
export function planHosts(pod: Pod, ips: readonly string[], nodeHosts: string, domain: string): string {
  const aliases = aliasLines(specOf(pod).hostAliases ?? [])
  if (isHostNetwork(pod)) return `${HOST_NETWORK_HEADER}${nodeHosts}${aliases}`
  const name = podHostname(pod, domain)
  const names = name.domain === '' ? name.host : `${name.host}.${name.domain}\t${name.host}`
  return `${HEADER}${STATIC_LINES}${ips.map((ip) => `${ip}\t${names}\n`).join('')}${aliases}`
}

// Conformance looks for this very first line.
const HEADER = '# Kubernetes-managed hosts file.\n'
const HOST_NETWORK_HEADER = '# Kubernetes-managed hosts file (host network).\n'

const STATIC_LINES = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
  '',
].join('\n')

function aliasLines(aliases: readonly HostAlias[]): string {
  if (aliases.length === 0) return ''
  const lines = aliases.map((a) => `${a.ip}\t${(a.hostnames ?? []).join('\t')}\n`)
  return `\n# Entries added by HostAliases.\n${lines.join('')}`
}

/** A resolv.conf and what had to be left out of it, for an Event. */
export interface PlannedDns {
  readonly text: string
  readonly warnings: readonly string[]
}

/** resolv.conf of a Pod. Source: kubelet/network/dns/dns.go GetPodDNS. */
export function planResolvConf(pod: Pod, dns: DnsSettings): PlannedDns {
  const merged = withConfig(pod, base(pod, dns))
  const warnings: string[] = []
  const servers = merged.servers.slice(0, DNS_SERVERS_MAX)
  if (servers.length < merged.servers.length) {
    warnings.push(
      'Nameserver limits were exceeded, some nameservers have been omitted, ' +
        `the applied nameserver line is: ${servers.join(' ')}`,
    )
  }
  const searches = fitSearches(merged.searches)
  if (searches.length < merged.searches.length) {
    warnings.push(
      'Search Line limits were exceeded, some search paths have been omitted, ' +
        `the applied search line is: ${searches.join(' ')}`,
    )
  }
  const lines = [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...servers.map((server) => `nameserver ${server}`),
    ...(merged.options.length > 0 ? [`options ${merged.options.join(' ')}`] : []),
  ]
  return { text: lines.map((line) => `${line}\n`).join(''), warnings }
}

function base(pod: Pod, dns: DnsSettings): ResolvConf {
  const policy = specOf(pod).dnsPolicy ?? 'ClusterFirst'
  if (policy === 'None') return { servers: [], searches: [], options: [] }
  const cluster =
    policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !isHostNetwork(pod))
  if (!cluster || dns.servers.length === 0) return dns.host
  const { clusterDomain: domain } = dns
  const own = [`${pod.metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain]
  return {
    servers: dns.servers,
    searches: unique([...own, ...dns.host.searches]),
    options: ['ndots:5'],
  }
}

function withConfig(pod: Pod, { servers, searches, options }: ResolvConf): ResolvConf {
  const config = specOf(pod).dnsConfig
  if (!config) return { servers, searches, options }
  const merged = new Map(options.map((o) => [o.split(':')[0]!, o]))
  for (const { name = '', value } of config.options ?? []) {
    merged.set(name, value ? `${name}:${value}` : name)
  }
  return {
    servers: unique([...servers, ...(config.nameservers ?? [])]),
    searches: unique([...searches, ...(config.searches ?? [])]),
    options: [...merged.values()],
  }
}

function fitSearches(searches: readonly string[]): string[] {
  const kept = searches.slice(0, DNS_SEARCHES_MAX).filter((s) => s.length <= 253)
  while (kept.join(' ').length > DNS_SEARCH_CHARS_MAX) kept.pop()
  return kept
}

/** Reads a resolv.conf; the last search and options lines count. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: string[] = []
  let searches: string[] = []
  let options: string[] = []
  for (const line of text.split('\n')) {
    const [key, ...words] = line.trim().split(/\s+/)
    if (key === 'nameserver' && words[0]) servers.push(words[0])
    if (key === 'search') searches = words.filter((w) => w !== '.').map((w) => w.replace(/\.$/, ''))
    if (key === 'options') options = words
  }
  return { servers, searches, options }
}

const unique = (list: readonly string[]): string[] => [...new Set(list)]
