import type { KubeObject } from '../../src/meta/object.ts'
import { ObjectStore } from '../../src/projections/object-store.ts'
import type { View, ViewChange } from '../../src/projections/view.ts'
import type { WatchItem } from '../../src/projections/watch-cache.ts'
import type { Entry } from '../../src/projections/entry.ts'
import type { ViewSource } from '../../src/reconcilers/runtime/ports.ts'
import { builtIn, createRegistry } from '../../src/resources/registry.ts'
import type { SimClock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Life } from './life.ts'
import type { Plane } from './plane.ts'

/** What a node follows: a resource, and which of its objects. */
export interface Follow {
  readonly resource: string
  readonly selects: (object: KubeObject) => boolean
}

/** What a source is made from. */
export interface SourceParts {
  readonly clock: SimClock
  readonly faults: Faults
  /** The node's process: it ends with it. */
  readonly life: Life
  /** The control plane to connect to now; undefined when none answers. */
  plane(): Plane | undefined
}

interface Frame {
  readonly type: 'ADDED' | 'DELETED' | 'SYNCED'
  readonly revision: number
  readonly entry?: Entry
}

const registry = createRegistry(builtIn)
const RETRY_MS = 200

class NodeView extends ObjectStore implements View {
  revision = 0
}

/**
 * A node's view by watches that are late, broken, resumed, read anew, and sometimes say things twice:
 * what RemoteSource makes of HTTP, without the sockets.
 */
export class NodeSource implements ViewSource {
  readonly view = new NodeView((resource) => registry.byResource(resource))
  readonly #parts: SourceParts
  readonly #listeners = new Set<{ resources: ReadonlySet<string>; hear: (changes: ViewChange[]) => void }>()
  readonly #synced: Promise<void>[]

  constructor(parts: SourceParts, follows: readonly Follow[]) {
    this.#parts = parts
    this.#synced = follows.map((follow) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      void this.#run(follow, resolve)
      return promise
    })
  }

  subscribe(resources: readonly string[], hear: (changes: ViewChange[]) => void): () => void {
    const own = { resources: new Set(resources), hear }
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  async synced(): Promise<void> {
    await Promise.all(this.#synced)
  }

  /** One watch after the other; each goes on from the last revision when the window still has it. */
  async #run(follow: Follow, synced: () => void): Promise<void> {
    const { clock, life, plane } = this.#parts
    let from = 0
    while (life.alive) {
      const server = plane()
      if (server) from = await this.#stream(follow, server, from, synced)
      await clock.scoped(life).sleep(RETRY_MS)
    }
  }

  /** Answers the revision to go on from; 0 reads anew. */
  async #stream(follow: Follow, server: Plane, from: number, synced: () => void): Promise<number> {
    const { view } = server.core!
    const queue: Frame[][] = []
    let wake = (): void => {}
    const leave = view.onSteps((resource, items) => {
      if (resource !== follow.resource) return
      queue.push(framesOf(follow, items))
      wake()
    })
    const missed = from === 0 ? undefined : view.stepsAfter(follow.resource, from)
    if (from > 0 && !missed) {
      leave()
      return 0
    }
    const fresh = missed ? undefined : new Set<string>()
    queue.unshift(missed ? framesOf(follow, missed) : initialOf(follow, view))
    let at = from
    let broken = false
    void server.life.ended.then(() => {
      broken = true
      wake()
    })
    while (!broken && this.#parts.life.alive) {
      const frames = queue.shift()
      if (!frames) {
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      await this.#travel()
      if (this.#parts.faults.happens('brokenWatch')) break
      const copies = this.#parts.faults.happens('doubleWatch') ? 2 : 1
      for (let copy = 0; copy < copies; copy++)
        for (const frame of frames) this.#hear(follow.resource, frame, fresh, synced)
      at = Math.max(at, frames.at(-1)?.revision ?? 0)
    }
    leave()
    return at
  }

  async #travel(): Promise<void> {
    const { clock, faults, life } = this.#parts
    if (faults.happens('lateWatch')) await clock.scoped(life).sleep(faults.delay(2_000))
    else await life.gate(Promise.resolve())
    while (life.frozen) await clock.sleep(RETRY_MS)
  }

  #hear(resource: string, frame: Frame, fresh: Set<string> | undefined, synced: () => void): void {
    if (frame.revision > this.view.revision) this.view.revision = frame.revision
    if (frame.type === 'SYNCED') {
      this.#forgetOthers(resource, fresh!)
      return synced()
    }
    const { namespace, name, uid, revision, bytes } = frame.entry!
    fresh?.add(`${namespace}/${name}`)
    const entry = this.view.entryOf({ resource, namespace, name, uid, revision, bytes })
    if (frame.type === 'DELETED') {
      const before = this.view.delete(resource, namespace, name)
      this.#tell(resource, entry, before, undefined)
    } else this.#tell(resource, entry, this.view.put(entry), entry)
  }

  /** Ends an initial state: objects it did not name are gone. */
  #forgetOthers(resource: string, fresh: ReadonlySet<string>): void {
    for (const entry of this.view.table(resource).entries())
      if (!fresh.has(`${entry.namespace}/${entry.name}`)) {
        this.view.delete(resource, entry.namespace, entry.name)
        this.#tell(resource, entry, entry, undefined)
      }
  }

  #tell(resource: string, entry: Entry, before: Entry | undefined, after: Entry | undefined): void {
    this.#parts.clock.touch()
    const change: ViewChange = {
      resource,
      namespace: entry.namespace,
      name: entry.name,
      revision: entry.revision,
      before: () => before?.object,
      after: () => after?.object,
    }
    for (const { resources, hear } of this.#listeners) if (resources.has(resource)) hear([change])
  }
}

const initialOf = (follow: Follow, view: { readonly revision: number; table: ObjectStore['table'] }): Frame[] => [
  ...view
    .table(follow.resource)
    .entries()
    .filter((entry) => follow.selects(entry.object))
    .map((entry) => ({ type: 'ADDED' as const, revision: entry.revision, entry })),
  { type: 'SYNCED', revision: view.revision },
]

/** An object that a step takes out of the selection is deleted for who follows it. */
function framesOf(follow: Follow, items: readonly WatchItem[]): Frame[] {
  return items.flatMap((item): Frame[] => {
    const { revision, entry, before } = item
    const is = item.op === 'put' && follow.selects(entry.object)
    if (is) return [{ type: 'ADDED', revision, entry }]
    const was = before !== undefined && follow.selects(before.object)
    return was ? [{ type: 'DELETED', revision, entry }] : []
  })
}
