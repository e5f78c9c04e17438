import { endpointRecords, serviceRecords } from './plan-records.ts'
import type { Zone } from './zone.ts'

/** The IPv4 address that a reverse name asks for, `1.0.43.10.in-addr.arpa`; undefined for all other names. */
export function reverseAddress(name: string): string | undefined {
  const [, reversed] = /^((?:[0-9]{1,3}\.){3}[0-9]{1,3})\.in-addr\.arpa$/.exec(name) ?? []
  return reversed?.split('.').reverse().join('.')
}

/**
 * Names of an address: the Service's own, or its headless Services' endpoints. Source:
 * kubernetes/dns specification 2.3.3, 2.4.3.
 */
export function reverseNames(address: string, zone: Zone): string[] {
  const names = new Set<string>()
  for (const { namespace, service, slice } of zone.owners(address)) {
    const base = `${service}.${namespace}.svc.${zone.domain}`
    if (slice === undefined) names.add(base)
    else for (const host of headlessHosts(address, namespace, service, slice, zone)) names.add(`${host}.${base}`)
  }
  return [...names]
}

function headlessHosts(address: string, namespace: string, service: string, slice: string, zone: Zone): string[] {
  const found = zone.service(namespace, service)
  const endpoints = zone.slice(namespace, slice)
  if (!found || !endpoints || serviceRecords(found).kind !== 'headless') return []
  return endpointRecords([endpoints]).filter((each) => each.address === address).map(({ host }) => host)
}
