import { expect, test } from 'bun:test'
import {
  DOCKER_HEARTBEAT_MS,
  DOCKER_HEARTBEAT_TIMEOUT_MS,
  DOCKER_RECONNECT_MS_MAX,
  DOCKER_RECONNECT_MS_MIN,
} from '../../src/base/limits.ts'
import {
  type EventSignal,
  followEvents,
  reconnectDelay,
  secondsText,
} from '../../src/docker/engine-events.ts'
import { parseEvent } from '../../src/docker/event-stream.ts'
import { must } from '../contract/docker.ts'
import { fakeDocker } from '../sim/fake-docker.ts'
import { steppedClock } from '../support/stepped-clock.ts'

function follower(since?: string) {
  const clock = steppedClock()
  const engine = fakeDocker({ clock })
  engine.addImage('i')
  const stop = new AbortController()
  const seen: string[] = []
  const done = (async () => {
    for await (const signal of followEvents(engine, {
      filter: { types: ['container'], since },
      clock,
      signal: stop.signal,
    })) {
      seen.push(told(signal))
    }
  })()
  let count = 0
  return {
    engine,
    clock,
    seen,
    run: async () => {
      const { Id } = must(
        await engine.containers.create(`c${count++}`, { Image: 'i', Cmd: ['sleep', '1000'] }),
      )
      must(await engine.containers.start(Id))
    },
    /** What was told since the last call. */
    told: async () => {
      await clock.step(0)
      return seen.splice(0)
    },
    end: async () => {
      stop.abort()
      await done
    },
  }
}

const told = (signal: EventSignal): string =>
  signal.type === 'event'
    ? signal.event.Action
    : signal.type === 'lost'
      ? `lost ${signal.retryInMs}`
      : 'connected'

test('events come after the connection is told', async () => {
  const f = follower()
  expect(await f.told()).toEqual(['connected'])
  await f.run()
  expect(await f.told()).toEqual(['create', 'start'])
  await f.end()
})

test('a daemon that goes and comes back: told once each, nothing repeated', async () => {
  const f = follower()
  await f.run()
  expect(await f.told()).toEqual(['connected', 'create', 'start'])
  f.engine.goAway()
  expect(await f.told()).toEqual([`lost ${DOCKER_RECONNECT_MS_MIN}`])
  await f.clock.step(DOCKER_RECONNECT_MS_MIN)
  expect(await f.told()).toEqual([`lost ${2 * DOCKER_RECONNECT_MS_MIN}`])
  f.engine.comeBack()
  await f.run()
  await f.clock.step(2 * DOCKER_RECONNECT_MS_MIN)
  expect(await f.told()).toEqual(['connected', 'create', 'start'])
  await f.end()
})

test('what happened between two connections comes by since, without repeats', async () => {
  const f = follower()
  await f.run()
  expect(await f.told()).toEqual(['connected', 'create', 'start'])
  // Only the stream breaks; the daemon and its memory live on.
  for (const name of ['events'])
    f.engine.setFaults({
      call: (call, nth) => (call === name && nth === 2 ? { type: 'fail' } : undefined),
    })
  f.engine.state.world.breakStreams()
  await f.told()
  await f.run()
  await f.clock.step(DOCKER_RECONNECT_MS_MAX)
  expect((await f.told()).filter((word) => !word.startsWith('lost'))).toEqual([
    'connected',
    'create',
    'start',
  ])
  await f.end()
})

test('a frozen daemon is noticed by one ping, and followed again when it thaws', async () => {
  const f = follower()
  await f.told()
  await f.clock.step(DOCKER_HEARTBEAT_MS)
  expect(f.engine.calls.filter((call) => call === 'ping')).toHaveLength(1)
  expect(await f.told()).toEqual([])
  f.engine.freeze()
  await f.clock.step(DOCKER_HEARTBEAT_MS)
  expect(await f.told()).toEqual([])
  await f.clock.step(DOCKER_HEARTBEAT_TIMEOUT_MS)
  expect(await f.told()).toEqual([`lost ${DOCKER_RECONNECT_MS_MIN}`])
  f.engine.thaw()
  await f.clock.step(DOCKER_RECONNECT_MS_MIN + 120_000)
  expect(await f.told()).toContain('connected')
  await f.end()
})

test('events put the ping off', async () => {
  const f = follower()
  await f.told()
  for (let i = 0; i < 4; i++) {
    await f.clock.step(DOCKER_HEARTBEAT_MS - 1)
    await f.run()
  }
  await f.told()
  expect(f.engine.calls).not.toContain('ping')
  await f.end()
})

test('the follower leaves nothing behind', async () => {
  const f = follower()
  await f.told()
  await f.end()
  await f.clock.step(0)
  expect(f.clock.sleepers).toBe(0)
})

test('waits double up to their cap', () => {
  expect([0, 1, 2, 50].map(reconnectDelay)).toEqual([50, 100, 200, DOCKER_RECONNECT_MS_MAX])
})

test('nanoseconds keep their digits', () => {
  const event = parseEvent(
    '{"Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{"exitCode":"0"}},' +
      '"time":1700000000,"timeNano":1700000000123456789}',
  )
  expect(event.timeNano).toBe('1700000000123456789')
  expect(secondsText(event.timeNano)).toBe('1700000000.123456789')
})
