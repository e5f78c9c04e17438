import { tail } from '../../src/events/tail.ts'
import type { MemoryLog } from '../../src/events/memory-log.ts'
import { LiveView } from '../../src/projections/live-view.ts'
import { builtIn, createRegistry } from '../../src/resources/registry.ts'
import type { SimClock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Life } from './life.ts'

const registry = createRegistry(builtIn)

/** What a follower reads, and what befalls it. */
export interface FollowerParts {
  readonly log: MemoryLog
  readonly clock: SimClock
  readonly faults: Faults
  /** The process it is part of. */
  readonly life: Life
}

/**
 * A view kept current as another process keeps it: from the log, at hints that are late, doubled or
 * missing. It starts from what is stored, as every process does.
 */
export async function followLog({ log, clock, faults, life }: FollowerParts): Promise<LiveView> {
  const view = new LiveView((resource) => registry.byResource(resource))
  let head = await log.head().catch(() => undefined)
  for (; !head; head = await log.head().catch(() => undefined)) await clock.scoped(life).sleep(1_000)
  const { revision } = head
  for await (const page of log.live(1_000)) view.load(page)
  view.loaded(revision)
  const hints = (onHint: () => void) =>
    log.subscribe(() => {
      if (faults.happens('lostHint')) return
      const heard = async (): Promise<void> => {
        if (faults.happens('lateWatch')) await clock.scoped(life).sleep(faults.delay(2_000))
        for (let copy = faults.happens('doubleWatch') ? 2 : 1; copy > 0; copy--) onHint()
      }
      void life.gate(Promise.resolve()).then(heard)
    })
  const { signal } = new AbortController()
  const options = {
    log, from: revision, hints, clock: clock.scoped(life),
    onEvents: (events: Parameters<LiveView['apply']>[0]) => {
      clock.touch()
      view.apply(events)
    },
  }
  void tail(options, signal)
  return view
}
