import type { LogEvent } from '../../events/log-event.ts'
import type { Note } from '../../reconcilers/runtime/reconciler.ts'

/** Storage resource of core Events: what notes become. */
export const EVENTS = 'events'

interface EventBody {
  reason?: string
  message?: string
  type?: string
  involvedObject?: { name?: string; namespace?: string; uid?: string }
}

/**
 * Whether an Event on record is one of these notes. Repeats are counted on one Event and similar ones
 * combined by the recorder, which remembers across decisions: so a counted Event is known by its reason and
 * its object alone.
 */
export function isNoted(notes: readonly Note[], event: LogEvent): boolean {
  const body = JSON.parse(new TextDecoder().decode(event.body)) as EventBody
  const counted =
    event.verb !== 'create' || body.message?.startsWith('(combined from similar events)')
  return notes.some(
    (note) =>
      note.reason === body.reason &&
      note.type === body.type &&
      note.regarding.name === body.involvedObject?.name &&
      note.regarding.uid === (body.involvedObject?.uid ?? '') &&
      (counted || body.message?.startsWith(note.message.slice(0, MESSAGE_CHARS_COMPARED))),
  )
}

/** The recorder shortens long messages; their beginnings must be the same. */
const MESSAGE_CHARS_COMPARED = 900

/** `SuccessfulDelete: Deleted pod: web-x7k2p`. */
export function noteText(event: LogEvent): string {
  const { reason = '', message = '' } = JSON.parse(new TextDecoder().decode(event.body)) as {
    reason?: string
    message?: string
  }
  return `${reason}: ${message}`
}
