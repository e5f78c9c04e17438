import type { Micros } from '../events/log-event.ts'
import { microTimeText } from '../meta/timestamp.ts'

/** A moment of the log as RFC 3339 in UTC with microseconds: how every answer of history writes time. */
export const momentText = (time: Micros): string => microTimeText(time / 1000)
