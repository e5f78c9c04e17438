import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { RUNS_KEPT_MAX } from './base/limits.ts'

const FILE = 'runs.jsonl'

const schema = z.object({
  /** When controllers began to look, milliseconds: they judge nobody by what was before. */
  sinceMs: z.number(),
  /** What the log ended with then. */
  revision: z.number(),
  apiAddress: z.string(),
  version: z.string(),
})

/** What the controllers of one process were made with, besides the cluster's identity. */
export type Run = z.infer<typeof schema>

/** Notes a start. */
export const noteRun = (dataDir: string, run: Run): void =>
  appendFileSync(join(dataDir, FILE), `${JSON.stringify(run)}\n`, { mode: 0o600 })

/** The last starts, oldest first; a line that a crash cut off is left out. */
export function readRuns(dataDir: string): Run[] {
  const file = join(dataDir, FILE)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .slice(-RUNS_KEPT_MAX)
  return lines.flatMap((line) => {
    try {
      return [schema.parse(JSON.parse(line))]
    } catch {
      return []
    }
  })
}
