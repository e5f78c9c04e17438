import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { randomId } from '../../src/base/ids.ts'
import { findEngine } from '../../src/docker/endpoint.ts'
import type { Engine } from '../../src/docker/engine.ts'
import { type Gate, type Gates, openGates } from '../../src/docker/gate.ts'
import { ensureSandboxImage } from '../../src/docker/sandbox-image.ts'
import type { HostConfig } from '../../src/docker/types.ts'
import { must, output } from '../contract/docker.ts'
import { testImage } from './test-image.ts'

const run = randomId().slice(0, 8)
const Labels = { 'klio.test': 'docker', 'klio.run': run }
// Not below /tmp: that may be mounted noexec.
const folder = mkdtempSync('/var/tmp/klio-gates-')
let engine: Engine
let image: string
let sandboxImage: string
let count = 0

beforeAll(async () => {
  engine = must(await findEngine({ env: process.env, home: homedir() }))
  image = await testImage(engine)
  sandboxImage = must(await ensureSandboxImage(engine))
})
afterAll(async () => {
  for (const c of must(await engine.containers.list({ labels: [`klio.run=${run}`] }))) {
    await engine.containers.remove(c.Id, { force: true })
  }
  await engine.close()
  rmSync(folder, { recursive: true })
})

const name = () => `klio-test-${run}-${count++}`

async function start(
  Image: string,
  spec: {
    Entrypoint?: string[]
    Cmd?: string[]
    HostConfig?: HostConfig
    User?: string
    Env?: string[]
  },
) {
  const { Id } = must(await engine.containers.create(name(), { Image, Labels, ...spec }))
  must(await engine.containers.start(Id))
  return Id
}

const startSandbox = (HostConfig: HostConfig = { NetworkMode: 'none' }) =>
  start(sandboxImage, { HostConfig })

const behind = (
  gate: Gate,
  sandbox: string,
  Cmd: string[],
  more: { User?: string; Env?: string[] } = {},
) =>
  start(image, {
    Entrypoint: gate.prefix,
    Cmd,
    ...more,
    HostConfig: { NetworkMode: `container:${sandbox}`, Binds: [gate.bind], ReadonlyRootfs: true },
  })

describe('the sandbox', () => {
  test('is made once', async () => {
    expect(must(await ensureSandboxImage(engine))).toBe(sandboxImage)
    expect(must(await engine.images.inspect(sandboxImage)).Size).toBeLessThan(2048)
  })

  test.each(['SIGTERM', 'SIGINT'])('ends at once on %s', async (signalName) => {
    const id = await startSandbox()
    must(await engine.containers.kill(id, signalName))
    expect(
      must(await engine.containers.wait(id, 'not-running', { timeoutMs: 20_000 })).StatusCode,
    ).toBe(0)
  })

  test('collects the orphans of containers that share its processes', async () => {
    const sandbox = await startSandbox()
    const HostConfig = { NetworkMode: 'none', PidMode: `container:${sandbox}` }
    // The shell leaves, its child goes to the sandbox, dies and must not stay as a zombie.
    const app = await start(image, {
      Cmd: ['sh', '-c', 'for i in 1 2 3; do (sh -c "sleep 0.1 & exit" &); done; sleep 1000'],
      HostConfig,
    })
    const look = async () => {
      const exec = must(
        await engine.execs.create(app, {
          Cmd: ['sh', '-c', 'for f in /proc/[0-9]*/stat; do cat $f; done'],
        }),
      )
      const { stdout } = await output(must(await engine.execs.start(exec, { tty: false })))
      return stdout.split('\n').filter((line) => /^\d+ \((sleep|sandbox|sh)\) /.test(line))
    }
    let lines = await look()
    while (lines.filter((line) => line.includes('(sleep)')).length > 1) lines = await look()
    expect(lines.some((line) => line.includes('(sandbox) S 0'))).toBe(true)
    expect(lines.filter((line) => line.includes(' Z '))).toEqual([])
  })
})

describe('the gate', () => {
  let gates: Gates
  let sandbox: string
  beforeAll(async () => {
    const opened = await openGates(folder)
    if (!opened.ok) throw new Error(opened.error)
    gates = opened.value
    sandbox = await startSandbox()
  })
  afterAll(() => gates.close())

  const open = (key: string, host: string): Gate => {
    const gate = gates.open(key, host)
    if (!gate.ok) throw new Error(gate.error)
    return gate.value
  }

  test('the first instruction sees the name; the host keeps its own', async () => {
    const before = hostname()
    const gate = open('named', 'my-pod-0')
    const id = await behind(gate, sandbox, ['hostname'])
    const outcome = await gate.outcome
    expect(outcome.type).toBe('ran')
    must(await engine.containers.wait(id, 'not-running'))
    expect((await output(must(await engine.containers.logs(id, {})))).stdout).toBe('my-pod-0\n')
    expect(Bun.spawnSync(['hostname']).stdout.toString().trim()).toBe(before)
    expect(readdirSync(join(folder, 'gates/named'))).toEqual(['gate'])
    gates.forget('named')
    expect(readdirSync(join(folder, 'gates'))).toEqual([])
  })

  test('the command is the first process, with its own words and its user', async () => {
    const gate = open('plain', 'plain')
    const id = await behind(gate, sandbox, ['sh', '-c', 'echo $$ "$0" "$1" $X', 'a b', 'c'], {
      User: '1000:1000',
      Env: ['X=y'],
    })
    expect((await gate.outcome).type).toBe('ran')
    must(await engine.containers.wait(id, 'not-running'))
    expect((await output(must(await engine.containers.logs(id, {})))).stdout).toBe('1 a b c y\n')
  })

  test.each([
    [['klio-none'], 127, 'exec: "klio-none": executable file not found in $PATH'],
    [['/klio/none'], 127, 'exec: "/klio/none": no such file or directory'],
    [['/tmp'], 126, 'exec: "/tmp": permission denied'],
  ])('a command that cannot run (%p) says why', async (Cmd, code, message) => {
    const gate = open('failing', 'failing')
    const id = await behind(gate, sandbox, Cmd)
    expect(await gate.outcome).toEqual({ type: 'failed', message })
    expect(must(await engine.containers.wait(id, 'not-running')).StatusCode).toBe(code)
    expect(await output(must(await engine.containers.logs(id, {})))).toEqual({
      stdout: '',
      stderr: '',
    })
  })

  test('a container that leaves before is told', async () => {
    const gate = gates.open('unreached', 'x')
    expect(gate.ok).toBe(true)
    gates.forget('unreached')
    expect(gate.ok && (await gate.value.outcome)).toEqual({ type: 'left' })
  })

  test('who waits when klio dies is let through by the next, or stopped', async () => {
    const first = await openGates(mkdtempSync(join(folder, 'other-')))
    if (!first.ok) throw new Error(first.error)
    const directory = readdirSync(folder).find((entry) => entry.startsWith('other-'))!
    const made = first.value.open('waiting', 'never')
    const stopped = first.value.open('stopped', 'never')
    if (!made.ok || !stopped.ok) throw new Error('no gate')
    await first.value.close()
    const id = await behind(made.value, sandbox, ['hostname'])
    const other = await behind(stopped.value, sandbox, ['hostname'])
    must(await engine.containers.stop(other, 20))
    expect(must(await engine.containers.inspect(other)).State.ExitCode).toBe(143)
    const second = await openGates(join(folder, directory))
    if (!second.ok) throw new Error(second.error)
    expect(second.value.pending().toSorted()).toEqual(['stopped', 'waiting'])
    const again = second.value.open('waiting', 'after-all')
    expect(again.ok && (await again.value.outcome).type).toBe('ran')
    must(await engine.containers.wait(id, 'not-running'))
    expect((await output(must(await engine.containers.logs(id, {})))).stdout).toBe('after-all\n')
    await second.value.close()
  })

  test("a container in the host's UTS namespace is never renamed", async () => {
    const gate = open('host', 'klio-must-not-be')
    const id = await start(image, {
      Entrypoint: gate.prefix,
      Cmd: ['hostname'],
      HostConfig: { NetworkMode: `container:${sandbox}`, UTSMode: 'host', Binds: [gate.bind] },
    })
    expect(await gate.outcome).toMatchObject({ type: 'refused' })
    expect(Bun.spawnSync(['hostname']).stdout.toString()).not.toContain('klio')
    must(await engine.containers.kill(id, 'SIGKILL'))
    gates.forget('host')
  })

  test.each([
    ['../x', 'h'],
    ['k', 'a b'],
    ['k', ''],
    ['k', 'x'.repeat(65)],
    ['k\nopen', 'h'],
  ])('%p %p is no gate', (key, host) => {
    expect(gates.open(key, host).ok).toBe(false)
  })
})
