import { decodeManagedFields, type ManagedEntry } from './managed-entry.ts'
import type { ManagedFieldsEntry } from './object.ts'

/** What is known before a write that is no apply. */
export interface ManagedStart {
  /** Entries of the live object; empty for a create. */
  readonly live: readonly ManagedEntry[]
  /** `metadata.managedFields` of the object that was sent; undefined when it had none. */
  readonly sent: readonly ManagedFieldsEntry[] | undefined
  /** Empty for the main resource: only there a client may set managed fields. */
  readonly subresource: string
}

/**
 * The entries a write starts from: those the client sent when they are valid, none when it reset
 * them (an empty list, or one empty entry), else the live ones.
 * Source: util/managedfields/internal/fieldmanager.go decodeLiveOrNew.
 */
export function entriesToStartFrom({
  live,
  sent,
  subresource,
}: ManagedStart): readonly ManagedEntry[] {
  if (subresource !== '' || sent === undefined) return live
  if (isReset(sent)) return []
  const decoded = decodeManagedFields(sent)
  return decoded.ok && decoded.value.length > 0 ? decoded.value : live
}

/** Source: util/managedfields/internal/fieldmanager.go isResetManagedFields. */
const isReset = (sent: readonly ManagedFieldsEntry[]): boolean =>
  sent.length === 0 || (sent.length === 1 && Object.keys(sent[0] ?? {}).length === 0)
