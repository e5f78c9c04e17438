import { MIRRORED_ENDPOINTS_PER_SUBSET_MAX } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import { objectKey, splitKey } from '../../meta/key.ts'
import { selectorOfLabels } from '../../meta/label-selector.ts'
import { controllerReference } from '../../meta/owner.ts'
import type { View, ViewChange } from '../../projections/view.ts'
import { equal, equalMaps } from '../../resources/equal.ts'
import type { EndpointAddress, Endpoints, EndpointSubset, Service } from '../../resources/generated/core.gen.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '../../resources/generated/discovery.gen.ts'
import { ipText, parseIp } from '../../resources/ip.ts'
import { type Note, NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { defined } from './defined.ts'
import { TRIGGER_TIME } from './endpoint-pods.ts'
import { repacked } from './endpoints-subsets.ts'
import { type AddressType, endpointKey, portsKey, SERVICE_NAME, SLICE_MANAGED_BY } from './endpointslice-build.ts'
import { deleteSlice, SLICES, writeSlice } from './endpointslice-write.ts'

const NAME = 'endpointslicemirroring-controller'
const MANAGER = 'endpointslicemirroring-controller.k8s.io'
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** A generated name has this much room for what stands before it. */
const PREFIX_MAX = 253 - 5

/**
 * Shows Endpoints that people write by hand as EndpointSlices, which is all that proxies read.
 * Source: pkg/controller/endpointslicemirroring.
 */
export function endpointSliceMirroring(): Reconciler {
  const own = (change: ViewChange): string[] => [objectKey(change.namespace, change.name)]
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [
      { resource: 'endpoints', keysOf: own },
      { resource: 'services', keysOf: (change) => (hasSelectorAlways(change) ? [] : own(change)) },
      { resource: SLICES, keysOf: mirroredOf },
    ],
    reconcile(key, view) {
      const { namespace, name } = splitKey(key)
      const endpoints = view.get<Endpoints>('endpoints', namespace, name)
      const service = view.get<Service>('services', namespace, name)
      const existing = slicesOf(view, namespace, name)
      if (!endpoints || !service || service.spec?.selector || !isMirrored(endpoints))
        return existing.length === 0
          ? NOTHING
          : { commands: existing.map((slice) => deleteSlice(slice, 'its Endpoints are not mirrored')) }
      return plan(endpoints, existing)
    },
  }
}

const hasSelectorAlways = (change: ViewChange): boolean =>
  [change.before(), change.after()].every((object) => !object || (object as Service).spec?.selector)

function mirroredOf(change: ViewChange): string[] {
  const labels = (change.after() ?? change.before())?.metadata.labels
  const service = labels?.[SERVICE_NAME]
  return service && labels[SLICE_MANAGED_BY] === MANAGER ? [objectKey(change.namespace, service)] : []
}

function slicesOf(view: View, namespace: string, name: string): EndpointSlice[] {
  const selector = selectorOfLabels({ [SERVICE_NAME]: name, [SLICE_MANAGED_BY]: MANAGER })
  return view
    .bySelector<EndpointSlice>(SLICES, namespace, selector)
    .filter((slice) => slice.metadata.deletionTimestamp === undefined)
}

const isMirrored = ({ metadata: { labels, annotations } }: Endpoints): boolean =>
  labels?.[SKIP_MIRROR] !== 'true' && annotations?.[LEADER] === undefined

interface Group {
  readonly type: AddressType
  readonly ports: EndpointPort[]
  readonly endpoints: Map<string, Endpoint>
}

interface Wanted {
  /** By family and ports: one slice each. */
  readonly groups: Map<string, Group>
  readonly invalid: number
  readonly skipped: number
}

const groupKey = (type: string, ports: EndpointPort[] | undefined): string => `${type} ${portsKey(ports)}`

function plan(endpoints: Endpoints, existing: readonly EndpointSlice[]): Plan {
  const wanted = wantedOf(endpoints.subsets ?? [])
  const gone = [...existing]
  const made: EndpointSlice[] = []
  const commands: Command[] = []
  for (const [key, group] of wanted.groups) {
    const ofGroup = existing.filter((slice) => groupKey(slice.addressType, slice.ports) === key)
    const [first] = ofGroup
    if (!first) {
      made.push(sliceOf(endpoints, group))
      continue
    }
    gone.splice(gone.indexOf(first), 1)
    const slice = sliceOf(endpoints, group)
    if (!isSame(first, slice)) commands.push(writeSlice('update', inPlaceOf(first, slice)))
  }
  for (const slice of made) commands.push(...placed(slice, gone, endpoints))
  commands.push(...gone.map((slice) => deleteSlice(slice)))
  return { commands, notes: commands.length > 0 ? notesOf(endpoints, wanted) : [] }
}

/** A slice that would go makes room for one that would come. */
function placed(slice: EndpointSlice, gone: EndpointSlice[], endpoints: Endpoints): Command[] {
  const at = gone.findIndex((other) => other.addressType === slice.addressType)
  if (at >= 0) return [writeSlice('update', inPlaceOf(gone.splice(at, 1)[0]!, slice))]
  return endpoints.metadata.deletionTimestamp === undefined ? [writeSlice('create', slice)] : []
}

function wantedOf(subsets: readonly EndpointSubset[]): Wanted {
  const groups = new Map<string, Group>()
  let [invalid, skipped] = [0, 0]
  for (const subset of repacked(subsets)) {
    const ports = (subset.ports ?? []).map(({ name = '', port, protocol = 'TCP', appProtocol }) =>
      defined({ name, port, protocol, appProtocol }),
    )
    let added = 0
    const all = [
      ...(subset.addresses ?? []).map((address) => ({ address, ready: true })),
      ...(subset.notReadyAddresses ?? []).map((address) => ({ address, ready: false })),
    ]
    for (const { address, ready } of all) {
      if (added >= MIRRORED_ENDPOINTS_PER_SUBSET_MAX) break
      const endpoint = endpointOf(address, ready)
      if (!endpoint) {
        invalid++
        continue
      }
      const type: AddressType = endpoint.addresses[0]!.includes(':') ? 'IPv6' : 'IPv4'
      const key = groupKey(type, ports)
      const group = groups.get(key) ?? { type, ports, endpoints: new Map<string, Endpoint>() }
      groups.set(key, group)
      group.endpoints.set(endpointKey(endpoint), endpoint)
      added++
    }
    skipped += all.length - added
  }
  return { groups, invalid, skipped }
}

/** Undefined for what is no address. */
function endpointOf({ ip, nodeName, hostname, targetRef }: EndpointAddress, ready: boolean): Endpoint | undefined {
  const address = parseIp(ip)
  return (
    address &&
    defined({
      addresses: [ipText(address)],
      conditions: { ready },
      hostname: hostname || undefined,
      targetRef,
      nodeName,
    })
  )
}

/** Source: endpointslicemirroring/utils.go newEndpointSlice. */
function sliceOf(endpoints: Endpoints, { type, ports, endpoints: wanted }: Group): EndpointSlice {
  const { name = '', namespace, labels } = endpoints.metadata
  const annotations = { ...endpoints.metadata.annotations }
  delete annotations[TRIGGER_TIME]
  delete annotations[LAST_APPLIED]
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: name.length < PREFIX_MAX ? `${name}-` : name,
      namespace,
      labels: { ...labels, [SERVICE_NAME]: name, [SLICE_MANAGED_BY]: MANAGER },
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ownerReferences: [controllerReference(endpoints, { group: '', version: 'v1', kind: 'Endpoints' })],
    },
    addressType: type,
    endpoints: [...wanted.values()].slice(0, MIRRORED_ENDPOINTS_PER_SUBSET_MAX),
    ports,
  }
}

function isSame(slice: EndpointSlice, wanted: EndpointSlice): boolean {
  const { metadata } = slice
  const byKey = new Map((slice.endpoints ?? []).map((endpoint) => [endpointKey(endpoint), endpoint]))
  const endpoints = wanted.endpoints ?? []
  return (
    byKey.size === endpoints.length &&
    endpoints.every((endpoint) => equal(endpoint, byKey.get(endpointKey(endpoint)))) &&
    equalMaps(metadata.labels, wanted.metadata.labels) &&
    equalMaps(metadata.annotations, wanted.metadata.annotations) &&
    equal(metadata.ownerReferences, wanted.metadata.ownerReferences)
  )
}

/** The same name, so that watchers see a change of the slice they know. */
function inPlaceOf({ metadata }: EndpointSlice, slice: EndpointSlice): EndpointSlice {
  const { generateName: _, ...rest } = slice.metadata
  return { ...slice, metadata: { ...rest, name: metadata.name, resourceVersion: metadata.resourceVersion } }
}

/** Source: endpointslicemirroring/events.go. */
function notesOf({ metadata }: Endpoints, { invalid, skipped }: Wanted): Note[] {
  const { namespace = '', name = '', uid = '' } = metadata
  const regarding = { apiVersion: 'v1', kind: 'Endpoints', namespace, name, uid }
  const note = (reason: string, message: string): Note => ({ regarding, type: 'Warning', reason, message })
  const notes: Note[] = []
  if (invalid > 0)
    notes.push(
      note('InvalidIPAddress', `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`),
    )
  if (skipped > invalid)
    notes.push(
      note(
        'TooManyAddressesToMirror',
        `A max of ${MIRRORED_ENDPOINTS_PER_SUBSET_MAX} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`,
      ),
    )
  return notes
}
