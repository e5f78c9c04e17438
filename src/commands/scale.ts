import { invalid } from '../meta/field-error.ts'
import type { Json, JsonObject, KubeObject } from '../meta/object.ts'
import { badRequest, conflict, invalidObject, MODIFIED, notFound } from '../meta/status.ts'
import type { Entry } from '../projections/entry.ts'
import { refused, type Decided } from './decided.ts'
import type { Frame } from './environment.ts'
import type { PatchWish } from './patch.ts'
import { patchedBy } from './patch-types.ts'
import { decideUpdate } from './update.ts'

/** Source: autoscaling/v1 Scale. */
export interface Scale extends KubeObject {
  spec: { replicas?: number }
  status: { replicas: number; selector?: string }
}

/** The scale of an object as /scale answers it. */
export function scaleOf(frame: Pick<Frame, 'definition'>, entry: Entry): Scale {
  const rules = frame.definition.scale!
  const { metadata } = entry.object
  const replicas = rules.replicas(entry.object)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name: entry.name,
      namespace: entry.namespace,
      uid: entry.uid,
      resourceVersion: String(entry.revision),
      creationTimestamp: metadata.creationTimestamp,
    },
    // Replicas has omitempty upstream: zero is left out.
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: rules.observed(entry.object), selector: rules.selector(entry.object) },
  }
}

/** What an update of a scale needs. */
export interface ScaleWish {
  readonly scale: JsonObject
  readonly namespace: string
  readonly name: string
  readonly dryRun: boolean
}

/** Decides a write to /scale. Source: registry/apps/deployment/storage ScaleREST.Update. */
export function decideScale(frame: Frame, wish: ScaleWish): Decided {
  const { definition, environment, served } = frame
  const gr = { group: served.group, resource: definition.plural }
  const current = environment.state.get(definition.resource, wish.namespace, wish.name)
  if (!current || !definition.scale) return refused(notFound(gr, wish.name))
  const metadata = (wish.scale['metadata'] ?? {}) as KubeObject['metadata']
  if (metadata.name && metadata.name !== wish.name)
    return refused(badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${wish.name})`))
  if (metadata.resourceVersion && metadata.resourceVersion !== String(current.revision))
    return refused(conflict(gr, wish.name, MODIFIED))
  const spec = wish.scale['spec'] as JsonObject | undefined
  const replicas = spec?.['replicas'] ?? 0
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    return refused(badRequest(`Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal into Go struct field ScaleSpec.spec.replicas of type int32`))
  if (replicas < 0)
    return refused(
      invalidObject('autoscaling', 'Scale', wish.name, [
        invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
      ]),
    )
  const object = structuredClone(current.object)
  definition.scale.setReplicas(object, replicas)
  return decideUpdate(frame, {
    object, namespace: wish.namespace, name: wish.name, subresource: '', dryRun: wish.dryRun,
  })
}

/** A patch of /scale: applied to the Scale, then as an update of it. */
export function decideScalePatch(frame: Frame, wish: PatchWish): Decided {
  const { definition, environment, served } = frame
  const current = environment.state.get(definition.resource, wish.namespace, wish.name)
  if (!current || !definition.scale)
    return refused(notFound({ group: served.group, resource: definition.plural }, wish.name))
  const before = scaleOf(frame, current) as unknown as Json
  const patched = patchedBy(frame, wish, before)
  if (!patched.ok) return refused(patched.error)
  return decideScale(frame, {
    scale: patched.value as JsonObject, namespace: wish.namespace, name: wish.name,
    dryRun: wish.dryRun ?? false,
  })
}
