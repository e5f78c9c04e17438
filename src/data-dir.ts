import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result } from './base/result.ts'

const FILE = 'klio.pid'

/** A data dir held by this process. */
export interface Claim {
  release(): void
}

/** Takes the data dir for this process, or says who has it. A left-behind file of a dead process is no claim. */
export function claimDataDir(dataDir: string): Result<Claim, string> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const holder = runningPid(dataDir)
  if (holder !== undefined && holder !== process.pid)
    return err(`${dataDir} is in use by klio process ${holder}: end it with "klio down --data-dir ${dataDir}", or choose another --data-dir`)
  const file = join(dataDir, FILE)
  writeFileSync(file, `${process.pid}\n${startTime(process.pid) ?? ''}\n`, { mode: 0o600 })
  return ok({ release: () => rmSync(file, { force: true }) })
}

/** The klio process that holds a data dir; undefined when none lives. */
export function runningPid(dataDir: string): number | undefined {
  const file = join(dataDir, FILE)
  if (!existsSync(file)) return undefined
  const [pid = '', started = ''] = readFileSync(file, 'utf8').split('\n')
  const number = Number(pid)
  if (!Number.isInteger(number) || number <= 0) return undefined
  // Process ids come round again: the same id with another start time is somebody else.
  const time = startTime(number)
  return time !== undefined && time === started ? number : undefined
}

/** Field 22 of /proc/PID/stat: clock ticks since boot; undefined when the process has ended. Source: proc(5). */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; only its parent has not noticed.
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}
