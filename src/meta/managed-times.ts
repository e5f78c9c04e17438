import { type ManagedEntry, sameIdentity } from './managed-entry.ts'

/**
 * For a write that left the rest of the object as it was: the entries before it when only times
 * differ, so that applying the same again is no change at all. Upstream compares place by place and
 * so misses entries that a new time moved; here each is compared with its own.
 * Source: apiserver handlers/fieldmanager/equality.go IgnoreManagedFieldsTimestampsTransformer.
 */
export function keepTimes(
  before: readonly ManagedEntry[],
  after: readonly ManagedEntry[],
): readonly ManagedEntry[] {
  if (before === after || before.length !== after.length) return after
  const same = after.every((entry) => {
    const old = before.find((each) => sameIdentity(each, entry))
    return old?.apiVersion === entry.apiVersion && old.fieldsText === entry.fieldsText
  })
  return same ? before : after
}
