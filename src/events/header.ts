import type { LogEvent } from './log-event.ts'

/** Version of the rows that this code writes; older ones are upcast on read (upcast.ts). */
export const ROW_VERSION = 1

/** The parts of an event that its place in the chain fixes. */
export type Header = Omit<LogEvent, 'changed' | 'cause' | 'body'>

/** Two parts as the table stores them. */
export interface HeaderTexts {
  readonly changed: string | null
  readonly cause: string | null
}

/**
 * The canonical bytes of a header: a JSON array in this fixed order. `changed` and `cause` go in as
 * the text that is stored, so that a verifier never has to encode a value again.
 */
export function headerText(branch: number, header: Header, texts: HeaderTexts, rowVersion: number): string {
  return JSON.stringify([
    rowVersion, branch, header.revision, header.time, header.op, header.verb, header.subresource,
    header.resource, header.namespace, header.name, header.uid, header.previous, texts.changed,
    header.intent, header.request, texts.cause,
  ])
}

/** Header bytes of an event that is about to be written. */
export const encodeHeader = (branch: number, event: LogEvent): string =>
  headerText(branch, event, { changed: changedText(event), cause: causeText(event) }, ROW_VERSION)

/** `changed` as stored: a JSON array, or null for a create. */
export const changedText = (event: Pick<LogEvent, 'changed'>): string | null =>
  event.changed ? JSON.stringify(event.changed) : null

/** `cause` as stored: JSON, or null when nobody said. */
export const causeText = (event: Pick<LogEvent, 'cause'>): string | null =>
  event.cause ? JSON.stringify(event.cause) : null
