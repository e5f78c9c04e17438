/**
 * How fast a container with a host name of its own starts: medians of interleaved rounds, as
 * ratios to `docker run -d` of the same image in the same run. `bun bench/sandbox.ts [rounds]
 * [--settings]` Needs dockerd, root and busybox (image or Debian's busybox-static).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { findEngine } from '../src/docker/endpoint.ts'
import type { Engine } from '../src/docker/engine.ts'
import { type Gates, openGates } from '../src/docker/gate.ts'
import { ensureSandboxImage } from '../src/docker/sandbox-image.ts'
import type { ContainerSpec, HostConfig } from '../src/docker/types.ts'
import { must } from '../test/contract/docker.ts'
import { testImage } from '../test/docker/test-image.ts'

const LABEL = 'klio.bench=sandbox'
const Labels = { 'klio.bench': 'sandbox' }
const COMMAND = ['sleep', '1000']
const UNCONFINED: HostConfig = { SecurityOpt: ['seccomp=unconfined'] }

interface Bench {
  engine: Engine
  gates: Gates
  image: string
  sandboxImage: string
  times: Map<string, number[]>
  count: number
}

async function main(): Promise<void> {
  const rounds = Number(process.argv[2] ?? 15)
  const engine = must(await findEngine({ env: process.env, home: homedir() }))
  const folder = mkdtempSync('/var/tmp/klio-bench-')
  const gates = await openGates(folder)
  if (!gates.ok) throw new Error(gates.error)
  const bench: Bench = {
    engine,
    gates: gates.value,
    image: await testImage(engine),
    sandboxImage: must(await ensureSandboxImage(engine)),
    times: new Map(),
    count: 0,
  }
  try {
    const steps = process.argv.includes('--settings') ? settings(bench) : ways(bench)
    for (let round = -1; round < rounds; round++) {
      for (const step of steps) {
        await step()
        await clear(engine)
      }
      // The first round warms caches and is not counted.
      if (round < 0) bench.times.clear()
    }
    print(bench.times)
  } finally {
    await clear(engine)
    await gates.value.close()
    await engine.close()
    rmSync(folder, { recursive: true })
  }
}

/** The ways to start a container in a namespace of its own. */
function ways(bench: Bench): (() => Promise<void>)[] {
  return [
    () => dockerRun(bench),
    () => timed(bench, 'API: create + start, bridge', () => startOne(bench, {})),
    async () => {
      await timed(bench, 'cold: sandbox on bridge, then app', async () => {
        await startOne(bench, { NetworkMode: `container:${await startSandbox(bench)}` })
      })
    },
    ...[
      ['default seccomp', {}],
      ['seccomp unconfined', UNCONFINED],
    ].flatMap(([name, extra]) => [
      async () => {
        const sandbox = await startSandbox(bench)
        await timed(bench, `warm, wrong host name, ${String(name)}`, () =>
          startOne(bench, { NetworkMode: `container:${sandbox}`, ...(extra as HostConfig) }),
        )
      },
      () => warmWithGate(bench, String(name), extra as HostConfig),
    ]),
  ]
}

/** What single settings of a joined container cost. */
function settings(bench: Bench): (() => Promise<void>)[] {
  const variants: [string, HostConfig, Partial<ContainerSpec>?][] = [
    ['plain', {}],
    ['log none', { LogConfig: { Type: 'none' } }],
    ['log local', { LogConfig: { Type: 'local' } }],
    ['seccomp unconfined', UNCONFINED],
    ['nothing masked', { MaskedPaths: [], ReadonlyPaths: [] }],
    ['init', { Init: true }],
    ['ulimits', { Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 1024 }] }],
    ['host cgroup namespace', { CgroupnsMode: 'host' }],
    ['memory and cpu limits', { Memory: 64 << 20, CpuQuota: 50_000, CpuPeriod: 100_000 }],
    ['ipc none', { IpcMode: 'none' }],
    ['five binds', { Binds: [1, 2, 3, 4, 5].map((i) => `/var/tmp:/m${i}:ro`) }],
    ['read-only root', { ReadonlyRootfs: true }],
    ['no-new-privileges', { SecurityOpt: ['no-new-privileges'] }],
    ['no health check', {}, { Healthcheck: { Test: ['NONE'] } }],
    ['apparmor unconfined', { SecurityOpt: ['apparmor=unconfined'] }],
  ]
  return [
    () => dockerRun(bench),
    ...variants.map(([name, config, more]) => async () => {
      const NetworkMode = `container:${await startSandbox(bench, 'none')}`
      await timed(bench, name, () => startOne(bench, { NetworkMode, ...config }, more))
    }),
    () => timed(bench, 'network none', () => startOne(bench, { NetworkMode: 'none' })),
    () => timed(bench, 'network host', () => startOne(bench, { NetworkMode: 'host' })),
  ]
}

async function dockerRun(bench: Bench): Promise<void> {
  await timed(bench, BASE, async () => {
    const args = ['docker', 'run', '-d', '-l', LABEL, bench.image, ...COMMAND]
    if ((await Bun.spawn(args, { stdout: 'ignore' }).exited) !== 0)
      throw new Error('docker run fails')
  })
}

async function warmWithGate(bench: Bench, name: string, extra: HostConfig): Promise<void> {
  const { engine } = bench
  const sandbox = await startSandbox(bench)
  const begun = performance.now()
  const gate = bench.gates.open(`g${bench.count++}`, 'my-pod')
  if (!gate.ok) throw new Error(gate.error)
  const { Id } = must(
    await engine.containers.create(`klio-bench-${bench.count++}`, {
      Image: bench.image,
      Labels,
      Entrypoint: gate.value.prefix,
      Cmd: COMMAND,
      HostConfig: { NetworkMode: `container:${sandbox}`, Binds: [gate.value.bind], ...extra },
    }),
  )
  const created = performance.now()
  const ran = gate.value.outcome.then((outcome) => {
    if (outcome.type !== 'ran') throw new Error(JSON.stringify(outcome))
    return performance.now()
  })
  must(await engine.containers.start(Id))
  const answered = performance.now()
  record(bench, `warm with gate, ${name}: to the start's answer`, answered - begun)
  record(bench, `  of it gate and create, ${name}`, created - begun)
  record(bench, `  to the command's first instruction, ${name}`, (await ran) - begun)
}

async function startSandbox(bench: Bench, NetworkMode = 'bridge'): Promise<string> {
  return startOne(bench, { NetworkMode }, { Image: bench.sandboxImage, Cmd: undefined })
}

async function startOne(
  bench: Bench,
  HostConfig: HostConfig,
  more: Partial<ContainerSpec> = {},
): Promise<string> {
  const spec = { Image: bench.image, Cmd: COMMAND, Labels, HostConfig, ...more }
  const { Id } = must(await bench.engine.containers.create(`klio-bench-${bench.count++}`, spec))
  must(await bench.engine.containers.start(Id))
  return Id
}

async function timed(bench: Bench, name: string, run: () => Promise<unknown>): Promise<void> {
  const begun = performance.now()
  await run()
  record(bench, name, performance.now() - begun)
}

function record(bench: Bench, name: string, ms: number): void {
  bench.times.set(name, [...(bench.times.get(name) ?? []), ms])
}

async function clear(engine: Engine): Promise<void> {
  for (const c of must(await engine.containers.list({ labels: [LABEL] }))) {
    must(await engine.containers.remove(c.Id, { force: true }))
  }
}

const BASE = 'docker run -d'
const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

function print(times: Map<string, number[]>): void {
  const base = median(times.get(BASE) ?? [])
  for (const [name, values] of times) {
    const ms = median(values)
    console.log(
      `${name.padEnd(62)} ${ms.toFixed(0).padStart(5)} ms  min ${Math.min(...values)
        .toFixed(0)
        .padStart(4)}  ${(ms / base).toFixed(2)}x`,
    )
  }
}

await main()
