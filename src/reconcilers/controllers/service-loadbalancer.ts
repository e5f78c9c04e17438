import { LOAD_BALANCER_RETRY_MS } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import { objectKey, splitKey } from '../../meta/key.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { View } from '../../projections/view.ts'
import type { Service } from '../../resources/generated/core.gen.ts'
import { regarding } from '../runtime/plain-refusal.ts'
import { NOTHING, type Note, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { fnv32a } from './deployment-hash.ts'

const NAME = 'service-lb-controller'

/** Where LoadBalancer addresses come from. */
export interface LoadBalancerRange {
  /**
   * First three numbers of a /24: `172.31.255`. Taken from `172.31.255.0/24` by loadBalancerRange.
   */
  readonly prefix: string
  /** Last numbers that are not given out: network, gateway, broadcast. */
  readonly reserved: readonly number[]
}

/** The range of a /24 in CIDR form; its first two and its last address are not given out. */
export const loadBalancerRange = (cidr: string): LoadBalancerRange => ({
  prefix: cidr.slice(0, cidr.lastIndexOf('.')),
  reserved: [0, 1, 255],
})

/**
 * Gives Services of type LoadBalancer an address, as a cloud would; it is free again when the
 * Service is gone or of another type. Services of another class are left alone. Source:
 * cloud-provider service controller.
 */
export function serviceLoadBalancer(range: LoadBalancerRange): Reconciler {
  return {
    name: NAME,
    user: controllerUser('service-controller'),
    watches: [
      { resource: 'services', keysOf: (change) => [objectKey(change.namespace, change.name)] },
    ],
    // One at a time: two that look at once would take the same address.
    workers: 1,
    reconcile(key, view) {
      const { namespace, name } = splitKey(key)
      const service = view.get<Service>('services', namespace, name)
      return service && !service.spec?.loadBalancerClass ? plan(service, range, view) : NOTHING
    },
  }
}

function plan(service: Service, range: LoadBalancerRange, view: View): Plan {
  const current = addressOf(service)
  if (service.spec?.type !== 'LoadBalancer' || service.metadata.deletionTimestamp !== undefined)
    return current ? { commands: [statusUpdate(service, undefined)] } : NOTHING
  const taken = takenByOthers(service, view)
  if (current?.startsWith(`${range.prefix}.`) && !taken.has(current)) return NOTHING
  const address = freeAddress(service, range, taken)
  if (address === undefined) return planFull(service, range)
  return {
    commands: [statusUpdate(service, address)],
    notes: [note(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')],
  }
}

/** Addresses of older Services count, so that of two with the same one the younger moves. */
function takenByOthers(service: Service, view: View): Set<string> {
  const taken = new Set<string>()
  for (const other of view.byField<Service>('services', 'spec.type', 'LoadBalancer')) {
    const address = addressOf(other)
    if (!address || other.metadata.uid === service.metadata.uid) continue
    if (address !== addressOf(service) || ageOf(other) < ageOf(service)) taken.add(address)
  }
  return taken
}

const ageOf = ({ metadata }: Service): string => `${metadata.creationTimestamp} ${metadata.uid}`

/**
 * The one asked for when it is free; else from a place that its uid decides, upwards and around.
 */
function freeAddress(
  service: Service,
  range: LoadBalancerRange,
  taken: ReadonlySet<string>,
): string | undefined {
  const wish = service.spec?.loadBalancerIP
  const free = (last: number) =>
    !range.reserved.includes(last) && !taken.has(`${range.prefix}.${last}`)
  if (wish?.startsWith(`${range.prefix}.`) && free(Number(wish.slice(range.prefix.length + 1))))
    return wish
  const start = fnv32a(0x811c9dc5, new TextEncoder().encode(service.metadata.uid ?? ''))
  for (let i = 0; i < 256; i++) {
    const last = (start + i) % 256
    if (free(last)) return `${range.prefix}.${last}`
  }
  return undefined
}

function planFull(service: Service, range: LoadBalancerRange): Plan {
  const why = `no free address in ${range.prefix}.0/24`
  const message = `Error syncing load balancer: failed to ensure load balancer: ${why}`
  return {
    commands: addressOf(service) ? [statusUpdate(service, undefined)] : [],
    notes: [note(service, 'Warning', 'SyncLoadBalancerFailed', message)],
    requeueAfterMs: LOAD_BALANCER_RETRY_MS,
  }
}

const addressOf = (service: Service): string | undefined =>
  service.status?.loadBalancer?.ingress?.[0]?.ip

function statusUpdate(service: Service, address: string | undefined): Command {
  const { namespace = '', name = '' } = service.metadata
  const loadBalancer = address === undefined ? {} : { ingress: [{ ip: address, ipMode: 'VIP' }] }
  const object: KubeObject = Object.assign(
    { ...service },
    { status: { ...service.status, loadBalancer } },
  )
  const why = address ?? 'gives its address back'
  return {
    verb: 'update',
    resource: 'services',
    namespace,
    name,
    subresource: 'status',
    object,
    why,
  }
}

const note = (service: Service, type: Note['type'], reason: string, message: string): Note => ({
  regarding: regarding(service),
  type,
  reason,
  message,
})
