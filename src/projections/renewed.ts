import type { ResourceDefinition } from '../resources/define.ts'
import type { Entry } from './entry.ts'

/** The form that an entry was given, and by which definition. */
interface Renewed {
  readonly renew: ResourceDefinition['renew']
  readonly entry: Entry
}

/** Kept with the entry, which goes when it is written again. */
const KNOWN = new WeakMap<Entry, Renewed>()

const encoder = new TextEncoder()

/**
 * An entry in the form that its kind has today: what was stored before the kind's definition changed is
 * converted, pruned and defaulted when it is read. The entry itself when nothing is to be done.
 */
export function renewed(definition: ResourceDefinition | undefined, entry: Entry): Entry {
  const renew = definition?.renew
  if (!renew || entry.revision >= renew.before) return entry
  const known = KNOWN.get(entry)
  if (known?.renew === renew) return known.entry
  const whole = entry.whole()
  const object = renew.object(whole)
  const bytes = encoder.encode(JSON.stringify(object))
  const { managedFields: _, ...metadata } = object.metadata
  const made = entry.inForm(bytes, { ...object, metadata })
  KNOWN.set(entry, { renew, entry: made })
  return made
}
