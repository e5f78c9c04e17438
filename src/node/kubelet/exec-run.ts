import { type Clock, systemClock } from '../../base/clock.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { Engine } from '../../docker/engine.ts'

/** What a command inside a container said and how it ended. */
export interface ExecOutcome {
  readonly exitCode: number
  /** stdout and stderr together, capped. */
  readonly output: string
}

/** Why there is no outcome. */
export interface ExecFailure {
  readonly kind: 'timeout' | 'error'
  readonly message: string
}

/** How to run. */
export interface ExecLimits {
  /** Milliseconds until it is given up and killed. */
  readonly timeoutMs: number
  /** Output beyond this is read and dropped. */
  readonly bytesMax: number
  readonly signal?: AbortSignal
  /** What the time is measured with; the machine's own by default. */
  readonly clock?: Clock
}

/** Runs a command in a container to its end. */
export async function runExec(
  engine: Engine,
  container: string,
  command: readonly string[],
  limits: ExecLimits,
): Promise<Result<ExecOutcome, ExecFailure>> {
  const spec = { Cmd: [...command], AttachStdout: true, AttachStderr: true }
  const created = await engine.execs.create(container, spec, callOf(limits))
  if (!created.ok) return failed('error', created.error.message)
  const stream = await engine.execs.start(created.value, { tty: false }, callOf(limits))
  if (!stream.ok) return failed('error', stream.error.message)
  let timedOut = false
  const over = new AbortController()
  void (limits.clock ?? systemClock).sleep(limits.timeoutMs, over.signal).then(() => {
    if (over.signal.aborted) return
    timedOut = true
    stream.value.close()
  })
  const cancel = () => stream.value.close()
  limits.signal?.addEventListener('abort', cancel, { once: true })
  const output = await readCapped(stream.value, limits.bytesMax)
  over.abort()
  limits.signal?.removeEventListener('abort', cancel)
  const inspect = await engine.execs.inspect(created.value)
  if (timedOut) {
    if (inspect.ok && inspect.value.Running) killProcess(inspect.value.Pid)
    const seconds = limits.timeoutMs / 1000
    return failed('timeout', `command timed out: "${command.join(' ')}" timed out after ${seconds}s`)
  }
  if (!inspect.ok) return failed('error', inspect.error.message)
  return ok({ exitCode: inspect.value.ExitCode ?? 137, output })
}

const failed = (kind: ExecFailure['kind'], message: string) => err({ kind, message })

const callOf = ({ signal, timeoutMs }: ExecLimits) => ({
  ...(signal && { signal }),
  timeoutMs: Math.max(1, Math.min(timeoutMs, 2 ** 31 - 1)),
})

async function readCapped(frames: AsyncIterable<{ bytes: Uint8Array }>, max: number): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const { bytes } of frames) {
    const room = Math.max(0, max - size)
    if (room > 0) parts.push(bytes.subarray(0, room))
    size += bytes.length
  }
  return Buffer.concat(parts).toString()
}

/** Docker cannot end an exec: its process is on this machine, so it gets KILL directly. */
function killProcess(pid: number): void {
  if (pid <= 1) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself, or this klio may not: both leave nothing to do.
  }
}
