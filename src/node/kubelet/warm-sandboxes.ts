import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import { GATE_AGAIN_MS, WARM_QUIET_MS, WARM_SANDBOXES_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { Engine } from '../../docker/engine.ts'
import { type DockerError, dockerError } from '../../docker/errors.ts'
import type { Gate, Gates } from '../../docker/gate.ts'
import type { GateOutcome } from '../../docker/gatekeeper.ts'
import type { ContainerSpec, ContainerSummary, ImageInspect } from '../../docker/types.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { dockerName, LABEL, ownershipLabels, ownFilter, SANDBOX } from './labels.ts'
import { toSandbox } from './observe.ts'
import type { ObservedSandbox } from './observed.ts'
import { isPlainSandbox } from './plan-sandbox.ts'
import { kernelHostname } from './pod-spec.ts'
import { type Dressed, plainSandboxes, release, type SandboxProvider, type SandboxSettings } from './sandbox.ts'

/** What a warm provider is made from besides a plain one. */
export interface WarmInput {
  readonly engine: Engine
  readonly clock: Clock
  readonly settings: SandboxSettings
  readonly gates: Gates
  /** Sandboxes kept ready; at most WARM_SANDBOXES_MAX. */
  readonly size?: number
}

/** A provider, and whether its pool is as full as it should be (for tests and measurements). */
export interface WarmSandboxes extends SandboxProvider {
  filled(): Promise<void>
}

/**
 * Sandboxes made before their Pods: joining one saves two thirds of a start. Their containers wait at a
 * gate until they have the Pod's hostname. Pods that need more than a plain sandbox get a cold one.
 */
export async function warmSandboxes(input: WarmInput): Promise<WarmSandboxes> {
  const { engine, settings, gates } = input
  const cold = plainSandboxes(engine, settings)
  const pool = new Pool(input)
  await recover(input, pool)
  pool.refill()
  return {
    async acquire(pod, attempt, signal) {
      const taken = isPlainSandbox(pod) ? await pool.take() : undefined
      if (!taken) return cold.acquire(pod, attempt, signal)
      pool.serves.add(taken.id)
      pool.rename(taken.id, dockerName(settings.owner, pod, SANDBOX, attempt))
      return ok({ ...taken, attempt })
    },
    async release(id) {
      pool.serves.delete(id)
      pool.shutGates(id)
      return cold.release(id)
    },
    adopt: () => {},
    async dress(sandbox, pod, spec, image) {
      if (!pool.serves.has(sandbox.id)) return cold.dress(sandbox, pod, spec, image)
      return atGate(input, pool, sandbox, kernelHostname(pod, settings.clusterDomain), spec, image)
    },
    filled: () => pool.filled(),
    async close() {
      pool.close()
      await gates.close()
    },
  }
}

/** The sandboxes that wait for Pods, and the ids of those that found one. */
class Pool {
  readonly serves = new Set<string>()
  /** Open gates by key, each with the sandbox of the container that comes to it. */
  readonly #turns = new Map<string, { readonly sandboxId: string }>()
  readonly #input: WarmInput
  readonly #ready: ObservedSandbox[] = []
  readonly #size: number
  #filling: Promise<void> | undefined
  #takenMs = Number.NEGATIVE_INFINITY
  readonly #closed = new AbortController()
  /** Renames that are due, by id. */
  readonly #names = new Map<string, string>()
  /** This machine lets no gate open: only cold sandboxes from now on. */
  #broken = false

  constructor(input: WarmInput) {
    this.#input = input
    this.#size = Math.min(input.size ?? WARM_SANDBOXES_MAX, WARM_SANDBOXES_MAX)
  }

  give(sandbox: ObservedSandbox): void {
    this.#ready.push(sandbox)
  }

  /** One that still runs. */
  async take(): Promise<ObservedSandbox | undefined> {
    this.#takenMs = this.#input.clock.monotonicMs()
    while (!this.#broken) {
      const next = this.#ready.shift()
      this.refill()
      if (!next) return undefined
      if (await this.#runs(next)) return next
      void release(this.#input.engine, next.id)
    }
    return undefined
  }

  /** A process that is seen needs no question to the daemon, which takes as long as a tenth of a start. */
  async #runs({ id, pid }: ObservedSandbox): Promise<boolean> {
    if (pid > 0 && existsSync(`/proc/${pid}/ns/net`)) return true
    const inspect = await this.#input.engine.containers.inspect(id)
    return inspect.ok && inspect.value.State.Running
  }

  /**
   * Gives a sandbox its Pod's name, for people and for the next klio. Later, when no Pod starts: the
   * Pod's containers name their sandbox too, and a rename beside a create makes both slow (measured).
   */
  rename(id: string, name: string): void {
    this.#names.set(id, name)
    this.refill()
  }

  /** Opens a gate; it is shut when its container passed it, and with its sandbox at the latest. */
  openGate(key: string, hostname: string, sandboxId: string): Result<Gate, string> {
    const opened = this.#input.gates.open(key, hostname)
    if (!opened.ok) return opened
    const turn = { sandboxId }
    this.#turns.set(key, turn)
    void opened.value.outcome.then(() => this.#turns.get(key) === turn && this.shutGate(key))
    return opened
  }

  shutGate(key: string): void {
    this.#turns.delete(key)
    this.#input.gates.forget(key)
  }

  shutGates(sandboxId: string): void {
    for (const [key, turn] of this.#turns) if (turn.sandboxId === sandboxId) this.shutGate(key)
  }

  /** Gives up on warm sandboxes: the containers that join them cannot be named here. */
  break(): void {
    this.#broken = true
    for (const { id } of this.#ready.splice(0)) void release(this.#input.engine, id)
  }

  refill(): void {
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined
    })
  }

  async filled(): Promise<void> {
    while (this.#filling) await this.#filling
  }

  close(): void {
    this.#closed.abort()
  }

  /** One after the other, and while a quarter of them is there only when no Pod starts. */
  async #fill(): Promise<void> {
    const { clock } = this.#input
    const { signal } = this.#closed
    const wanting = () => this.#names.size > 0 || (!this.#broken && this.#ready.length < this.#size)
    while (!signal.aborted && wanting()) {
      const quietMs = clock.monotonicMs() - this.#takenMs
      // A pool that runs dry costs more than the cores it takes: a cold start is three warm ones.
      if (quietMs < WARM_QUIET_MS && this.#ready.length >= this.#size / 4) {
        await clock.sleep(WARM_QUIET_MS - quietMs, signal)
        continue
      }
      const [due] = this.#names
      if (due) {
        this.#names.delete(due[0])
        await this.#input.engine.containers.rename(due[0], due[1])
        continue
      }
      const made = await this.#make()
      if (made.ok) this.#ready.push(made.value)
      else await clock.sleep(10_000, signal)
    }
  }

  async #make(): Promise<Result<ObservedSandbox, DockerError>> {
    const { engine, settings } = this.#input
    const image = await settings.image()
    if (!image.ok) return image
    const spec = poolSpec(settings, image.value)
    const name = `klio_WARM_${settings.owner.nodeName}_${randomBytes(6).toString('hex')}`
    const created = await engine.containers.create(name, spec)
    if (!created.ok) return created
    const started = await engine.containers.start(created.value.Id)
    const inspect = started.ok ? await engine.containers.inspect(created.value.Id) : started
    if (inspect.ok && !this.#closed.signal.aborted) return ok(toSandbox(inspect.value, 0))
    await release(engine, created.value.Id)
    return inspect.ok ? err(dockerError('retry', 0, 'closed', 'make a warm sandbox')) : inspect
  }
}

function poolSpec(settings: SandboxSettings, image: string): ContainerSpec {
  return {
    Image: image,
    Labels: { ...ownershipLabels(settings.owner), [LABEL.role]: 'pool', [LABEL.container]: SANDBOX },
    HostConfig: {
      NetworkMode: settings.network,
      IpcMode: 'shareable',
      LogConfig: { Type: 'none' },
      OomScoreAdj: Math.max(settings.oomScoreMin, -998),
      CpuShares: 2,
      SecurityOpt: ['no-new-privileges'],
    },
  }
}

/** Takes back what a klio before this one left: free sandboxes, used ones, containers at their gates. */
async function recover({ engine, settings, gates }: WarmInput, pool: Pool): Promise<void> {
  const listed = await engine.containers.list({ labels: ownFilter(settings.owner), all: true })
  if (!listed.ok) return
  const used = new Set(listed.value.map((c) => c.Labels[LABEL.sandbox]).filter((id) => id !== undefined))
  const waiting = new Set(gates.pending())
  for (const container of listed.value) {
    reopen(pool, waiting, container)
    if (container.Labels[LABEL.role] !== 'pool') continue
    const renamed = container.Names.some((name) => name.startsWith(`/klio_${SANDBOX}_`))
    if (used.has(container.Id) || renamed) pool.serves.add(container.Id)
    else if (container.State !== 'running') await release(engine, container.Id)
    else {
      const inspect = await engine.containers.inspect(container.Id)
      if (inspect.ok) pool.give(toSandbox(inspect.value, 0))
    }
  }
}

/** A container that waits at its gate since the last klio died goes on. */
function reopen(pool: Pool, waiting: ReadonlySet<string>, container: ContainerSummary): void {
  const key = container.Labels[GATE_LABEL]
  const hostname = container.Labels[HOSTNAME_LABEL]
  if (key === undefined || hostname === undefined || !waiting.has(key)) return
  // Through the pool: a container that never came may be made anew with this key, and its gate stays.
  pool.openGate(key, hostname, container.Labels[LABEL.sandbox] ?? '')
}

const GATE_LABEL = 'io.klio.gate'
const HOSTNAME_LABEL = 'io.klio.hostname'

/** A container that waits at a gate for its name. */
function atGate(
  { clock }: WarmInput,
  pool: Pool,
  sandbox: ObservedSandbox,
  hostname: string,
  spec: ContainerSpec,
  image: ImageInspect,
): Dressed {
  const words = commandOf(spec, image)
  const key = gateKey(spec)
  const gate = pool.openGate(key, hostname, sandbox.id)
  // Without a command the daemon has the right words; without a gate the sandbox is of no use.
  if (!gate.ok || words.length === 0) {
    pool.shutGate(key)
    const refusal = gate.ok ? undefined : gate.error
    return { spec, started: async () => answerTo(pool, sandbox, refusal), abandon: () => {} }
  }
  const { bind, prefix, outcome } = gate.value
  return {
    spec: {
      ...spec,
      Entrypoint: [...prefix, ...words],
      Cmd: [],
      Labels: { ...spec.Labels, [GATE_LABEL]: key, [HOSTNAME_LABEL]: hostname },
      HostConfig: { ...spec.HostConfig, Binds: [...(spec.HostConfig?.Binds ?? []), bind] },
    },
    async started(_id, fresh) {
      // Who ran already has passed another try's gate, most likely: it is not waited for without end.
      const how = fresh ? await outcome : await Promise.race([outcome, passed(clock)])
      pool.shutGate(key)
      if (how.type === 'refused') return answerTo(pool, sandbox, how.message)
      return how.type === 'failed' ? err(startFailure(how)) : ok(undefined)
    },
    abandon: (answered) => void (answered && pool.shutGate(key)),
  }
}

/** Who waits at a gate is let through in milliseconds: after this time nobody comes any more. */
const passed = (clock: Clock): Promise<GateOutcome> =>
  clock.sleep(GATE_AGAIN_MS).then(() => ({ type: 'ran', pid: 0 }))

/** What Docker would run: the image's own words fill in for what the spec leaves out. */
export function commandOf(spec: ContainerSpec, image: ImageInspect): string[] {
  const { Entrypoint, Cmd } = image.Config ?? {}
  if (spec.Entrypoint) return [...spec.Entrypoint, ...(spec.Cmd ?? [])]
  return [...(Entrypoint ?? []), ...(spec.Cmd ?? Cmd ?? [])]
}

/**
 * One per container that is made: a container that was made by a klio that died and is made again must
 * not meet the gate of the one before. The label on the container tells a later klio the key.
 */
function gateKey(spec: ContainerSpec): string {
  const labels = spec.Labels ?? {}
  const text = `${labels[LABEL.podUid]}/${labels[LABEL.container]}/${labels[LABEL.attempt]}`
  const made = randomBytes(4).toString('hex')
  return `${createHash('sha256').update(text).digest('hex').slice(0, 24)}${made}`
}

const startFailure = ({ message }: Extract<GateOutcome, { type: 'failed' }>): DockerError =>
  dockerError('fatal', 0, `failed to create task for container: failed to start container process: ${message}`, 'start')

/** A gate that cannot open here: the Pod gets a cold sandbox, and so do all after it. */
function answerTo(pool: Pool, sandbox: ObservedSandbox, refusal: string | undefined): Result<void, DockerError> {
  if (refusal === undefined) return ok(undefined)
  pool.break()
  pool.serves.delete(sandbox.id)
  return err(dockerError('retry', 0, `the container could not be named: ${refusal}`, 'start'))
}
