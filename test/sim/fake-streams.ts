import { err, ok } from '../../src/base/result.ts'
import type { Containers, Frame, LogOptions } from '../../src/docker/engine.ts'
import { dockerError } from '../../src/docker/errors.ts'
import type { WaitResult } from '../../src/docker/types.ts'
import { gather, readTar } from './fake-archive.ts'
import { writeTar } from '../../src/docker/tar.ts'
import { isLive } from './fake-containers.ts'
import { type FakeContainer, type FakeState, findContainer } from './fake-state.ts'
import { sampleOf } from './fake-stats.ts'
import { pushable } from './pushable.ts'

type Streams = Pick<
  Containers,
  'wait' | 'logs' | 'attach' | 'statsStream' | 'putArchive' | 'getArchive'
>

const cancelled = (call: string) => dockerError('retry', 0, 'cancelled', call)
const missing = (id: string, call: string) =>
  err(dockerError('notFound', 404, `No such container: ${id}`, call))

/** The fake's calls whose body takes its time. */
export function fakeStreams(state: FakeState): Streams {
  const { world } = state
  return {
    wait: (id, until, call) =>
      world.call('containers.wait', call, async () => {
        const c = findContainer(state, id)
        if (!c) return missing(id, 'containers.wait')
        if (until === 'not-running' && !isLive(c)) return ok<WaitResult>({ StatusCode: c.exitCode })
        const wanted = until === 'removed' ? 'removed' : 'exited'
        await new Promise<void>((resolve) => {
          const waiter = (what: 'exited' | 'removed') => {
            if (what !== wanted && what !== 'removed') return
            c.waiters.delete(waiter)
            resolve()
          }
          c.waiters.add(waiter)
        })
        return ok<WaitResult>({ StatusCode: c.exitCode })
      }),

    logs: (id, options, call) =>
      world.call('containers.logs', call, () => {
        const c = findContainer(state, id)
        if (!c) return missing(id, 'containers.logs')
        const stream = pushable<Frame>(call?.signal, cancelled('containers.logs'))
        const wants = (frame: Frame) =>
          frame.stream === 'stdout' ? options.stdout !== false : options.stderr !== false
        const send = (frame: Frame, time: string) => {
          if (wants(frame)) stream.push(options.timestamps ? stamped(frame, time) : frame)
        }
        for (const entry of selected(c, options)) send(entry, entry.time)
        followOutput(c, options.follow === true && isLive(c), send, stream)
        return ok(stream)
      }),

    attach: (id, options, call) =>
      world.call('containers.attach', call, () => {
        const c = findContainer(state, id)
        if (!c) return missing(id, 'containers.attach')
        const stream = pushable<Frame>(call?.signal, cancelled('containers.attach'))
        if (options.logs) for (const entry of c.log) stream.push(entry)
        // Docker attaches to a created container too, and waits for its start.
        followOutput(c, isLive(c) || c.status === 'created', (frame) => stream.push(frame), stream)
        return ok(
          Object.assign(stream, {
            write: async (bytes: Uint8Array) => {
              if (!c.process || !options.stdin) return false
              c.process.stdin.push(bytes)
              return true
            },
            closeWrite: () => c.process?.stdin.end(),
          }),
        )
      }),

    statsStream: (id, call) =>
      world.call('containers.statsStream', call, () => {
        const c = findContainer(state, id)
        if (!c) return missing(id, 'containers.statsStream')
        const stream = pushable<ReturnType<typeof sampleOf>>(
          call?.signal,
          cancelled('containers.statsStream'),
        )
        let open = true
        const closing = new AbortController()
        void stream.ended.then(() => {
          open = false
          closing.abort()
        })
        void (async () => {
          for (; open; await world.clock.sleep(1000, closing.signal))
            stream.push(sampleOf(c, world))
        })()
        return ok(stream)
      }),

    putArchive: (id, path, tar, call) =>
      world.call('containers.putArchive', call, async () => {
        const c = findContainer(state, id)
        if (!c) return missing(id, 'containers.putArchive')
        for (const entry of readTar(await gather(tar)))
          c.archives.set(joined(path, entry.path), entry.content)
        return ok(undefined)
      }),

    getArchive: (id, path, call) =>
      world.call('containers.getArchive', call, () => {
        const c = findContainer(state, id)
        if (!c) return missing(id, 'containers.getArchive')
        const content = c.archives.get(path)
        const name = path.split('/').at(-1) ?? ''
        if (!content)
          return err(
            dockerError(
              'notFound',
              404,
              `Could not find the file ${path}`,
              'containers.getArchive',
            ),
          )
        const tar = pushable<Uint8Array>(call?.signal)
        tar.push(writeTar([{ path: name, content, mode: 0o644 }]))
        tar.end()
        return ok({
          stat: { name, size: content.length, mode: 0o644, mtime: world.time(), linkTarget: '' },
          tar,
        })
      }),
  }
}

function followOutput(
  c: FakeContainer,
  follow: boolean,
  send: (frame: Frame, time: string) => void,
  stream: ReturnType<typeof pushable<Frame>>,
): void {
  if (!follow) return stream.end()
  const waiter = () => stream.end()
  c.outputs.add(send)
  c.waiters.add(waiter)
  void stream.ended.then(() => {
    c.outputs.delete(send)
    c.waiters.delete(waiter)
  })
}

function selected(c: FakeContainer, options: LogOptions): FakeContainer['log'] {
  const sinceMs = options.since === undefined ? -Infinity : msOf(options.since)
  const recent = c.log.filter((entry) => Date.parse(entry.time) >= sinceMs)
  return options.tailLines === undefined
    ? recent
    : options.tailLines === 0
      ? []
      : recent.slice(-options.tailLines)
}

const msOf = (text: string): number => (text.includes('T') ? Date.parse(text) : Number(text) * 1000)
const joined = (directory: string, name: string): string =>
  `${directory.replace(/\/$/, '')}/${name.replace(/^\.\//, '')}`
const stamped = (frame: Frame, time: string): Frame => ({
  stream: frame.stream,
  bytes: Buffer.concat([Buffer.from(`${time} `), frame.bytes]),
})
