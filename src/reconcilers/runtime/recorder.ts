import { backoffMs } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.ts'
import { EVENT_TRIES_MAX } from '../../base/limits.ts'
import type { Cause } from '../../events/log-event.ts'
import { wavesOf } from './apply-plan.ts'
import { eventWriter, type EventWrite } from './event-writes.ts'
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
  /** Most writes in flight at once. */
  readonly atOnce?: () => number
}

/** Turns notes into core Events, as client-go's recorders do. */
export interface Recorder {
  /** Resolves when all are written or given up: callers wait, so nothing piles up. Never rejects. */
  record(notes: readonly Note[], source: NoteSource): Promise<void>
  /** Notes dropped by the flood filter, and Events given up after EVENT_TRIES_MAX tries. */
  readonly counts: { readonly dropped: number; readonly failed: number }
}

/** `host` names this process in the dialect of events.k8s.io. */
export function eventRecorder(clock: Clock, host: string): Recorder {
  const writer = eventWriter(clock, host)
  const counts = { dropped: 0, failed: 0 }

  const send = async (item: EventWrite, source: NoteSource): Promise<void> => {
    for (let attempt = 0; attempt < EVENT_TRIES_MAX; attempt++) {
      const answer = await source.sink.send(item.command, source.cause)
      if (answer.ok) return
      const verdict = verdictOf(item.command, answer.error)
      if (item.command.verb === 'patch' && verdict === 'stale')
        return send(writer.renew(item, item.note.component ?? source.component), source)
      if (verdict !== 'busy') break
      await clock.sleep(backoffMs({ baseMs: 50, maxMs: 2_000 }, attempt))
    }
    if (item.command.verb === 'create') writer.lost(item)
    counts.failed++
  }

  return {
    counts,
    async record(notes, source) {
      const writes = notes.flatMap((note) => {
        const write = writer.write(note, note.component ?? source.component)
        if (!write) counts.dropped++
        return write ?? []
      })
      const byCommand = new Map(writes.map((item) => [item.command, item]))
      const { atOnce } = source
      const together = { independent: true, ...(atOnce && { atOnce }) }
      for (const wave of wavesOf(writes.map((item) => item.command), together)) {
        if (source.gate && !(await source.gate(wave.length))) return
        await Promise.all(wave.map((command) => send(byCommand.get(command)!, source)))
      }
    },
  }
}
