import { backoffMs } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.ts'
import { EVENT_TRIES_MAX } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import type { Cause } from '../../events/log-event.ts'
import { wavesOf } from './apply-plan.ts'
import { eventCorrelator, type Correlation } from './correlate.ts'
import { eventNamespace, eventObject, repeatPatch } from './event-object.ts'
import type { CommandSink } from './ports.ts'
import type { Note } from './reconciler.ts'
import { verdictOf } from './verdict.ts'

/** Whose notes these are: the component they name, the sink of its user, why it looked. */
export interface NoteSource {
  readonly component: string
  readonly sink: CommandSink
  readonly cause: Cause
  /** Asked before each wave of so many writes; false gives the rest up. */
  readonly gate?: (next: number) => Promise<boolean>
}

/** Turns notes into core Events, as client-go's recorders do. */
export interface Recorder {
  /**
   * Resolves when all are written or given up: callers wait, so nothing piles up. Never rejects.
   */
  record(notes: readonly Note[], source: NoteSource): Promise<void>
  /** Notes dropped by the flood filter, and Events given up after EVENT_TRIES_MAX tries. */
  readonly counts: { readonly dropped: number; readonly failed: number }
}

interface Write {
  readonly note: Note
  readonly key: string
  readonly command: Command
}

/** `host` names this process in the dialect of events.k8s.io. */
export function eventRecorder(clock: Clock, host: string): Recorder {
  const correlator = eventCorrelator()
  const counts = { dropped: 0, failed: 0 }
  let sequence = 0

  /**
   * Unique per Event: upstream's hexadecimal nanoseconds, where a counter stands for the last six
   * digits.
   */
  const nameFor = (note: Note): string => {
    const nanos = BigInt(clock.now()) * 1_000_000n + BigInt(sequence++ % 1_000_000)
    return `${note.regarding.name}.${nanos.toString(16)}`
  }

  const creation = (note: Note, key: string, message: string, component: string): Write => {
    const name = nameFor(note)
    const now = clock.now()
    const author = { component, instance: `${component}-${host}` }
    const object = eventObject(note, author, { name, message, now })
    correlator.created(key, name, now)
    const place = { resource: 'events', namespace: eventNamespace(note), name }
    return { note, key, command: { verb: 'create', ...place, object } }
  }

  const repetition = (note: Note, known: Correlation & { do: 'count' }): Write => ({
    note,
    key: known.key,
    command: {
      verb: 'patch',
      patchType: 'merge',
      resource: 'events',
      namespace: eventNamespace(note),
      name: known.name,
      patch: repeatPatch(note, known, clock.now()),
    },
  })

  const writesOf = (notes: readonly Note[], source: NoteSource): Write[] =>
    notes.flatMap((note) => {
      const component = note.component ?? source.component
      const answer = correlator.correlate(component, note, clock.now())
      if (answer.do === 'drop') counts.dropped++
      if (answer.do === 'create') return [creation(note, answer.key, answer.message, component)]
      return answer.do === 'count' ? [repetition(note, answer)] : []
    })

  const write = async (item: Write, source: NoteSource): Promise<void> => {
    for (let attempt = 0; attempt < EVENT_TRIES_MAX; attempt++) {
      const answer = await source.sink.send(item.command, source.cause)
      if (answer.ok) return
      const verdict = verdictOf(item.command, answer.error)
      if (item.command.verb === 'patch' && verdict === 'stale') {
        correlator.lost(item.key)
        const component = item.note.component ?? source.component
        const again = creation(item.note, item.key, item.note.message, component)
        return write(again, source)
      }
      if (verdict !== 'busy') break
      await clock.sleep(backoffMs({ baseMs: 50, maxMs: 2_000 }, attempt))
    }
    if (item.command.verb === 'create') correlator.lost(item.key)
    counts.failed++
  }

  return {
    counts,
    async record(notes, source) {
      const writes = writesOf(notes, source)
      const byCommand = new Map(writes.map((item) => [item.command, item]))
      for (const wave of wavesOf(writes.map((item) => item.command))) {
        if (source.gate && !(await source.gate(wave.length))) return
        await Promise.all(wave.map((command) => write(byCommand.get(command)!, source)))
      }
    },
  }
}
