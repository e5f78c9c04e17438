import type { Clock } from '../../base/clock.ts'
import type { Command } from '../../commands/command.ts'
import { eventCorrelator } from './correlate.ts'
import { eventNamespace, eventObject, repeatPatch } from './event-object.ts'
import type { Note } from './reconciler.ts'

/** One note as a command on core Events. */
export interface EventWrite {
  readonly note: Note
  /** Under which the correlator knows the Event. */
  readonly key: string
  readonly command: Command
}

/** Makes commands of notes: a new Event, one more on a known one, or nothing for a flood. */
export interface EventWriter {
  /** Undefined when the flood filter drops the note. */
  write(note: Note, component: string): EventWrite | undefined
  /** The Event that was to be counted on is gone: a new one instead. */
  renew(write: EventWrite, component: string): EventWrite
  /** The Event was not made. */
  lost(write: EventWrite): void
}

/** `host` names this process in the dialect of events.k8s.io. */
export function eventWriter(clock: Clock, host: string): EventWriter {
  const correlator = eventCorrelator()
  let sequence = 0

  /** As upstream's hexadecimal nanoseconds; a counter stands for the last six digits. */
  const nameFor = (note: Note): string => {
    const nanos = BigInt(clock.now()) * 1_000_000n + BigInt(sequence++ % 1_000_000)
    return `${note.regarding.name}.${nanos.toString(16)}`
  }

  const creation = (note: Note, key: string, message: string, component: string): EventWrite => {
    const name = nameFor(note)
    const now = clock.now()
    const author = { component, instance: `${component}-${host}` }
    const object = eventObject(note, author, { name, message, now })
    correlator.created(key, name, now)
    const place = { resource: 'events', namespace: eventNamespace(note), name }
    return { note, key, command: { verb: 'create', ...place, object } }
  }

  return {
    write(note, component) {
      const now = clock.now()
      const answer = correlator.correlate(component, note, now)
      if (answer.do === 'drop') return undefined
      if (answer.do === 'create') return creation(note, answer.key, answer.message, component)
      const place = { resource: 'events', namespace: eventNamespace(note), name: answer.name }
      const patch = repeatPatch(note, answer, now)
      const command: Command = { verb: 'patch', patchType: 'merge', ...place, patch }
      return { note, key: answer.key, command }
    },
    renew({ note, key }, component) {
      correlator.lost(key)
      return creation(note, key, note.message, component)
    },
    lost: ({ key }) => correlator.lost(key),
  }
}
