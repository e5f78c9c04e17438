import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { randomId } from '../../src/base/ids.ts'
import type { Result } from '../../src/base/result.ts'
import type { Engine, Incoming } from '../../src/docker/engine.ts'
import type { DockerError } from '../../src/docker/errors.ts'
import type { ContainerSpec, EngineEvent } from '../../src/docker/types.ts'
import { writeTar } from '../../src/docker/tar.ts'
import { readTar, gather } from '../sim/fake-archive.ts'

/** An engine under test, with an image that has a shell, sleep, cat and hostname. */
export interface EngineUnderTest {
  engine: Engine
  image: string
}

/** The label of everything that a test makes. */
export const TEST_LABEL = 'klio.test=docker'

/** What every engine promises: run on dockerd and on the fake. */
export function dockerContract(name: string, open: () => Promise<EngineUnderTest>): void {
  describe(`${name} keeps the engine's promises`, () => {
    let engine: Engine
    let image: string
    const run = randomId().slice(0, 8)
    const label = `klio.run=${run}`
    let count = 0

    const specOf = (cmd: string[], more: Partial<ContainerSpec> = {}): ContainerSpec => ({
      Image: image,
      Cmd: cmd,
      Labels: { 'klio.test': 'docker', 'klio.run': run },
      HostConfig: { NetworkMode: 'none' },
      ...more,
    })
    const nameOf = () => `klio-test-${run}-${count++}`
    const create = async (cmd: string[], more?: Partial<ContainerSpec>) =>
      must(await engine.containers.create(nameOf(), specOf(cmd, more))).Id
    const start = async (cmd: string[], more?: Partial<ContainerSpec>) => {
      const id = await create(cmd, more)
      must(await engine.containers.start(id))
      return id
    }

    beforeAll(async () => {
      const opened = await open()
      engine = opened.engine
      image = opened.image
    })
    afterAll(async () => {
      for (const c of must(await engine.containers.list({ labels: [label] }))) {
        await engine.containers.remove(c.Id, { force: true })
      }
      await engine.close()
    })

    test('ping, version and info answer', async () => {
      must(await engine.ping())
      expect(must(await engine.version()).ApiVersion).toMatch(/^1\.\d+$/)
      expect(must(await engine.info()).NCPU).toBeGreaterThan(0)
    })

    test('a container is created, started, seen and removed', async () => {
      const id = await create(['sleep', '1000'])
      expect(must(await engine.containers.inspect(id)).State).toMatchObject({
        Status: 'created',
        Running: false,
        Pid: 0,
      })
      expect(must(await engine.containers.start(id))).toBe(true)
      expect(must(await engine.containers.start(id))).toBe(false)
      const seen = must(await engine.containers.inspect(id))
      expect(seen.State).toMatchObject({ Status: 'running', Running: true, ExitCode: 0 })
      expect(seen.State.Pid).toBeGreaterThan(0)
      expect(seen.Config.Labels).toMatchObject({ 'klio.run': run })
      must(await engine.containers.remove(id, { force: true }))
      expect(refusal(await engine.containers.inspect(id)).kind).toBe('notFound')
    })

    test('names are unique, and lists filter by label and state', async () => {
      const taken = nameOf()
      const id = must(
        await engine.containers.create(
          taken,
          specOf(['sleep', '1000'], { Labels: { 'klio.run': run, only: 'this' } }),
        ),
      ).Id
      expect(refusal(await engine.containers.create(taken, specOf(['true']))).kind).toBe('conflict')
      const all = must(await engine.containers.list({ labels: [label, 'only=this'] }))
      expect(all.map((c) => [c.Id, c.Names, c.State])).toEqual([[id, [`/${taken}`], 'created']])
      expect(
        must(await engine.containers.list({ labels: ['only=this', label], all: false })),
      ).toEqual([])
      const other = nameOf()
      must(await engine.containers.rename(id, other))
      expect(must(await engine.containers.inspect(other)).Id).toBe(id)
    })

    test('refusals say what kind they are', async () => {
      expect(
        refusal(
          await engine.containers.create(nameOf(), {
            ...specOf(['true']),
            Image: 'klio-test/none:1',
          }),
        ).kind,
      ).toBe('notFound')
      expect(refusal(await engine.containers.start('klio-none')).kind).toBe('notFound')
      const id = await create(['klio-no-such-command'])
      const start = refusal(await engine.containers.start(id))
      expect(start.kind).toBe('fatal')
      expect(start.message).toContain('executable file not found')
      expect(must(await engine.containers.inspect(id)).State.ExitCode).toBe(127)
      expect(refusal(await engine.containers.kill(id, 'SIGKILL')).kind).toBe('conflict')
      expect(refusal(await engine.execs.start('klio-none', { tty: false })).kind).toBe('notFound')
      const joined = await create(['true'], { HostConfig: { NetworkMode: `container:${id}` } })
      expect(refusal(await engine.containers.start(joined)).kind).toBe('conflict')
    })

    test('wait gives the exit code, of an ended container too', async () => {
      const id = await create(['sh', '-c', 'exit 3'])
      const next = engine.containers.wait(id, 'next-exit')
      must(await engine.containers.start(id))
      expect(must(await next).StatusCode).toBe(3)
      expect(must(await engine.containers.wait(id, 'not-running')).StatusCode).toBe(3)
      expect(must(await engine.containers.inspect(id)).State).toMatchObject({
        Status: 'exited',
        ExitCode: 3,
        OOMKilled: false,
      })
    })

    test('stop sends the signal, then kills after the grace period', async () => {
      const polite = await start([
        'sh',
        '-c',
        "trap 'exit 7' TERM; echo ready; while true; do sleep 0.05; done",
      ])
      await untilOutput(engine, polite, 'ready')
      expect(must(await engine.containers.stop(polite, 20))).toBe(true)
      expect(must(await engine.containers.inspect(polite)).State.ExitCode).toBe(7)
      expect(must(await engine.containers.stop(polite, 1))).toBe(false)
      const deaf = await start(['sleep', '1000'])
      expect(must(await engine.containers.stop(deaf, 0))).toBe(true)
      expect(must(await engine.containers.inspect(deaf)).State.ExitCode).toBe(137)
    })

    test('an aborted and a late call are refused at once, without harm', async () => {
      const id = await start(['sleep', '1000'])
      const abort = new AbortController()
      const waiting = engine.containers.wait(id, 'not-running', { signal: abort.signal })
      abort.abort()
      expect(refusal(await waiting)).toMatchObject({ kind: 'retry', status: 0 })
      expect(
        refusal(await engine.containers.wait(id, 'not-running', { timeoutMs: 20 })),
      ).toMatchObject({ kind: 'retry', status: 0 })
      expect(
        refusal(await engine.containers.inspect(id, { signal: AbortSignal.abort() })).status,
      ).toBe(0)
      expect(must(await engine.containers.inspect(id)).State.Running).toBe(true)
    })

    test('logs keep the streams apart, tail and stamp', async () => {
      const id = await start(['sh', '-c', 'echo one; echo two >&2; sleep 0.1; echo three'])
      must(await engine.containers.wait(id, 'not-running'))
      expect(await output(must(await engine.containers.logs(id, {})))).toEqual({
        stdout: 'one\nthree\n',
        stderr: 'two\n',
      })
      expect(await output(must(await engine.containers.logs(id, { stderr: false })))).toEqual({
        stdout: 'one\nthree\n',
        stderr: '',
      })
      expect((await output(must(await engine.containers.logs(id, { tailLines: 1 })))).stdout).toBe(
        'three\n',
      )
      const stamped = await output(
        must(await engine.containers.logs(id, { timestamps: true, stderr: false })),
      )
      expect(stamped.stdout).toMatch(/^\d{4}-\d\d-\d\dT\S+Z one\n\d{4}\S+Z three\n$/)
    })

    test('followed logs end with the container, or with the reader', async () => {
      const id = await start(['sh', '-c', 'echo first; sleep 0.2; echo last'])
      const log = must(await engine.containers.logs(id, { follow: true }))
      expect((await output(log)).stdout).toBe('first\nlast\n')
      expect((await log.ended).ok).toBe(true)
      const endless = await start(['sh', '-c', 'echo first; sleep 1000'])
      const abort = new AbortController()
      const open = must(
        await engine.containers.logs(endless, { follow: true }, { signal: abort.signal }),
      )
      let text = ''
      for await (const frame of open) {
        text += Buffer.from(frame.bytes).toString()
        if (text === 'first\n') abort.abort()
      }
      expect(refusal(await open.ended)).toMatchObject({ kind: 'retry', status: 0 })
    })

    test('exec runs beside, with stdin, half-close, exit code and both streams', async () => {
      const id = await start(['sleep', '1000'])
      const both = must(
        await engine.execs.create(id, { Cmd: ['sh', '-c', 'echo out; echo err >&2; exit 4'] }),
      )
      expect(await output(must(await engine.execs.start(both, { tty: false })))).toEqual({
        stdout: 'out\n',
        stderr: 'err\n',
      })
      expect(must(await engine.execs.inspect(both))).toMatchObject({
        Running: false,
        ExitCode: 4,
        ContainerID: id,
      })
      const cat = must(await engine.execs.create(id, { Cmd: ['cat'], AttachStdin: true }))
      const io = must(await engine.execs.start(cat, { tty: false }))
      expect(must(await engine.execs.inspect(cat)).Running).toBe(true)
      expect(await io.write(Buffer.from('to and '))).toBe(true)
      expect(await io.write(Buffer.from('fro'))).toBe(true)
      io.closeWrite()
      expect((await output(io)).stdout).toBe('to and fro')
      expect((await io.ended).ok).toBe(true)
    })

    test('exec is refused where nothing runs', async () => {
      const id = await create(['sleep', '1000'])
      expect(refusal(await engine.execs.create(id, { Cmd: ['true'] })).kind).toBe('conflict')
      expect(refusal(await engine.execs.create('klio-none', { Cmd: ['true'] })).kind).toBe(
        'notFound',
      )
    })

    test('attach before the start sees the first output and feeds stdin', async () => {
      const id = await create(['cat'], { OpenStdin: true, StdinOnce: true, AttachStdin: true })
      const io = must(await engine.containers.attach(id, { stdin: true }))
      must(await engine.containers.start(id))
      expect(await io.write(Buffer.from('hello\n'))).toBe(true)
      io.closeWrite()
      expect((await output(io)).stdout).toBe('hello\n')
      expect(must(await engine.containers.wait(id, 'not-running')).StatusCode).toBe(0)
    })

    test('a joined container shares the host name; refused with a name of its own', async () => {
      const sandbox = await start(['sleep', '1000'], { Hostname: 'klio-pod' })
      const mode = { NetworkMode: `container:${sandbox}` }
      const id = await create(['hostname'], { HostConfig: mode })
      must(await engine.containers.start(id))
      must(await engine.containers.wait(id, 'not-running'))
      expect((await output(must(await engine.containers.logs(id, {})))).stdout).toBe('klio-pod\n')
      expect(
        refusal(
          await engine.containers.create(
            nameOf(),
            specOf(['true'], { Hostname: 'x', HostConfig: mode }),
          ),
        ).kind,
      ).toBe('fatal')
    })

    test('archives go in and come out', async () => {
      const id = await start(['sleep', '1000'])
      must(
        await engine.containers.putArchive(
          id,
          '/tmp',
          writeTar([{ path: 'note', content: Buffer.from('written'), mode: 0o644 }]),
        ),
      )
      const out = must(await engine.containers.getArchive(id, '/tmp/note'))
      expect(out.stat).toMatchObject({ name: 'note', size: 7 })
      const [file] = readTar(await gather(out.tar))
      expect(Buffer.from(file?.content ?? []).toString()).toBe('written')
      expect(refusal(await engine.containers.getArchive(id, '/tmp/none')).kind).toBe('notFound')
    })

    test('limits change while it runs; samples and processes are seen', async () => {
      const id = await start(['sleep', '1000'])
      must(
        await engine.containers.update(id, {
          Memory: 64 << 20,
          MemorySwap: 64 << 20,
          CpuShares: 512,
        }),
      )
      expect(must(await engine.containers.inspect(id)).HostConfig).toMatchObject({
        Memory: 64 << 20,
        CpuShares: 512,
      })
      expect(must(await engine.containers.stats(id)).pids_stats?.current).toBe(1)
      const stream = must(await engine.containers.statsStream(id))
      for await (const sample of stream) {
        expect(sample.memory_stats.limit).toBe(64 << 20)
        break
      }
      expect((await stream.ended).ok).toBe(true)
      expect(must(await engine.containers.top(id)).Processes).toHaveLength(1)
      must(await engine.containers.pause(id))
      expect(must(await engine.containers.inspect(id)).State.Status).toBe('paused')
      must(await engine.containers.unpause(id))
      expect(refusal(await engine.containers.unpause(id)).kind).not.toBe('notFound')
    })

    test('events tell the life of a container, and since gives what was missed', async () => {
      const stream = must(await engine.events({ types: ['container'], labels: [label] }))
      const id = await create(['sh', '-c', 'exit 5'])
      must(await engine.containers.start(id))
      const live = await takeEvents(stream, id, 'die')
      expect(live.map((event) => event.Action)).toEqual(['create', 'start', 'die'])
      expect(live.at(-1)?.Actor.Attributes).toMatchObject({ exitCode: '5', 'klio.run': run })
      expect(live[0]?.timeNano).toMatch(/^\d{19}$/)
      expect((await stream.ended).ok).toBe(true)
      const nano = live[0]!.timeNano
      const since = `${nano.slice(0, -9)}.${nano.slice(-9)}`
      const again = must(await engine.events({ since, types: ['container'], labels: [label] }))
      expect((await takeEvents(again, id, 'die')).map((event) => event.timeNano)).toEqual(
        live.map((event) => event.timeNano),
      )
      again.close()
    })

    test('images are imported, named, listed, in use and removed', async () => {
      const reference = `klio-test/made-${run}:1`
      const tar = writeTar([{ path: 'file', content: Buffer.from(run), mode: 0o644 }])
      const id = must(
        await engine.images.importTar(tar, {
          reference,
          changes: ['ENTRYPOINT ["/file"]', 'ENV A=b', `LABEL klio.run=${run}`],
        }),
      )
      expect(must(await engine.images.inspect(reference))).toMatchObject({
        Id: id,
        Config: { Entrypoint: ['/file'], Env: ['A=b'] },
      })
      must(await engine.images.tag(reference, `klio-test/other-${run}:2`))
      const listed = must(await engine.images.list({ labels: [label] }))
      expect(listed.map((row) => [row.Id, row.RepoTags?.toSorted()])).toEqual([
        [id, [reference, `klio-test/other-${run}:2`]],
      ])
      must(await engine.images.remove(`klio-test/other-${run}:2`))
      const user = must(
        await engine.containers.create(nameOf(), { Image: reference, Labels: { 'klio.run': run } }),
      ).Id
      expect(refusal(await engine.images.remove(reference)).kind).toBe('conflict')
      must(await engine.containers.remove(user))
      must(await engine.images.remove(reference))
      expect(refusal(await engine.images.inspect(reference)).kind).toBe('notFound')
    })

    test('networks give places and are removed when empty', async () => {
      const networkName = `klio-test-${run}`
      const { Id } = must(
        await engine.networks.create({
          Name: networkName,
          Driver: 'bridge',
          Labels: { 'klio.run': run },
          IPAM: { Config: [{ Subnet: '10.213.77.0/24', Gateway: '10.213.77.1' }] },
        }),
      )
      expect(
        refusal(await engine.networks.create({ Name: networkName, Driver: 'bridge' })).kind,
      ).toBe('conflict')
      const id = await start(['sleep', '1000'], { HostConfig: { NetworkMode: networkName } })
      expect(
        must(await engine.containers.inspect(id)).NetworkSettings.Networks[networkName]?.IPAddress,
      ).toMatch(/^10\.213\.77\./)
      expect(Object.keys(must(await engine.networks.inspect(Id)).Containers ?? {})).toEqual([id])
      expect(must(await engine.networks.list({ labels: [label] })).map((row) => row.Name)).toEqual([
        networkName,
      ])
      must(await engine.containers.remove(id, { force: true }))
      must(await engine.networks.remove(Id))
      expect(refusal(await engine.networks.inspect(Id)).kind).toBe('notFound')
    })

    test('volumes are made once, found and removed', async () => {
      const volume = `klio-test-${run}`
      must(await engine.volumes.create({ Name: volume, Labels: { 'klio.run': run } }))
      expect(must(await engine.volumes.create({ Name: volume })).Name).toBe(volume)
      expect(must(await engine.volumes.list({ labels: [label] })).map((row) => row.Name)).toEqual([
        volume,
      ])
      expect(must(await engine.volumes.inspect(volume)).Mountpoint).toContain(volume)
      const id = await create(['true'], {
        HostConfig: {
          NetworkMode: 'none',
          Mounts: [{ Type: 'volume', Source: volume, Target: '/v' }],
        },
      })
      expect(refusal(await engine.volumes.remove(volume)).kind).toBe('conflict')
      must(await engine.containers.remove(id))
      must(await engine.volumes.remove(volume))
      expect(refusal(await engine.volumes.inspect(volume)).kind).toBe('notFound')
    })
  })
}

/** The value, or the test fails with the refusal's words. */
export function must<T>(result: Result<T, DockerError>): T {
  if (!result.ok)
    throw new Error(`${result.error.call}: ${result.error.message} (${result.error.kind})`)
  return result.value
}

/** The refusal, or the test fails. */
export function refusal<T>(result: Result<T, DockerError>): DockerError {
  if (result.ok) throw new Error(`expected a refusal, got ${JSON.stringify(result.value)}`)
  return result.error
}

/** All output of a stream, each side in one text. */
export async function output(frames: Incoming<{ stream: 'stdout' | 'stderr'; bytes: Uint8Array }>) {
  const texts = { stdout: '', stderr: '' }
  for await (const frame of frames) texts[frame.stream] += Buffer.from(frame.bytes).toString()
  return texts
}

async function untilOutput(engine: Engine, id: string, text: string): Promise<void> {
  const log = must(await engine.containers.logs(id, { follow: true }))
  let seen = ''
  for await (const frame of log) {
    seen += Buffer.from(frame.bytes).toString()
    if (seen.includes(text)) break
  }
}

async function takeEvents(
  stream: Incoming<EngineEvent>,
  id: string,
  last: string,
): Promise<EngineEvent[]> {
  const taken: EngineEvent[] = []
  const wanted = new Set(['create', 'start', 'die'])
  for await (const event of stream) {
    if (event.Actor.ID === id && wanted.has(event.Action)) taken.push(event)
    if (event.Actor.ID === id && event.Action === last) break
  }
  return taken
}
