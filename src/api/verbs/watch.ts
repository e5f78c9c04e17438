import { BOOKMARK_INTERVAL_MS, TIMER_MS_MAX, WATCH_TIMEOUT_MIN_MS } from '../../base/limits.ts'
import { validateListOptions } from '../../meta/list-options.ts'
import { invalidObject, plainError, type Status } from '../../meta/status.ts'
import { contentType, type Encoding } from '../formats.ts'
import { integerOf, versionProblem } from '../query-numbers.ts'
import { isTrue } from '../request-info.ts'
import { selectionOf, type Selection } from '../selection.ts'
import { ResponseSink, WatchConnection, type FrameSink } from '../watch-connection.ts'
import { bookmark, errorFrame } from '../watch-frames.ts'
import type { WatchSource } from '../watch-source.ts'
import { encodingOf, type ResourceRequest } from './resource-request.ts'

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
  const wrong = versionProblem(version)
  if (wrong !== undefined) return { status: plainError(wrong) }
  const asked = integerOf(query, 'timeoutSeconds')
  if (!asked.ok) return { status: asked.error }
  const seconds = Math.min(asked.value ?? 0, TIMER_MS_MAX / 1000)
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
  const { encoding } = wish
  const connection = new WatchConnection(sink)
  const start = await source.open(wish, connection)
  if ('status' in start) {
    connection.send(errorFrame(encoding, start.status))
    return connection.end()
  }
  const timers = [setTimeout(() => connection.end(), wish.timeoutMs)]
  if (wish.bookmarks)
    timers.push(setInterval(() => connection.send(bookmark(encoding, source.revision, false)), BOOKMARK_INTERVAL_MS))
  sink.onClose(() => {
    start.leave()
    for (const timer of timers) clearTimeout(timer)
    connection.end()
  })
  await connection.begin(start.pieces)
}
