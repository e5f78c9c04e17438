import type { Clock } from '../../src/base/clock.ts'
import type { Frame } from '../../src/docker/engine.ts'
import type { Program } from './fake-program.ts'
import { pushable } from './pushable.ts'

/** A simulated process: runs its steps on the simulation's clock. */
export class FakeProcess {
  readonly exited: Promise<{ code: number; oom: boolean }>
  readonly stdin = pushable<Uint8Array>()
  readonly #program: Program
  readonly #clock: Clock
  readonly #output: (frame: Frame) => void
  readonly #ending = new AbortController()
  readonly #settle: (how: { code: number; oom: boolean }) => void
  #resume: (() => void) | undefined
  #frozen: Promise<void> | undefined

  constructor(program: Program, clock: Clock, output: (frame: Frame) => void) {
    this.#program = program
    this.#clock = clock
    this.#output = output
    const exit = Promise.withResolvers<{ code: number; oom: boolean }>()
    this.exited = exit.promise
    this.#settle = exit.resolve
    void this.#run()
  }

  get ended(): boolean {
    return this.#ending.signal.aborted
  }

  /** Delivers a signal by name or number. */
  signal(name: string): void {
    const plain = name.replace(/^SIG/, '')
    if (plain === 'KILL' || plain === '9') return this.#exit(137, false)
    if (!['TERM', 'INT', '15', '2', 'QUIT', 'HUP'].includes(plain)) return
    const { exitOnTerm, termDelayMs = 0 } = this.#program
    if (exitOnTerm === undefined) return
    if (termDelayMs === 0) return this.#exit(exitOnTerm, false)
    void this.#clock
      .sleep(termDelayMs, this.#ending.signal)
      .then(() => this.#exit(exitOnTerm, false))
  }

  /** Ends as by a SIGKILL from the host or the kernel. */
  crash(oom: boolean): void {
    this.#exit(137, oom)
  }

  freeze(): void {
    this.#frozen = new Promise((resolve) => (this.#resume = resolve))
  }

  thaw(): void {
    this.#resume?.()
    this.#frozen = undefined
  }

  async #run(): Promise<void> {
    for (const step of this.#program.steps) {
      await this.#frozen
      if (this.ended) return
      if (step.do === 'write') this.#output({ stream: step.stream, bytes: Buffer.from(step.text) })
      else if (step.do === 'sleep') await this.#clock.sleep(step.ms, this.#ending.signal)
      else if (step.do === 'exit') return this.#exit(step.code, false)
      else if (step.do === 'oom') return this.#exit(137, true)
      else for await (const bytes of this.stdin) this.#output({ stream: 'stdout', bytes })
    }
    this.#exit(0, false)
  }

  #exit(code: number, oom: boolean): void {
    if (this.ended) return
    this.#ending.abort()
    this.stdin.end()
    this.#settle({ code, oom })
  }
}
