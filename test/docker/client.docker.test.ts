import { afterAll, beforeAll, expect, test } from 'bun:test'
import { homedir } from 'node:os'
import { systemClock } from '../../src/base/clock.ts'
import { randomId } from '../../src/base/ids.ts'
import { findEngine } from '../../src/docker/endpoint.ts'
import { followEvents } from '../../src/docker/engine-events.ts'
import type { Engine, Incoming } from '../../src/docker/engine.ts'
import { openLog } from '../../src/docker/log-files.ts'
import type { ContainerSpec } from '../../src/docker/types.ts'
import { must, output } from '../contract/docker.ts'
import { testImage } from './test-image.ts'

const run = randomId().slice(0, 8)
let engine: Engine
let image: string
beforeAll(async () => {
  engine = must(await findEngine({ env: process.env, home: homedir() }))
  image = await testImage(engine)
})
afterAll(async () => {
  for (const c of must(await engine.containers.list({ labels: [`klio.run=${run}`] }))) {
    await engine.containers.remove(c.Id, { force: true })
  }
  await engine.close()
})

let count = 0
async function start(Cmd: string[], more: Partial<ContainerSpec> = {}): Promise<string> {
  const Labels = { 'klio.test': 'docker', 'klio.run': run }
  const { Id } = must(
    await engine.containers.create(`klio-test-${run}-${count++}`, {
      Image: image,
      Cmd,
      Labels,
      HostConfig: { NetworkMode: 'none' },
      ...more,
    }),
  )
  must(await engine.containers.start(Id))
  return Id
}

test('a terminal: one stream, resized, its input echoed', async () => {
  const id = await start(['sleep', '1000'])
  const exec = must(
    await engine.execs.create(id, {
      Cmd: ['sh', '-c', 'read x; stty size; echo got $x'],
      Tty: true,
      AttachStdin: true,
    }),
  )
  const io = must(await engine.execs.start(exec, { tty: true }))
  must(await engine.execs.resize(exec, { rows: 33, columns: 111 }))
  await io.write(Buffer.from('word\n'))
  expect((await output(io)).stdout).toContain('word\r\n33 111\r\ngot word\r\n')
})

test('much goes in and comes out whole', async () => {
  const id = await start(['sleep', '1000'])
  const exec = must(await engine.execs.create(id, { Cmd: ['cat'], AttachStdin: true }))
  const io = must(await engine.execs.start(exec, { tty: false }))
  const piece = new Uint8Array(256 * 1024).map((_, i) => i % 251)
  const sent = new Bun.CryptoHasher('sha256')
  const got = new Bun.CryptoHasher('sha256')
  const reading = (async () => {
    for await (const frame of io) got.update(frame.bytes)
  })()
  for (let i = 0; i < 80; i++) {
    expect(await io.write(piece)).toBe(true)
    sent.update(piece)
  }
  io.closeWrite()
  await reading
  expect(got.digest('hex')).toBe(sent.digest('hex'))
})

test('a command that cannot be executed ends the exec with 126 or 127', async () => {
  const id = await start(['sleep', '1000'])
  const exec = must(await engine.execs.create(id, { Cmd: ['klio-none'] }))
  await output(must(await engine.execs.start(exec, { tty: true })))
  expect([126, 127]).toContain(must(await engine.execs.inspect(exec)).ExitCode!)
})

test('the log file reads as the endpoint does, and faster', async () => {
  const id = await start([
    'sh',
    '-c',
    'i=0; while [ $i -lt 20000 ]; do echo line $i with words; i=$((i+1)); done; echo last >&2',
  ])
  must(await engine.containers.wait(id, 'not-running'))
  const { LogPath } = must(await engine.containers.inspect(id))
  const target = { id, logPath: LogPath, tty: false }
  for (const options of [{}, { tailLines: 7 }, { timestamps: true, tailLines: 100 }]) {
    const ours = await timed(async () => output(must(await openLog(engine, target, options))))
    const theirs = await timed(async () => output(must(await engine.containers.logs(id, options))))
    expect(ours.value).toEqual(theirs.value)
    if (options.tailLines === undefined)
      console.log(`log: ${ours.ms.toFixed(0)} ms by file, ${theirs.ms.toFixed(0)} ms by endpoint`)
  }
})

test('following the file of a live container ends with it', async () => {
  const id = await start(['sh', '-c', 'echo first; sleep 0.3; echo last; exit 3'])
  const { LogPath } = must(await engine.containers.inspect(id))
  const log: Incoming<{ stream: 'stdout' | 'stderr'; bytes: Uint8Array }> = must(
    await openLog(engine, { id, logPath: LogPath, tty: false }, { follow: true }),
  )
  expect((await output(log)).stdout).toBe('first\nlast\n')
})

test('the follower tells a death within milliseconds', async () => {
  const stop = new AbortController()
  const signals = followEvents(engine, {
    filter: { types: ['container'], labels: [`klio.run=${run}`] },
    clock: systemClock,
    signal: stop.signal,
  })
  expect((await signals.next()).value).toMatchObject({ type: 'connected' })
  const id = await start(['sleep', '1000'])
  must(await engine.containers.kill(id, 'SIGKILL'))
  for await (const signal of signals) {
    if (signal.type !== 'event' || signal.event.Action !== 'die' || signal.event.Actor.ID !== id)
      continue
    expect(signal.event.Actor.Attributes['exitCode']).toBe('137')
    break
  }
  stop.abort()
})

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const begun = performance.now()
  const value = await work()
  return { value, ms: performance.now() - begun }
}
