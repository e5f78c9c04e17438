import { applyConfiguration } from '../meta/apply.ts'
import { apiVersionOf } from '../meta/kind.ts'
import { managedText as textOfEntries, parseManaged } from '../meta/managed-entry.ts'
import { entriesFromScale, entriesOfScale } from '../meta/managed-scale.ts'
import type { JsonObject } from '../meta/object.ts'
import { isJsonObject } from '../meta/own-property.ts'
import { badRequest } from '../meta/status.ts'
import { timeText } from '../meta/timestamp.ts'
import type { Entry } from '../projections/entry.ts'
import { schemaOf } from '../resources/schemas.ts'
import { cloneObject } from './clone-object.ts'
import { refused, type Decided } from './decided.ts'
import type { Frame } from './environment.ts'
import type { PatchWish } from './patch.ts'
import { SCALE_SCHEMA } from './patch-types.ts'
import { replicasProblem, scaleOf } from './scale.ts'
import { decideUpdate } from './update.ts'

/**
 * Decides a server-side apply of a Scale: whoever owns the object's replicas owns those of its Scale,
 * and what the apply makes of that is carried back. Source: util/managedfields/scalehandler.go.
 */
export function applyScale(frame: Frame, wish: PatchWish, current: Entry): Decided {
  const { definition, served, context, facts } = frame
  const { patch, name, namespace, force = false, dryRun = false } = wish
  if (!isJsonObject(patch)) return refused(badRequest('an apply needs an object'))
  const before = current.managed
  const parent = parseManaged(before)
  const paths = { apiVersion: apiVersionOf(served), replicasAt: () => ['f:spec', 'f:replicas'] as const }
  const applied = applyConfiguration({
    live: scaleOf(frame, current) as unknown as JsonObject,
    applied: { ...patch, metadata: { ...(patch['metadata'] as JsonObject | undefined), name } },
    schema: schemaOf(SCALE_SCHEMA),
    manager: context.fieldManager,
    force,
    managed: entriesOfScale(parent, paths),
    time: timeText(facts.now),
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    subresource: 'scale',
  })
  if (!applied.ok) return refused(applied.error)
  const replicas = Number((applied.value.object['spec'] as JsonObject | undefined)?.['replicas'] ?? 0)
  const wrong = replicasProblem(name, replicas)
  if (wrong) return refused(wrong)
  const text = textOfEntries(entriesFromScale(parent, applied.value.managed, paths))
  const object = cloneObject(current.object)
  definition.scale!.setReplicas(object, replicas)
  return decideUpdate(frame, {
    object, namespace, name, subresource: '', dryRun, scaled: true, managed: { text, same: text === before },
  })
}
