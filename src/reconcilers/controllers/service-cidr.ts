import { CIDR_DELETION_GRACE_MS } from '../../base/limits.ts'
import type { Instant } from '../../base/clock.ts'
import type { Command } from '../../commands/command.ts'
import { type Condition, findCondition, setCondition } from '../../meta/conditions.ts'
import type { JsonObject } from '../../meta/object.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { View } from '../../projections/view.ts'
import { isWithin, parseCidr, type Cidr } from '../../resources/cidr.ts'
import type { IPAddress, ServiceCIDR } from '../../resources/generated/networking.gen.ts'
import { parseIp } from '../../resources/ip.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { ADDRESSES, IP_MANAGED_BY, IP_MANAGER } from './ip-address.ts'

const NAME = 'service-cidr-controller'
const RESOURCE = 'servicecidrs.networking.k8s.io'
const FINALIZER = 'networking.k8s.io/service-cidr-finalizer'
/** The range that every cluster begins with. */
const DEFAULT = 'kubernetes'
const READY = 'Ready'

/**
 * Keeps the ServiceCIDR of the cluster's range, tells that ranges are ready, and lets one go when no address
 * would be left without a range. Source: pkg/controller/servicecidrs, controlplane/controller/defaultservicecidr.
 */
export function serviceCidrController(cidr: string): Reconciler {
  return {
    name: NAME,
    user: 'system:apiserver',
    startKeys: [DEFAULT],
    watches: [
      { resource: RESOURCE, keysOf: (change, view) => [...new Set([change.name, DEFAULT, ...ending(view)])] },
      { resource: ADDRESSES, keysOf: (_change, view) => ending(view) },
    ],
    reconcile(name, view, now) {
      const range = view.get<ServiceCIDR>(RESOURCE, '', name)
      if (!range) return name === DEFAULT ? { commands: [creation(cidr)] } : NOTHING
      return range.metadata.deletionTimestamp === undefined ? kept(range, now) : letGo(range, view, now)
    },
  }
}

/** Ranges that go away look again when a range or an address comes or goes. */
const ending = (view: View): string[] =>
  view.list<ServiceCIDR>(RESOURCE).flatMap(({ metadata }) => (metadata.deletionTimestamp ? [metadata.name ?? ''] : []))

function creation(cidr: string): Command {
  const object: ServiceCIDR = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: DEFAULT },
    spec: { cidrs: [cidr] },
  }
  return { verb: 'create', resource: RESOURCE, namespace: '', name: DEFAULT, object, why: 'the range of the cluster' }
}

function kept(range: ServiceCIDR, now: Instant): Plan {
  const { finalizers = [], name = '' } = range.metadata
  const commands: Command[] = []
  if (!finalizers.includes(FINALIZER))
    commands.push(finalized(range, [...finalizers, FINALIZER], 'addresses may be taken from it'))
  const message = name === DEFAULT ? 'Kubernetes default Service CIDR is ready' : 'Kubernetes Service CIDR is ready'
  commands.push(...told(range, { type: READY, status: 'True', reason: '', message }, now))
  return { commands }
}

/** Source: servicecidrs_controller.go sync. */
function letGo(range: ServiceCIDR, view: View, now: Instant): Plan {
  if (!mayGo(range, view)) {
    const message = 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR'
    return { commands: told(range, { type: READY, status: 'False', reason: 'Terminating', message }, now) }
  }
  const since = parseTime(range.metadata.deletionTimestamp ?? '') ?? now
  const wait = since + CIDR_DELETION_GRACE_MS - now
  if (wait > 0) return { commands: [], requeueAfterMs: wait }
  const { finalizers = [] } = range.metadata
  if (!finalizers.includes(FINALIZER)) return NOTHING
  return { commands: [finalized(range, finalizers.filter((f) => f !== FINALIZER), 'no address is left in it')] }
}

/** Whether every address of the range lies in another one too. Source: canDeleteCIDR. */
function mayGo(range: ServiceCIDR, view: View): boolean {
  const others = view
    .list<ServiceCIDR>(RESOURCE)
    .filter(({ metadata }) => metadata.name !== range.metadata.name && !metadata.deletionTimestamp)
    .flatMap(rangesOf)
  const mine = rangesOf(range)
  const covers = (other: Cidr, cidr: Cidr): boolean => other.prefix <= cidr.prefix && isWithin(cidr, other)
  if (mine.every((cidr) => others.some((other) => covers(other, cidr)))) return true
  return !view.list<IPAddress>(ADDRESSES).some(({ metadata }) => {
    const ip = metadata.labels?.[IP_MANAGED_BY] === IP_MANAGER ? parseIp(metadata.name ?? '') : undefined
    const host = ip && { ip, prefix: ip.bytes.length * 8, leadingZeros: false }
    return host && mine.some((cidr) => isWithin(host, cidr)) && !others.some((cidr) => isWithin(host, cidr))
  })
}

const rangesOf = ({ spec }: ServiceCIDR): Cidr[] =>
  (spec?.cidrs ?? []).map(parseCidr).filter((cidr) => cidr !== undefined)

function finalized(range: ServiceCIDR, finalizers: string[], why: string): Command {
  const { name = '', resourceVersion } = range.metadata
  const patch = { metadata: { finalizers, ...(resourceVersion && { resourceVersion }) } }
  return { verb: 'patch', patchType: 'merge', resource: RESOURCE, namespace: '', name, patch, why }
}

function told(range: ServiceCIDR, wish: Condition, now: Instant): Command[] {
  const { conditions } = range.status ?? {}
  const known = findCondition(conditions, wish.type)
  if (known?.status === wish.status && (known.reason ?? '') === wish.reason && known.message === wish.message) return []
  const patch = { status: { conditions: [...setCondition<Condition>(conditions, wish, now)] } }
  const { name = '' } = range.metadata
  const why = wish.message ?? ''
  return [
    {
      verb: 'patch', patchType: 'merge', resource: RESOURCE, subresource: 'status', namespace: '', name,
      patch: patch as unknown as JsonObject, why,
    },
  ]
}
