import { hasField, pathsOf, type FieldSet } from './field-set.ts'
import { byCodePoint } from './go-text.ts'
import type { ManagedEntry } from './managed-entry.ts'
import { pathText, type PathElement } from './path-element.ts'
import type { Status } from './status.ts'

/** A field that the configuration would change and another manager owns. */
export interface ApplyConflict {
  readonly owner: ManagedEntry
  readonly path: readonly PathElement[]
}

/** The conflicts of one owner's fields. */
export const conflictsOf = (owner: ManagedEntry, fields: FieldSet): ApplyConflict[] =>
  pathsOf(fields).map((path) => ({ owner, path }))

/** Those that the set does not excuse. */
export const unexcused = (
  conflicts: readonly ApplyConflict[],
  excused: FieldSet,
): readonly ApplyConflict[] => conflicts.filter(({ path }) => !hasField(excused, path))

/**
 * 409 that names every field and its owner, in the words kubectl shows.
 * Source: util/managedfields/internal/conflict.go.
 */
export function applyConflict(conflicts: readonly ApplyConflict[]): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: messageOf(conflicts),
    reason: 'Conflict',
    details: {
      causes: conflicts.map(({ owner, path }) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${ownerText(owner)}`,
        field: pathText(path),
      })),
    },
    code: 409,
  }
}

function messageOf(conflicts: readonly ApplyConflict[]): string {
  const [first] = conflicts
  if (first && conflicts.length === 1) {
    const { owner, path } = first
    return `Apply failed with 1 conflict: conflict with ${ownerText(owner)}: ${pathText(path)}`
  }
  const lines: string[] = []
  for (const [owner, own] of byOwner(conflicts)) {
    lines.push(`conflicts with ${ownerText(owner)}:`)
    for (const { path } of own) lines.push(`- ${pathText(path)}`)
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}

function byOwner(
  conflicts: readonly ApplyConflict[],
): readonly (readonly [ManagedEntry, readonly ApplyConflict[]])[] {
  const groups = [...Map.groupBy(conflicts, ({ owner }) => owner)]
  return groups.sort(([a], [b]) => byCodePoint(identityText(a), identityText(b)))
}

/** The owner's identity as upstream spells and sorts it. */
const identityText = ({ manager, operation, apiVersion, subresource }: ManagedEntry): string =>
  JSON.stringify({
    ...(manager !== '' && { manager }),
    operation,
    ...(operation === 'Update' && { apiVersion }),
    ...(subresource !== '' && { subresource }),
  })

function ownerText({ manager, operation, apiVersion, subresource }: ManagedEntry): string {
  const name = JSON.stringify(manager)
  const where = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`
  return operation === 'Update' ? `${name}${where} using ${apiVersion}` : `${name}${where}`
}
