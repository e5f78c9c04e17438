import { expect, test } from 'bun:test'
import type { EngineEvent } from '../../src/docker/types.ts'
import { must, output, refusal } from '../contract/docker.ts'
import { fakeGates } from '../sim/fake-gates.ts'
import { type FakeOptions, fakeDocker } from '../sim/fake-docker.ts'
import { steppedClock } from '../support/stepped-clock.ts'

function fake(options: Partial<FakeOptions> = {}) {
  const clock = steppedClock()
  const engine = fakeDocker({ clock, ...options })
  engine.addImage('i')
  const run = async (cmd: string[], name = cmd.join('-')) => {
    const { Id } = must(await engine.containers.create(name, { Image: 'i', Cmd: cmd }))
    must(await engine.containers.start(Id))
    return Id
  }
  const state = async (id: string) => must(await engine.containers.inspect(id)).State
  return { clock, engine, run, state }
}

test('time passes only when it is stepped', async () => {
  const { clock, run, state } = fake()
  const id = await run(['sleep', '60'])
  await clock.step(59_000)
  expect((await state(id)).Status).toBe('running')
  await clock.step(1_000)
  expect(await state(id)).toMatchObject({
    Status: 'exited',
    ExitCode: 0,
    FinishedAt: '2026-01-01T00:01:00.000000000Z',
  })
})

test('the same seed and calls give the same ids', async () => {
  const ids = await Promise.all(
    [fake(), fake(), fake({ seed: 'other' })].map(({ run }) => run(['sleep', '1'])),
  )
  expect(ids[0]).toBe(ids[1]!)
  expect(ids[0]).not.toBe(ids[2]!)
})

test('a script decides what runs', async () => {
  const { clock, run, state, engine } = fake({
    programs: (argv) =>
      argv[0] === 'app'
        ? {
            steps: [
              { do: 'write', stream: 'stdout', text: 'up\n' },
              { do: 'sleep', ms: 500 },
              { do: 'oom' },
            ],
            exitOnTerm: 9,
            termDelayMs: 100,
          }
        : undefined,
  })
  const id = await run(['app'])
  await clock.step(500)
  expect(await state(id)).toMatchObject({ Status: 'exited', OOMKilled: true, ExitCode: 137 })
  must(await engine.containers.start(id))
  const stopping = engine.containers.stop(id, 10)
  await clock.step(99)
  expect((await state(id)).Running).toBe(true)
  await clock.step(1)
  expect(must(await stopping)).toBe(true)
  expect((await state(id)).ExitCode).toBe(9)
})

test('the Nth call fails, is lost, hangs or is late', async () => {
  const { clock, engine } = fake({
    faults: {
      call: (name, nth) => {
        if (name !== 'containers.create') return undefined
        if (nth === 1) return { type: 'fail', error: { kind: 'unavailable', status: 0 } }
        if (nth === 2) return { type: 'lost' }
        return nth === 3 ? { type: 'hang' } : { type: 'delay', ms: 100 }
      },
    },
  })
  const create = (name: string, timeoutMs?: number) =>
    engine.containers.create(name, { Image: 'i' }, { timeoutMs })
  expect(refusal(await create('a')).kind).toBe('unavailable')
  expect(must(await engine.containers.list({}))).toHaveLength(0)
  expect(refusal(await create('b')).kind).toBe('unavailable')
  expect(must(await engine.containers.list({}))).toHaveLength(1)
  const hanging = create('c', 1000)
  await clock.step(1000)
  expect(refusal(await hanging)).toMatchObject({ kind: 'retry', status: 0 })
  const late = create('d')
  await clock.step(99)
  expect(must(await engine.containers.list({}))).toHaveLength(1)
  await clock.step(1)
  expect(must(await late).Id).toHaveLength(64)
  expect(clock.sleepers).toBe(0)
})

test('events can be dropped', async () => {
  const { clock, engine, run } = fake({
    faults: { dropEvent: (event) => event.Action === 'start' },
  })
  const stream = must(await engine.events({ types: ['container'] }))
  await run(['true'])
  await clock.step(0)
  const seen: EngineEvent[] = []
  for await (const event of stream) {
    seen.push(event)
    if (event.Action === 'die') break
  }
  expect(seen.map((event) => event.Action)).toEqual(['create', 'die'])
})

test('a crash from outside, and a container that joins a dead one', async () => {
  const { clock, engine, run, state } = fake()
  const id = await run(['sleep', '1000'])
  engine.crash(id, { oom: true })
  await clock.step(0)
  expect(await state(id)).toMatchObject({ Status: 'exited', ExitCode: 137, OOMKilled: true })
  const joined = must(
    await engine.containers.create('joined', {
      Image: 'i',
      HostConfig: { NetworkMode: `container:${id}` },
    }),
  ).Id
  expect(refusal(await engine.containers.start(joined)).kind).toBe('conflict')
})

test('containers run on while the daemon is away', async () => {
  const { clock, engine, run, state } = fake()
  const id = await run(['sh', '-c', 'sleep 1; echo done'])
  engine.goAway()
  await clock.step(2_000)
  expect(refusal(await engine.containers.inspect(id)).kind).toBe('unavailable')
  engine.comeBack()
  expect((await state(id)).Status).toBe('exited')
  expect((await output(must(await engine.containers.logs(id, {})))).stdout).toBe('done\n')
})

test('a gate names its container, and tells how it went', async () => {
  const { clock, engine } = fake()
  const gates = fakeGates(engine)
  const start = async (key: string, cmd: string[], prefix: string[], bind: string) => {
    const spec = { Image: 'i', Entrypoint: prefix, Cmd: cmd, HostConfig: { Binds: [bind] } }
    const { Id } = must(await engine.containers.create(key, spec))
    must(await engine.containers.start(Id))
    await clock.step(0)
    return Id
  }
  const good = gates.open('good', 'my-name')
  const bad = gates.open('bad', 'x')
  if (!good.ok || !bad.ok) throw new Error('no gate')
  const id = await start('good', ['hostname'], good.value.prefix, good.value.bind)
  expect(await good.value.outcome).toMatchObject({ type: 'ran' })
  expect((await output(must(await engine.containers.logs(id, {})))).stdout).toBe('my-name\n')
  const failing = await start('bad', ['klio-none'], bad.value.prefix, bad.value.bind)
  expect(await bad.value.outcome).toEqual({
    type: 'failed',
    message: 'exec: "klio-none": executable file not found in $PATH',
  })
  expect(must(await engine.containers.inspect(failing)).State.ExitCode).toBe(127)
})

test('a pull finds what was published', async () => {
  const { engine } = fake()
  expect(refusal(await engine.images.pull('app')).kind).toBe('notFound')
  engine.publish('app', { Cmd: ['sleep', '1'] })
  must(await engine.images.pull('app'))
  expect(must(await engine.images.inspect('app:latest')).Config.Cmd).toEqual(['sleep', '1'])
})
