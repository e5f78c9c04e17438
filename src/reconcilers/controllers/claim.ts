import type { Command } from '../../commands/command.ts'
import type { Json, KubeObject, OwnerReference } from '../../meta/object.ts'
import { matches, type LabelSelector } from '../../meta/label-selector.ts'
import { controllerOf } from '../../meta/owner.ts'

/** Who claims: the object, its reference as a controller, and what it selects. */
export interface Claimant {
  readonly object: KubeObject
  readonly reference: OwnerReference
  readonly selector: LabelSelector
}

/** What a controller owns now, and the patches that make it so. */
export interface Claim<O> {
  readonly claimed: O[]
  readonly commands: Command[]
}

/**
 * Keeps what it controls and still selects, releases what it no longer selects, adopts orphans that
 * it selects; one that is being deleted takes and gives nothing. Source: controller_ref_manager.go
 * ClaimObject.
 */
export function claim<O extends KubeObject>(
  claimant: Claimant,
  resource: string,
  candidates: readonly O[],
): Claim<O> {
  const claimed: O[] = []
  const commands: Command[] = []
  const { object, reference, selector } = claimant
  const ending = object.metadata.deletionTimestamp !== undefined
  for (const candidate of candidates) {
    const controller = controllerOf(candidate)
    const selected = matches(selector, candidate.metadata.labels)
    if (controller !== undefined) {
      if (controller.uid !== reference.uid) continue
      if (selected) claimed.push(candidate)
      else if (!ending)
        commands.push(ownersPatch(resource, candidate, released(candidate, reference), 'released'))
      continue
    }
    if (ending || !selected || candidate.metadata.deletionTimestamp !== undefined) continue
    claimed.push(candidate)
    commands.push(ownersPatch(resource, candidate, adopted(candidate, reference), 'adopted'))
  }
  return { claimed, commands }
}

const adopted = (object: KubeObject, reference: OwnerReference): OwnerReference[] => [
  ...(object.metadata.ownerReferences ?? []).filter((ref) => ref.uid !== reference.uid),
  reference,
]

const released = (object: KubeObject, reference: OwnerReference): OwnerReference[] =>
  (object.metadata.ownerReferences ?? []).filter((ref) => ref.uid !== reference.uid)

function ownersPatch(
  resource: string,
  object: KubeObject,
  owners: OwnerReference[],
  what: string,
): Command {
  const { namespace = '', name = '', uid, resourceVersion } = object.metadata
  const references: Json = owners.length > 0 ? owners.map((ref) => ({ ...ref })) : null
  const patch: Json = {
    metadata: { ...(resourceVersion && { resourceVersion }), ownerReferences: references },
  }
  const why = `${what} ${name}`
  return { verb: 'patch', patchType: 'merge', resource, namespace, name, patch, uid, why }
}
