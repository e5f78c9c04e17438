import { err, ok, type Result } from '../base/result.ts'
import { GATEKEEPER_RESTART_MS, GATEKEEPER_START_MS } from '../base/limits.ts'
import { textOf } from './incoming.ts'

/** How a container's wait at its gate ended. */
export type GateOutcome =
  /** It is named, and its command runs; the PID is the daemon host's. */
  | { type: 'ran'; pid: number }
  /** The command could not be run; runc's words. The container ends with 126 or 127. */
  | { type: 'failed'; message: string }
  /** It ended before it was let through. */
  | { type: 'left' }
  /** It could not be named and waits on: remove it and start it without a gate. */
  | { type: 'refused'; message: string }

/** The process that names containers: elf/gatekeeper.c as a child of klio. */
export interface Gatekeeper {
  open(key: string, hostname: string): Promise<GateOutcome>
  /** Lets go of a key; its outcome becomes `left`. */
  shut(key: string): void
  /** Keys that are open. */
  count(): number
  close(): Promise<void>
}

/** Starts it in the folder of all gates; an error when it may not enter namespaces here. */
export async function startGatekeeper(
  path: string,
  folder: string,
): Promise<Result<Gatekeeper, string>> {
  const keeper = new GatekeeperProcess(path, folder)
  const ready = await keeper.start()
  if (ready.ok) return ok(keeper)
  await keeper.close()
  return ready
}

interface Waiting {
  hostname: string
  settle(outcome: GateOutcome): void
}

class GatekeeperProcess implements Gatekeeper {
  readonly #path: string
  readonly #folder: string
  readonly #waiting = new Map<string, Waiting>()
  #child: ReturnType<typeof spawn> | undefined
  #ready: ((how: Result<void, string>) => void) | undefined
  #restart: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(path: string, folder: string) {
    this.#path = path
    this.#folder = folder
  }

  async start(): Promise<Result<void, string>> {
    const answer = Promise.withResolvers<Result<void, string>>()
    this.#ready = answer.resolve
    const timer = setTimeout(
      () => answer.resolve(err('the gatekeeper gives no answer')),
      GATEKEEPER_START_MS,
    )
    try {
      this.#child = spawn(this.#path, this.#folder)
    } catch (cause) {
      answer.resolve(
        err(`the gatekeeper does not start (is ${this.#folder} mounted noexec?): ${textOf(cause)}`),
      )
    }
    if (this.#child) void this.#listen(this.#child)
    const ready = await answer.promise
    clearTimeout(timer)
    return ready
  }

  open(key: string, hostname: string): Promise<GateOutcome> {
    this.shut(key)
    return new Promise((settle) => {
      this.#waiting.set(key, { hostname, settle })
      this.#tell(`open ${key} ${hostname}\n`)
    })
  }

  shut(key: string): void {
    if (!this.#waiting.has(key)) return
    this.#tell(`shut ${key}\n`)
    this.#settle(key, { type: 'left' })
  }

  count(): number {
    return this.#waiting.size
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#restart)
    void this.#child?.stdin.end()
    await this.#child?.exited
  }

  #tell(line: string): void {
    // Small and rare: what a dead child does not take is said again to the next one.
    void this.#child?.stdin.write(line)
    void this.#child?.stdin.flush()
  }

  async #listen(child: ReturnType<typeof spawn>): Promise<void> {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const bytes of child.stdout) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#hear(line)
    }
    await child.exited
    this.#ready?.(err('the gatekeeper ended at once'))
    if (this.#closed) return
    this.#restart = setTimeout(() => void this.#startAgain(), GATEKEEPER_RESTART_MS)
  }

  /**
   * A gatekeeper that died: those who wait at their gates still do, and are let through by the
   * next.
   */
  async #startAgain(): Promise<void> {
    const ready = await this.start()
    if (!ready.ok) return
    for (const [key, { hostname }] of this.#waiting) this.#tell(`open ${key} ${hostname}\n`)
  }

  #hear(line: string): void {
    const [word = '', key = '', ...more] = line.split(' ')
    const text = more.join(' ').trim()
    if (word === 'ready') this.#ready?.(key === '0' ? ok(undefined) : err(mayNot(key)))
    else if (word === 'ran') this.#settle(key, { type: 'ran', pid: Number(text) })
    else if (word === 'failed') this.#settle(key, { type: 'failed', message: text })
    else if (word === 'left') this.#settle(key, { type: 'left' })
    else if (word === 'refused') this.#settle(key, { type: 'refused', message: refusedText(text) })
  }

  #settle(key: string, outcome: GateOutcome): void {
    this.#waiting.get(key)?.settle(outcome)
    this.#waiting.delete(key)
  }
}

const spawn = (path: string, folder: string) =>
  Bun.spawn([path], { cwd: folder, stdin: 'pipe', stdout: 'pipe', stderr: 'ignore' })

const mayNot = (errno: string): string =>
  `klio may not enter the namespaces of containers here (error ${errno}): it needs CAP_SYS_ADMIN`

function refusedText(errno: string): string {
  if (errno === '1') return 'the container has no UTS namespace of its own, or may not be entered'
  if (errno === '3')
    return 'its processes cannot be seen: klio does not share the PID namespace of the daemon'
  return `error ${errno}`
}
