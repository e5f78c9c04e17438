import type { Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { Batch, Head } from './log.ts'
import type { Change, LogEvent, Micros, RequestRecord } from './log-event.ts'
import type { Proposal, SequencerHost, SubmitError, Verdict } from './proposal.ts'

/** A proposal on its way: who waits for it, and what was decided for it most recently. */
export interface Entry {
  readonly proposal: Proposal<unknown>
  /** Monotonic milliseconds when it was submitted. */
  readonly since: number
  /** Answers the caller; later calls do nothing. */
  readonly settle: (result: Result<unknown, SubmitError>) => void
  /** Reports a bug in `decide` or `encode` to the caller. */
  readonly fail: (error: unknown) => void
  readonly settled: () => boolean
}

/** An entry with its decision, part of the state that the next decision sees. */
export interface Staged {
  readonly entry: Entry
  readonly events: Batch['events']
  readonly request: RequestRecord | undefined
  readonly answer: unknown
  readonly bytes: number
}

/**
 * Gives decided changes their revision, time and bytes. Revisions are contiguous, times rise by at
 * least 1 us (design 2: an instant is the last revision at or before it).
 */
export class Staging {
  #revision = 0
  #time: Micros = 0
  readonly #host: SequencerHost
  readonly #clock: Clock

  constructor(host: SequencerHost, clock: Clock) {
    this.#host = host
    this.#clock = clock
  }

  /** Starts again after `head`; what was staged before is void. */
  reset(head: Head): void {
    this.#revision = head.revision
    this.#time = head.time
  }

  /** Decides an entry and stages it. Throws what `decide` or `encode` threw; nothing is staged then. */
  stage(entry: Entry): Staged {
    const now = Math.floor(this.#clock.now() * 1_000)
    const slot = { revision: this.#revision + 1, time: Math.max(now, this.#time + 1) }
    const verdict = entry.proposal.decide(slot)
    const requestId = verdict.request?.id ?? ''
    const events = verdict.changes.map((change, i) =>
      eventOf(change, slot.revision + i, slot.time + i, requestId))
    let bytes = 0
    for (let i = 0; i < events.length; i++) {
      bytes += events[i]!.body.byteLength
      this.#host.staged(verdict.changes[i]!, events[i]!.revision, events[i]!.body)
    }
    if (events.length > 0) {
      this.#revision += events.length
      this.#time = slot.time + events.length - 1
    }
    return { entry, events, request: requestOf(verdict, events), answer: verdict.answer, bytes }
  }
}

function eventOf(
  change: Change,
  revision: number,
  time: Micros,
  request: string,
): Batch['events'][number] {
  return {
    revision,
    time,
    op: change.op,
    verb: change.verb,
    subresource: change.subresource,
    resource: change.resource,
    namespace: change.namespace,
    name: change.name,
    uid: change.uid,
    previous: change.previous,
    changed: change.changed,
    intent: change.intent,
    request,
    cause: change.cause,
    body: change.encode(revision),
    sensitive: change.sensitive,
  }
}

/** Only the sequencer knows which revisions a request got. */
function requestOf(verdict: Verdict<unknown>, events: readonly LogEvent[]): RequestRecord | undefined {
  if (!verdict.request || events.length === 0) return verdict.request
  const lastRevision = events[events.length - 1]!.revision
  return { ...verdict.request, firstRevision: events[0]!.revision, lastRevision }
}
