import { afterEach, describe, expect, jest, test } from 'bun:test'
import { WATCHER_BACKLOG_BYTES_MAX } from '../../src/base/limits.ts'
import { runWatch } from '../../src/api/verbs/watch.ts'
import type { FrameSink } from '../../src/api/watch-connection.ts'
import { selectionOf } from '../../src/api/selection.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { memoryLog } from '../../src/events/memory-log.ts'
import { testApi, type Answer, type TestApi } from '../support/api.ts'
import { until } from '../support/until.ts'
import { Watcher, type Frame } from '../support/watcher.ts'

const PATH = '/api/v1/namespaces/default/configmaps'
const open: { close(): unknown }[] = []

afterEach(async () => {
  jest.useRealTimers()
  for (const one of open.splice(0).reverse()) await one.close()
})

async function start(options: Parameters<typeof testApi>[0] = {}): Promise<TestApi> {
  const api = await testApi(options)
  open.push(api)
  return api
}

async function watch(api: TestApi, query: string, path = PATH): Promise<Watcher> {
  const watcher = await Watcher.open(api, `${path}?watch=1&${query}`)
  open.push(watcher)
  return watcher
}

const put = (api: TestApi, name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) =>
  api.call('POST', PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data })
const patch = (api: TestApi, name: string, body: object) => api.call('PATCH', `${PATH}/${name}`, body)
const remove = (api: TestApi, name: string) => api.call('DELETE', `${PATH}/${name}`)
const revisionOf = ({ json }: Answer): number =>
  Number((json as unknown as { metadata: { resourceVersion: string } }).metadata.resourceVersion)
const listRevision = async (api: TestApi): Promise<number> => revisionOf(await api.call('GET', `${PATH}?limit=1`))

/** 20 writers, each with an object of its own: creates, four changes, a delete. 120 steps. */
async function busy(api: TestApi): Promise<void> {
  await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    await put(api, `w${i}`, { n: '0' })
    for (let n = 1; n <= 4; n++) await patch(api, `w${i}`, { data: { n: String(n) } })
    await remove(api, `w${i}`)
  }))
}
const BUSY_STEPS = 120

const places = (frames: readonly Frame[]): string[] => frames.map(({ type, object, revision }) => `${type} ${object.metadata.name} ${revision}`)

describe('what a watch promises', () => {
  test('Ordered: revisions rise, whoever writes', async () => {
    const api = await start()
    const watcher = await watch(api, `resourceVersion=${await listRevision(api)}`)
    await busy(api)
    const revisions = (await watcher.frames(BUSY_STEPS)).map(({ revision }) => revision)
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b))
  })

  test('Unique: no step comes twice, also where the state at the start and the steps after it meet', async () => {
    const api = await start()
    const from = await listRevision(api)
    const writing = busy(api)
    const watchers = await Promise.all(Array.from({ length: 10 }, () => watch(api, `resourceVersion=${from}`)))
    await writing
    for (const watcher of watchers) {
      const frames = await watcher.frames(BUSY_STEPS)
      expect(new Set(frames.map(({ revision }) => revision)).size).toBe(BUSY_STEPS)
    }
  })

  test('Atomic: a frame is one object as it was stored at that revision, byte for byte what a read of that time gives', async () => {
    const api = await start()
    const watcher = await watch(api, `resourceVersion=${await listRevision(api)}`)
    await busy(api)
    for (const { type, object, revision } of await watcher.frames(BUSY_STEPS)) {
      if (type === 'DELETED') continue
      const then = await api.call('GET', `${PATH}?resourceVersion=${revision}&resourceVersionMatch=Exact`)
      const items = (then.json as unknown as { items: { metadata: { name: string } }[] }).items
      const stored = items.find(({ metadata }) => metadata.name === object.metadata.name)
      expect({ apiVersion: 'v1', kind: 'ConfigMap', ...stored }).toEqual(object as never)
    }
  }, 20_000)

  test('Reliable: nothing is lost: frames that are replayed give the list', async () => {
    const api = await start()
    const started = put(api, 'before', { a: 'b' })
    const watchers = await Promise.all(Array.from({ length: 8 }, () => watch(api, '')))
    await started
    await busy(api)
    const last = revisionOf(await put(api, 'last'))
    const list = await api.call('GET', PATH)
    const names = (list.json as unknown as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name)
    for (const watcher of watchers) {
      const state = new Map<string, number>()
      for (let at = 0; at < last;) {
        const frame = (await watcher.frame())!
        at = Math.max(at, frame.revision)
        if (frame.type === 'DELETED') state.delete(frame.object.metadata.name!)
        else state.set(frame.object.metadata.name!, frame.revision)
      }
      expect([...state.keys()].sort()).toEqual(names.sort())
    }
  })

  test('Resumable: from the last revision that was seen, what follows comes, and only that', async () => {
    const api = await start()
    const from = await listRevision(api)
    await busy(api)
    const whole = places(await (await watch(api, `resourceVersion=${from}`)).frames(BUSY_STEPS))
    const resumed: string[] = []
    let at = from
    while (resumed.length < BUSY_STEPS) {
      const watcher = await watch(api, `resourceVersion=${at}`)
      const frames = await watcher.frames(Math.min(17, BUSY_STEPS - resumed.length))
      watcher.close()
      resumed.push(...places(frames))
      at = frames.at(-1)!.revision
    }
    expect(resumed).toEqual(whole)
  })

  test('Resumable: what is no longer kept is 410 Expired inside the stream, and the stream ends', async () => {
    const log = memoryLog(mainLog('test'))
    const first = await testApi({ log })
    await put(first, 'old')
    await first.close()
    // A process that starts anew has no steps from before its start.
    const api = await start({ log })
    const watcher = await watch(api, 'resourceVersion=1')
    const frame = await watcher.frame()
    expect(frame).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', status: 'Failure' } })
    expect((frame as Frame & { object: { message: string } }).object.message).toMatch(/^too old resource version: 1 \(\d+\)$/)
    expect(await watcher.frame()).toBeUndefined()
  })

  test('Bookmarked: the end of the initial state is marked, with its revision and nothing else', async () => {
    const api = await start()
    await put(api, 'a')
    await put(api, 'b')
    const watcher = await watch(api, 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=x%3Dno')
    await put(api, 'c', {}, { x: 'no' })
    const [mark, step] = await watcher.frames(2)
    expect(mark).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    })
    expect(mark!.revision).toBeGreaterThan(0)
    expect(step).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'c' } } })
    expect(step!.revision).toBeGreaterThan(mark!.revision)
  })

  test('Bookmarked: once a minute the newest revision, also when nothing of the selection happened', async () => {
    const api = await start()
    const served = api.core.registry.byPath('', 'v1', 'configmaps')!
    const selection = selectionOf(served.definition, { namespace: 'default', name: '' } as never, new URLSearchParams('labelSelector=never%3Dseen'))
    if (!selection.ok) throw new Error('selection')
    const sink = new KeptSink()
    jest.useFakeTimers()
    await runWatch(api.api.parts.watches, {
      encoding: { definition: served.definition, served: served.version, format: { media: 'json' }, includeObject: 'Metadata', now: 0 },
      selection: selection.value, after: api.core.view.revision, initialEnd: false, bookmarks: true, timeoutMs: 200_000,
    }, sink)
    jest.advanceTimersByTime(60_000)
    const { revision } = api.core.view
    expect(sink.lines()).toEqual([
      { type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: String(revision), creationTimestamp: null } } },
    ])
    jest.advanceTimersByTime(60_000)
    expect(sink.lines()).toHaveLength(2)
    jest.advanceTimersByTime(80_000)
    expect(sink.closed).toBe(true)
  })

  test.each<[string, string, string[]]>([
    ['labels: enters as ADDED, changes as MODIFIED, leaves as DELETED', 'labelSelector=x%3Dyes', ['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b', 'DELETED b']],
    ['fields', 'fieldSelector=metadata.name%3Db', ['ADDED b', 'MODIFIED b', 'DELETED b']],
    ['both', 'labelSelector=x%3Dyes&fieldSelector=metadata.name%3Db', ['ADDED b', 'DELETED b']],
    ['nothing left out', '', ['ADDED a', 'MODIFIED a', 'MODIFIED a', 'MODIFIED a', 'ADDED b', 'MODIFIED b', 'DELETED b', 'DELETED a']],
  ])('Filtered by %s', async (_name, query, expected) => {
    const api = await start()
    const watcher = await watch(api, `resourceVersion=${await listRevision(api)}&${query}`)
    await put(api, 'a')
    await patch(api, 'a', { metadata: { labels: { x: 'yes' } } })
    await patch(api, 'a', { data: { more: '1' } })
    await patch(api, 'a', { metadata: { labels: { x: 'no' } } })
    await put(api, 'b')
    await patch(api, 'b', { metadata: { labels: { x: 'yes' } } })
    await remove(api, 'b')
    await remove(api, 'a')
    const frames = await watcher.frames(expected.length)
    expect(frames.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(expected)
    expect(frames.map(({ revision }) => revision)).toEqual(frames.map(({ revision }) => revision).sort((a, b) => a - b))
  })

  test('Filtered by namespace: another one is not heard of', async () => {
    const api = await start()
    const everywhere = await watch(api, `resourceVersion=${await listRevision(api)}`, '/api/v1/configmaps')
    const here = await watch(api, `resourceVersion=${await listRevision(api)}`)
    const object = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
    await api.call('POST', '/api/v1/namespaces/kube-system/configmaps', object('there'))
    await put(api, 'here')
    expect((await here.frames(1))[0]!.object.metadata.name).toBe('here')
    expect((await everywhere.frames(2)).map(({ object }) => object.metadata.name!)).toEqual(['there', 'here'])
  })
})

describe('watchers that are a burden', () => {
  test('one that never reads is ended; memory is bounded, and the others lose nothing', async () => {
    const api = await start()
    const from = await listRevision(api)
    const silent = await watch(api, `resourceVersion=${from}`)
    silent.connection.socket.pause()
    const reading = await watch(api, `resourceVersion=${from}`)
    expect(api.api.hub.watchers).toBe(2)
    // Beyond the backlog and whatever the kernel buffers on both ends of the socket.
    const value = 'x'.repeat(900_000)
    const writes = Math.ceil((WATCHER_BACKLOG_BYTES_MAX + 24 * 1024 * 1024) / value.length)
    const read = reading.frames(writes)
    for (let i = 0; i < writes; i++) await put(api, `big-${i}`, { value })
    expect((await read).length).toBe(writes)
    await until('the silent watcher is ended', () => api.api.hub.watchers === 1)
  }, 30_000)

  test('one that goes away is forgotten', async () => {
    const api = await start()
    const watcher = await watch(api, '')
    expect(api.api.hub.watchers).toBe(1)
    watcher.close()
    await until('it is forgotten', () => api.api.hub.watchers === 0)
  })

  test('all are ended when the server goes away', async () => {
    const api = await start()
    const watcher = await watch(api, `resourceVersion=${await listRevision(api)}`)
    await api.api.close()
    expect(await watcher.frame()).toBeUndefined()
  })
})

/** Frames kept as they were sent. */
class KeptSink implements FrameSink {
  readonly unsentBytes = 0
  closed = false
  #text = ''

  write(bytes: Uint8Array): boolean {
    this.#text += new TextDecoder().decode(bytes)
    return true
  }

  lines(): unknown[] {
    return this.#text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown)
  }

  async drained(): Promise<void> {}

  end(): void {
    this.closed = true
  }

  cut(): void {
    this.closed = true
  }

  onClose(): void {}
}
