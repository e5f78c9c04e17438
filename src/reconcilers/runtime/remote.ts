import type { Clock } from '../../base/clock.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { Entry } from '../../projections/entry.ts'
import { ObjectStore } from '../../projections/object-store.ts'
import type { View, ViewChange } from '../../projections/view.ts'
import type { ResourceDefinition } from '../../resources/define.ts'
import type { Registry } from '../../resources/registry.ts'
import { collectionPath, type HttpClient } from './http-client.ts'
import type { ViewSource } from './ports.ts'

/** What a node follows: a resource, narrowed by selectors. */
export interface Follow {
  readonly resource: string
  /** `spec.nodeName=node-1`. */
  readonly fieldSelector?: string
  readonly labelSelector?: string
}

type Listener = { resources: ReadonlySet<string>; hear: (changes: ViewChange[]) => void }

/** Pauses after a failed stream: reflector.go's 0.8 s to 30 s, shorter at first since the API is near. */
const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 30_000

const encoder = new TextEncoder()

/** The view of one node: its tables, and the newest revision it has heard of. */
class RemoteView extends ObjectStore implements View {
  #revision = 0

  get revision(): number {
    return this.#revision
  }

  heard(revision: number): void {
    if (revision > this.#revision) this.#revision = revision
  }
}

/**
 * Keeps a view current by list and watch over HTTP, for nodes without database rights. A stream that
 * ends resumes from its last revision; one that is too old, or that ended with an error, starts again
 * from a fresh list, and what vanished meanwhile is told as deleted.
 */
export class RemoteSource implements ViewSource {
  readonly view: RemoteView
  readonly #client: HttpClient
  readonly #registry: Registry
  readonly #clock: Clock
  readonly #follows: readonly Follow[]
  readonly #listeners = new Set<Listener>()
  readonly #stop = new AbortController()
  readonly #initial: Promise<void>[]
  readonly #loops: Promise<void>[]

  constructor(client: HttpClient, registry: Registry, clock: Clock, follows: readonly Follow[]) {
    this.#client = client
    this.#registry = registry
    this.#clock = clock
    this.#follows = follows
    this.view = new RemoteView((resource) => registry.byResource(resource))
    this.#initial = []
    this.#loops = follows.map((follow) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#initial.push(promise)
      return this.#follow(follow, resolve)
    })
  }

  subscribe(resources: readonly string[] | undefined, listener: (changes: ViewChange[]) => void): () => void {
    const own = { resources: new Set(resources), hear: listener }
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  async synced(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([Promise.all(this.#initial), aborted])
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#loops)
  }

  async #follow(follow: Follow, synced: () => void): Promise<void> {
    const definition = this.#registry.byResource(follow.resource)!
    let from = 0
    let retryMs = RETRY_MS_MIN
    while (!this.#stop.signal.aborted) {
      const started = this.#clock.monotonicMs()
      from = await this.#stream(follow, definition, from, synced)
      const lasted = this.#clock.monotonicMs() - started
      retryMs = lasted > retryMs * 10 ? RETRY_MS_MIN : Math.min(retryMs * 2, RETRY_MS_MAX)
      await this.#clock.sleep(retryMs, this.#stop.signal)
    }
  }

  /** One watch from a revision (0: with the initial state); gives the revision to go on from. */
  async #stream(
    follow: Follow,
    definition: ResourceDefinition,
    from: number,
    synced: () => void,
  ): Promise<number> {
    const fresh = from === 0 ? new Set<string>() : undefined
    let at = from
    try {
      const response = await this.#client.fetch(watchPath(follow, definition, from), {
        signal: this.#stop.signal,
      })
      if (!response.ok || !response.body) return 0
      for await (const frame of frames(response.body)) {
        if (frame.type === 'ERROR') return 0
        const revision = Number(frame.object.metadata.resourceVersion ?? 0)
        if (frame.type === 'BOOKMARK') {
          if (fresh && isInitialEnd(frame.object)) this.#forgetOthers(follow.resource, fresh, synced)
        } else {
          fresh?.add(keyOf(frame.object))
          this.#apply(follow.resource, frame, revision)
        }
        at = Math.max(at, revision)
        this.view.heard(revision)
      }
      return at
    } catch {
      // The connection broke: what was heard stands, the next stream goes on from there.
      return at
    }
  }

  #apply(resource: string, { type, object }: Frame, revision: number): void {
    const { namespace = '', name = '', uid = '' } = object.metadata
    const bytes = encoder.encode(JSON.stringify(object))
    const entry = this.view.entryOf({ resource, namespace, name, uid, revision, bytes })
    if (type === 'DELETED') {
      const before = this.view.delete(resource, namespace, name)
      this.#tell(resource, entry, before, undefined)
    } else this.#tell(resource, entry, this.view.put(entry), entry)
  }

  /** Ends an initial state: objects it did not name are gone. */
  #forgetOthers(resource: string, fresh: ReadonlySet<string>, synced: () => void): void {
    for (const entry of this.view.table(resource).entries())
      if (!fresh.has(`${entry.namespace}/${entry.name}`)) {
        this.view.delete(resource, entry.namespace, entry.name)
        this.#tell(resource, entry, entry, undefined)
      }
    synced()
  }

  #tell(resource: string, entry: Entry, before: Entry | undefined, after: Entry | undefined): void {
    const change: ViewChange = {
      resource, namespace: entry.namespace, name: entry.name, revision: entry.revision,
      before: () => before?.object,
      after: () => after?.object,
    }
    for (const { resources, hear } of this.#listeners) if (resources.has(resource)) hear([change])
  }
}

interface Frame {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: KubeObject
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`

const isInitialEnd = ({ metadata }: KubeObject): boolean =>
  metadata.annotations?.['k8s.io/initial-events-end'] === 'true'

function watchPath(follow: Follow, definition: ResourceDefinition, from: number): string {
  const query = new URLSearchParams({ watch: 'true', allowWatchBookmarks: 'true' })
  if (follow.fieldSelector) query.set('fieldSelector', follow.fieldSelector)
  if (follow.labelSelector) query.set('labelSelector', follow.labelSelector)
  if (from > 0) query.set('resourceVersion', String(from))
  else {
    query.set('sendInitialEvents', 'true')
    query.set('resourceVersionMatch', 'NotOlderThan')
  }
  return `${collectionPath(definition, '')}?${query}`
}

/** Lines of a JSON watch stream. */
async function* frames(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true })
    let end: number
    while ((end = rest.indexOf('\n')) >= 0) {
      yield JSON.parse(rest.slice(0, end)) as Frame
      rest = rest.slice(end + 1)
    }
  }
}
