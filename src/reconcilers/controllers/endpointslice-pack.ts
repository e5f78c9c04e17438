import { ENDPOINTS_PER_SLICE_MAX } from '../../base/limits.ts'
import { equal } from '../../resources/equal.ts'
import type { Endpoint, EndpointSlice } from '../../resources/generated/discovery.gen.ts'
import { endpointKey, type PortGroup } from './endpointslice-build.ts'

/** What becomes of the slices of one port group. */
export interface Packed {
  readonly creates: EndpointSlice[]
  readonly updates: EndpointSlice[]
  readonly deletes: EndpointSlice[]
}

interface Draft {
  readonly slice: EndpointSlice
  endpoints: Endpoint[]
  changed: boolean
}

/**
 * Fits endpoints into slices with few writes: what is where stays there; changed slices are filled
 * first, the fullest first; what is left goes into the unchanged slice that it fills best, else
 * into new ones. Source: endpointslice/reconciler.go reconcileByPortMapping.
 */
export function packSlices(
  existing: readonly EndpointSlice[],
  group: PortGroup,
  labels: Record<string, string>,
  fresh: () => EndpointSlice,
): Packed {
  const left = new Map(group.endpoints)
  const drafts = existing.map((slice) => keptIn(slice, left, labels))
  const kept = drafts.filter((draft) => !draft.changed || draft.endpoints.length > 0)
  const deletes = drafts.filter((draft) => !kept.includes(draft)).map((draft) => draft.slice)
  const fullestFirst = kept
    .filter((draft) => draft.changed)
    .sort((a, b) => b.endpoints.length - a.endpoints.length)
  for (const draft of fullestFirst) fill(draft, left)
  const creates: EndpointSlice[] = []
  while (left.size > 0) {
    const room = left.size < ENDPOINTS_PER_SLICE_MAX ? bestFit(kept, left.size) : undefined
    const draft = room ?? { slice: fresh(), endpoints: [], changed: true }
    draft.changed = true
    fill(draft, left)
    if (!room) creates.push({ ...draft.slice, endpoints: draft.endpoints })
  }
  const updates = kept
    .filter((draft) => draft.changed)
    .map(({ slice, endpoints }) => ({
      ...slice,
      metadata: { ...slice.metadata, labels },
      endpoints,
    }))
  return { creates, updates, deletes }
}

/** Takes from `left` what the slice holds already, in its order. */
function keptIn(
  slice: EndpointSlice,
  left: Map<string, Endpoint>,
  labels: Record<string, string>,
): Draft {
  const before = slice.endpoints ?? []
  const endpoints: Endpoint[] = []
  let changed = !equal(slice.metadata.labels, labels)
  for (const endpoint of before) {
    const key = endpointKey(endpoint)
    const wanted = left.get(key)
    if (!wanted) continue
    left.delete(key)
    endpoints.push(wanted)
    changed ||= !sameEndpoint(endpoint, wanted)
  }
  return { slice, endpoints, changed: changed || endpoints.length !== before.length }
}

function fill(draft: Draft, left: Map<string, Endpoint>): void {
  for (const [key, endpoint] of left) {
    if (draft.endpoints.length >= ENDPOINTS_PER_SLICE_MAX) return
    draft.endpoints.push(endpoint)
    left.delete(key)
  }
}

/** The unchanged slice that would be closest to full. */
function bestFit(drafts: readonly Draft[], count: number): Draft | undefined {
  const fitting = drafts.filter(
    (d) => !d.changed && d.endpoints.length + count <= ENDPOINTS_PER_SLICE_MAX,
  )
  return fitting.sort((a, b) => b.endpoints.length - a.endpoints.length)[0]
}

/** Source: EndpointsEqualBeyondHash: hints and the target's version do not count. */
const sameEndpoint = (a: Endpoint, b: Endpoint): boolean =>
  a.nodeName === b.nodeName &&
  a.zone === b.zone &&
  equal(a.conditions, b.conditions) &&
  a.targetRef?.uid === b.targetRef?.uid
