import { BOOKMARK_INTERVAL_MS, WATCH_TIMEOUT_MIN_MS } from '../../base/limits.ts'
import { validateListOptions } from '../../meta/list-options.ts'
import { badRequest, expired, gone, invalidObject, type Status } from '../../meta/status.ts'
import type { Entry } from '../../projections/entry.ts'
import type { LiveView } from '../../projections/live-view.ts'
import { entriesOf } from '../../projections/table.ts'
import { contentType, type Encoding } from '../formats.ts'
import { isTrue } from '../request-info.ts'
import { selectionOf, type Selection } from '../selection.ts'
import { ResponseSink, WatchConnection, type FrameSink } from '../watch-connection.ts'
import { batchFrames, bookmark, errorFrame, initialFrames } from '../watch-frames.ts'
import type { WatchHub } from '../watch-hub.ts'
import { encodingOf, type ResourceRequest } from './resource-request.ts'

/** What a watch reads from: the live view and its fan-out. */
export interface WatchSource {
  readonly view: LiveView
  readonly hub: WatchHub
}

/** Opens a watch over HTTP. Promises: Ordered, Unique, Atomic, Reliable, Resumable, Bookmarked, Filtered. */
export async function watch(request: ResourceRequest, source: WatchSource): Promise<void> {
  const { exchange, format } = request
  const wish = watchWish(request)
  if ('status' in wish) return exchange.refuse(wish.status)
  exchange.outgoing.writeHead(200, exchange.headers({ 'content-type': contentType(format, true) }))
  exchange.outgoing.flushHeaders()
  exchange.incoming.socket?.setTimeout(0)
  await runWatch(source, wish, new ResponseSink(exchange.outgoing))
}

/** Everything a watch was asked for. */
export interface WatchWish {
  readonly encoding: Encoding
  readonly selection: Selection
  /** Undefined: from what is there now, as ADDED frames. */
  readonly after: number | undefined
  readonly initialEnd: boolean
  readonly bookmarks: boolean
  readonly timeoutMs: number
}

/** Reads and checks a watch's parameters. */
export function watchWish(request: ResourceRequest): WatchWish | { status: Status } {
  const { exchange, served } = request
  const { query } = exchange
  const selection = selectionOf(served.definition, exchange.info, query)
  if (!selection.ok) return { status: selection.error }
  const version = query.get('resourceVersion') ?? ''
  const initial = query.get('sendInitialEvents')
  const errors = validateListOptions({
    watch: true,
    resourceVersion: version,
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    continueToken: query.get('continue') ?? '',
    ...(initial !== null && { sendInitialEvents: initial === 'true' }),
  })
  if (errors.length > 0) return { status: invalidObject('meta.k8s.io', 'ListOptions', '', errors) }
  if (!/^[0-9]*$/.test(version))
    return { status: badRequest(`Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`) }
  const seconds = Number(query.get('timeoutSeconds') ?? 0)
  const wantsInitial = initial === null ? version === '' || version === '0' : initial === 'true'
  return {
    encoding: encodingOf(request),
    selection: selection.value,
    after: wantsInitial ? undefined : version === '' || version === '0' ? -1 : Number(version),
    initialEnd: initial === 'true',
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutMs: seconds > 0 ? seconds * 1000 : WATCH_TIMEOUT_MIN_MS * (1 + Math.random()),
  }
}

/** Runs a watch until the client, its timeout or an error ends it. */
export async function runWatch(source: WatchSource, wish: WatchWish, sink: FrameSink): Promise<void> {
  const { encoding, selection } = wish
  const connection = new WatchConnection(sink)
  const start = startOf(source.view, wish)
  if ('status' in start) {
    connection.send(errorFrame(encoding, start.status))
    return connection.end()
  }
  // Joining and reading the state happen in one turn of the loop: nothing falls between them.
  const leave = source.hub.join(encoding, selection, connection)
  const timers = [setTimeout(() => connection.end(), wish.timeoutMs)]
  if (wish.bookmarks)
    timers.push(setInterval(() => connection.send(bookmark(encoding, source.view.revision, false)), BOOKMARK_INTERVAL_MS))
  sink.onClose(() => {
    leave()
    for (const timer of timers) clearTimeout(timer)
    connection.end()
  })
  await connection.begin(start.pieces)
}

function startOf(view: LiveView, wish: WatchWish): { pieces: Iterable<Uint8Array> } | { status: Status } {
  const { encoding, selection, after } = wish
  const { resource } = encoding.definition
  if (after === undefined) {
    const entries = entriesOf(view.snapshot(resource), selection.namespace).filter(selection.test)
    return { pieces: initial(wish, entries, view.revision) }
  }
  if (after < 0) return { pieces: [] }
  if (after > view.revision)
    return { status: tooLarge(after, view.revision) }
  const items = view.stepsAfter(resource, after)
  if (!items) return { status: expired(`too old resource version: ${after} (${view.revision})`) }
  const frames = batchFrames(encoding, selection, items)
  return { pieces: frames ? [frames] : [] }
}

function* initial(wish: WatchWish, entries: readonly Entry[], revision: number): Generator<Uint8Array> {
  yield* initialFrames(wish.encoding, entries)
  if (wish.initialEnd) yield bookmark(wish.encoding, revision, true)
}

const tooLarge = (asked: number, current: number): Status =>
  gone(`resourceVersion ${asked} is in the future; the newest is ${current}`)
