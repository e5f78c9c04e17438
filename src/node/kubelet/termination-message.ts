import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { MESSAGE_LOG_BYTES_MAX, MESSAGE_LOG_LINES_MAX, TERMINATION_MESSAGE_BYTES_MAX } from '../../base/limits.ts'
import type { Engine } from '../../docker/engine.ts'
import { openLog } from '../../docker/log-files.ts'
import type { ContainerInspect } from '../../docker/types.ts'
import { LABEL } from './labels.ts'

/**
 * What a container left behind when it ended: its message file, else the end of its log where the
 * policy says so. Empty while it runs. Source: kuberuntime_container.go getTerminationMessage.
 */
export async function terminationMessage(engine: Engine, inspect: ContainerInspect): Promise<string> {
  const { State, Config } = inspect
  if (State.Running || State.Paused || State.Status === 'created') return ''
  const path = Config.Labels?.[LABEL.messagePath]
  const text = path ? readEnd(path, TERMINATION_MESSAGE_BYTES_MAX) : ''
  if (text !== '') return text
  const fallback = Config.Labels?.[LABEL.messagePolicy] === 'FallbackToLogsOnError'
  return fallback && State.ExitCode !== 0 ? logEnd(engine, inspect) : ''
}

/** Last bytes of a file, at most a few kB: read at once. '' when it cannot be read. */
function readEnd(path: string, max: number): string {
  try {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      const bytes = Buffer.alloc(Math.min(size, max))
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, size - bytes.length))
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}

async function logEnd(engine: Engine, inspect: ContainerInspect): Promise<string> {
  const lines = await lastLines(engine, inspect, MESSAGE_LOG_LINES_MAX)
  const bytes = Buffer.from(lines)
  return bytes.subarray(Math.max(0, bytes.length - MESSAGE_LOG_BYTES_MAX)).toString()
}

/** The last lines of a container's log, both streams. */
export async function lastLines(engine: Engine, inspect: ContainerInspect, lines: number): Promise<string> {
  const target = { id: inspect.Id, logPath: inspect.LogPath, tty: inspect.Config.Tty === true }
  const log = await openLog(engine, target, { tailLines: lines, stdout: true, stderr: true })
  if (!log.ok) return ''
  const parts: Uint8Array[] = []
  for await (const frame of log.value) parts.push(frame.bytes)
  return Buffer.concat(parts).toString()
}
