import type { Command } from '../../commands/command.ts'
import { objectKey, splitKey } from '../../meta/key.ts'
import type { View, ViewChange } from '../../projections/view.ts'
import type { Service } from '../../resources/generated/core.gen.ts'
import type { IPAddress } from '../../resources/generated/networking.gen.ts'
import { ipText, parseIp } from '../../resources/ip.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'

/** Storage resource of IPAddresses. */
export const ADDRESSES = 'ipaddresses.networking.k8s.io'
/** Label and value of addresses that Services hold. Source: networking/v1 well_known_labels.go. */
export const IP_MANAGED_BY = 'ipaddress.kubernetes.io/managed-by'
export const IP_MANAGER = 'ipallocator.k8s.io'
const FAMILY = 'ipaddress.kubernetes.io/ip-family'
/** Keys of addresses, to look whether their Service still holds them. */
const ADDRESS = 'address:'

/**
 * Shows which Service holds which address. Addresses are given where Services are written; these objects
 * follow. Source: registry/core/service/ipallocator, its repair loop.
 */
export function ipAddressController(): Reconciler {
  return {
    name: 'ipallocator-repair-controller',
    user: 'system:apiserver',
    watches: [
      { resource: 'services', keysOf: (change) => (sameAddresses(change) ? [] : keysOfService(change)) },
      { resource: ADDRESSES, keysOf: (change) => [`${ADDRESS}${change.name}`] },
    ],
    reconcile(key, view) {
      if (key.startsWith(ADDRESS)) return checked(key.slice(ADDRESS.length), view)
      const { namespace, name } = splitKey(key)
      const service = view.get<Service>('services', namespace, name)
      return service ? shown(service, view) : NOTHING
    },
  }
}

const addressesOf = (service: Service | undefined): string[] =>
  (service?.spec?.clusterIPs ?? []).flatMap((text) => {
    const ip = parseIp(text)
    return ip ? [ipText(ip)] : []
  })

const sameAddresses = (change: ViewChange): boolean => {
  const [before, after] = [change.before() as Service | undefined, change.after() as Service | undefined]
  return before !== undefined && after !== undefined && addressesOf(before).join() === addressesOf(after).join()
}

const keysOfService = (change: ViewChange): string[] => [
  objectKey(change.namespace, change.name),
  ...addressesOf(change.before() as Service | undefined).map((ip) => `${ADDRESS}${ip}`),
]

function shown(service: Service, view: View): Plan {
  const missing = addressesOf(service).filter((ip) => !view.get(ADDRESSES, '', ip))
  return { commands: missing.map((ip) => creation(ip, service)) }
}

function creation(ip: string, { metadata }: Service): Command {
  const { namespace = '', name = '' } = metadata
  const object: IPAddress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: { name: ip, labels: { [FAMILY]: ip.includes(':') ? 'IPv6' : 'IPv4', [IP_MANAGED_BY]: IP_MANAGER } },
    spec: { parentRef: { resource: 'services', namespace, name } },
  }
  return { verb: 'create', resource: ADDRESSES, namespace: '', name: ip, object, why: `the address of ${name}` }
}

/** An address that its Service no longer holds goes; then whoever holds it now gets one. */
function checked(ip: string, view: View): Plan {
  const address = view.get<IPAddress>(ADDRESSES, '', ip)
  if (!address || address.metadata.labels?.[IP_MANAGED_BY] !== IP_MANAGER) return heldBy(ip, view)
  const { namespace = '', name = '', resource } = address.spec?.parentRef ?? {}
  const service = resource === 'services' ? view.get<Service>('services', namespace, name) : undefined
  if (addressesOf(service).includes(ip)) return NOTHING
  const options = { preconditions: { uid: address.metadata.uid } }
  const why = 'no Service holds it'
  return { commands: [{ verb: 'delete', resource: ADDRESSES, namespace: '', name: ip, options, why }] }
}

/** Someone took the object of an address that is still held away, or it went with its old holder. */
function heldBy(ip: string, view: View): Plan {
  if (view.get(ADDRESSES, '', ip)) return NOTHING
  const holder = view.list<Service>('services').find((service) => addressesOf(service).includes(ip))
  return holder ? { commands: [creation(ip, holder)] } : NOTHING
}
