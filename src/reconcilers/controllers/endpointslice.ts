import { MISSING_NODE_RETRY_MS } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import { objectKey, splitKey } from '../../meta/key.ts'
import type { View } from '../../projections/view.ts'
import { equalMaps } from '../../resources/equal.ts'
import type { Pod, Service } from '../../resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'
import { selectorOfLabels } from '../../meta/label-selector.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { isSelecting, podsOf, TRIGGER_TIME, triggerTimeOf } from './endpoint-pods.ts'
import { servedPodsWatch } from './endpoint-watches.ts'
import {
  addressTypesOf,
  desiredGroups,
  endpointKey,
  newSlice,
  portsKey,
  SERVICE_NAME,
  SLICE_CONTROLLER,
  SLICE_MANAGED_BY,
  sliceLabels,
  type AddressType,
} from './endpointslice-build.ts'
import { packSlices, type Packed } from './endpointslice-pack.ts'
import { deleteSlice, SLICES, writeSlice } from './endpointslice-write.ts'

const NAME = 'endpointslice-controller'

/**
 * Keeps EndpointSlices of Services that select pods. Source: k8s.io/endpointslice,
 * pkg/controller/endpointslice.
 */
export function endpointSliceController(): Reconciler {
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [
      { resource: 'services', keysOf: (change) => [objectKey(change.namespace, change.name)] },
      {
        resource: SLICES,
        keysOf: (change) => {
          const labels = (change.after() ?? change.before())?.metadata.labels
          const service = labels?.[SERVICE_NAME]
          return service && labels[SLICE_MANAGED_BY] === SLICE_CONTROLLER
            ? [objectKey(change.namespace, service)]
            : []
        },
      },
      servedPodsWatch(),
    ],
    reconcile(key, view) {
      const { namespace, name } = splitKey(key)
      const service = view.get<Service>('services', namespace, name)
      // Slices of a Service that is gone go with it, through their owner reference.
      return service && isSelecting(service) ? plan(service, view) : NOTHING
    },
  }
}

function plan(service: Service, view: View): Plan {
  const pods = podsOf(service, view)
  const existing = slicesOf(service, view)
  const types = addressTypesOf(service)
  const commands: Command[] = existing
    .filter((slice) => !types.some((type) => type === slice.addressType))
    .map((slice) => deleteSlice(slice))
  let missingNode = false
  for (const type of types) {
    const ofType = existing.filter((slice) => slice.addressType === type)
    const step = planType(service, type, { existing: ofType, pods, view })
    commands.push(...step.commands)
    missingNode ||= step.missingNode
  }
  return { commands, ...(missingNode && { requeueAfterMs: MISSING_NODE_RETRY_MS }) }
}

function slicesOf(service: Service, view: View): EndpointSlice[] {
  const { name = '', namespace = '' } = service.metadata
  const selector = selectorOfLabels({ [SERVICE_NAME]: name, [SLICE_MANAGED_BY]: SLICE_CONTROLLER })
  return view
    .bySelector<EndpointSlice>(SLICES, namespace, selector)
    .filter((slice) => slice.metadata.deletionTimestamp === undefined)
}

function planType(
  service: Service,
  type: AddressType,
  { existing, pods, view }: { existing: EndpointSlice[]; pods: Pod[]; view: View },
): { commands: Command[]; missingNode: boolean } {
  const { groups, missingNode } = desiredGroups(service, pods, type, view)
  const labels = sliceLabels(service)
  const mine = existing.filter((slice) => isOwnedBy(slice, service))
  const all: Packed = {
    creates: [],
    updates: [],
    deletes: existing.filter((slice) => !mine.includes(slice)),
  }
  for (const [key, group] of groups) {
    const ofGroup = mine.filter((slice) => portsKey(slice.ports) === key)
    const packed = packSlices(ofGroup, group, labels, () => newSlice(service, type, group.ports))
    all.creates.push(...packed.creates)
    all.updates.push(...packed.updates)
    all.deletes.push(...packed.deletes)
  }
  all.deletes.push(...mine.filter((slice) => !groups.has(portsKey(slice.ports))))
  keepPlaceholder(service, type, existing, all)
  const changed = (slice: EndpointSlice, before: EndpointSlice | undefined) =>
    withTriggerTime(slice, before, service, { pods, first: existing.length === 0 })
  return { commands: writes(service, existing, all, changed), missingNode }
}

/** A Service without endpoints has one empty slice, so that proxies know it was looked at. */
function keepPlaceholder(
  service: Service,
  type: AddressType,
  existing: EndpointSlice[],
  all: Packed,
): void {
  if (existing.length !== all.deletes.length || all.creates.length > 0) return
  const placeholder = newSlice(service, type, [])
  const [only] = all.deletes
  const isOne =
    all.deletes.length === 1 &&
    isOwnedBy(only!, service) &&
    (only!.endpoints ?? []).length === 0 &&
    (only!.ports ?? []).length === 0 &&
    equalMaps(only!.metadata.labels, placeholder.metadata.labels)
  if (isOne) all.deletes.length = 0
  else all.creates.push(placeholder)
}

/** A slice that would go makes room for one that would come. Source: reconciler.go finalize. */
function writes(
  service: Service,
  existing: readonly EndpointSlice[],
  { creates, updates, deletes }: Packed,
  finished: (slice: EndpointSlice, before: EndpointSlice | undefined) => EndpointSlice,
): Command[] {
  const gone = [...deletes]
  const made = [...creates]
  const replaced = [...updates]
  for (const slice of deletes) {
    if (made.length === 0 || !isOwnedBy(slice, service)) continue
    const next = made.pop()!
    gone.splice(gone.indexOf(slice), 1)
    replaced.push({ ...next, metadata: { ...slice.metadata, labels: next.metadata.labels } })
  }
  const byName = new Map(existing.map((slice) => [slice.metadata.name, slice]))
  const ending = service.metadata.deletionTimestamp !== undefined
  return [
    ...(ending ? [] : made.map((slice) => writeSlice('create', finished(slice, undefined)))),
    ...replaced.map((slice) => writeSlice('update', finished(slice, byName.get(slice.metadata.name)))),
    ...gone.map((slice) => deleteSlice(slice)),
  ]
}

/** Says when the change happened that this write tells of; a loss of endpoints has no such time. */
function withTriggerTime(
  slice: EndpointSlice,
  before: EndpointSlice | undefined,
  service: Service,
  { pods, first }: { pods: readonly Pod[]; first: boolean },
): EndpointSlice {
  const known = new Map(
    (before?.endpoints ?? []).map((e) => [endpointKey(e), JSON.stringify(e.conditions)]),
  )
  const news = (slice.endpoints ?? []).filter(
    (e) => known.get(endpointKey(e)) !== JSON.stringify(e.conditions),
  )
  const uids = new Set(news.map((e) => e.targetRef?.uid))
  const changed = pods.filter((pod) => uids.has(pod.metadata.uid))
  const time = first ? service.metadata.creationTimestamp : triggerTimeOf(changed)
  const { [TRIGGER_TIME]: _old, ...annotations } = slice.metadata.annotations ?? {}
  const kept = time ? { ...annotations, [TRIGGER_TIME]: time } : annotations
  const metadata = { ...slice.metadata, annotations: kept }
  if (Object.keys(kept).length === 0) delete (metadata as { annotations?: object }).annotations
  return { ...slice, metadata }
}

const isOwnedBy = (slice: EndpointSlice, service: Service): boolean =>
  slice.metadata.ownerReferences?.some(
    (ref) => ref.uid === service.metadata.uid && ref.kind === 'Service' && ref.apiVersion === 'v1',
  ) ?? false
