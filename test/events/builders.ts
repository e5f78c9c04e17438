import type { Change, LogEvent, RequestRecord } from '../../src/events/log-event.ts'
import type { Batch, Head } from '../../src/events/log.ts'
import type { Proposal, SequencerHost } from '../../src/events/proposal.ts'

/** A change of one ConfigMap; `over` replaces what a test cares about. */
export const changeOf = (name: string, over: Partial<Change> = {}): Change => ({
  op: 'put', verb: 'create', subresource: '', resource: 'configmaps', namespace: 'default', name,
  uid: `uid-of-${name}`, previous: 0, intent: true, sensitive: false,
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
  encode: (revision) => Buffer.from(JSON.stringify({ kind: 'ConfigMap', name, revision })),
  ...over,
})

/** The record of a request that made it. */
export const requestOf = (over: Partial<RequestRecord> = {}): RequestRecord => {
  const id = over.id ?? Bun.randomUUIDv7()
  return {
    id, time: Date.now() * 1_000, user: 'jane', groups: ['system:authenticated'], agent: 'kubectl/v1.37',
    address: '127.0.0.1', verb: 'create', path: '/api/v1/namespaces/default/configmaps', query: '',
    resource: 'configmaps', namespace: 'default', name: '', subresource: '', dryRun: false, code: 201,
    firstRevision: 0, lastRevision: 0, latencyMicros: 700, changeSet: id, ...over,
  }
}

/** A proposal that creates one ConfigMap and answers its revision. */
export const creating = (name: string, over: Partial<Change> = {}): Proposal<number> => ({
  decide: (slot) => ({ changes: [changeOf(name, over)], request: requestOf({ name }), answer: slot.revision }),
})

/** Events of a batch after `head`, one per change. */
export const batchAfter = (head: Head, changes: Change[], request = requestOf()): Batch => ({
  head,
  requests: [{ ...request, firstRevision: head.revision + 1, lastRevision: head.revision + changes.length }],
  events: changes.map(({ encode, object: _, ...change }, i) => ({
    ...change, revision: head.revision + 1 + i, time: head.time + 1_000 * (i + 1), request: request.id,
    body: encode(head.revision + 1 + i),
  })),
})

/** State that a sequencer decides against: a counter per name, with what is staged on top. */
export class CountingHost implements SequencerHost {
  applied = 0
  aborts = 0
  readonly history: LogEvent[] = []
  #committed = new Map<string, number>()
  #staged = new Map<string, number>()

  count(name: string): number {
    return (this.#committed.get(name) ?? 0) + (this.#staged.get(name) ?? 0)
  }

  staged(change: Change): void {
    this.#staged.set(change.name, (this.#staged.get(change.name) ?? 0) + 1)
  }

  committed(events: readonly LogEvent[]): void {
    for (const event of events) {
      if (event.revision !== this.applied + 1) throw new Error(`${event.revision} after ${this.applied}`)
      this.applied = event.revision
      this.history.push(event)
      this.#committed.set(event.name, (this.#committed.get(event.name) ?? 0) + 1)
      const staged = this.#staged.get(event.name)
      if (staged) this.#staged.set(event.name, staged - 1)
    }
  }

  aborted(): void {
    this.aborts++
    this.#staged.clear()
  }
}
