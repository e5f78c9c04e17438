import { open } from 'node:fs/promises'
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
  const text = path ? await readEnd(path, TERMINATION_MESSAGE_BYTES_MAX) : ''
  if (text !== '') return text
  const fallback = Config.Labels?.[LABEL.messagePolicy] === 'FallbackToLogsOnError'
  return fallback && State.ExitCode !== 0 ? logEnd(engine, inspect) : ''
}

/** Last bytes of a file; '' when it cannot be read. */
async function readEnd(path: string, max: number): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const length = Math.min(size, max)
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
      return buffer.toString()
    } finally {
      await file.close()
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
