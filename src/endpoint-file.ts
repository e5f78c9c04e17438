import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const FILE = 'endpoint.json'

const schema = z.object({
  url: z.string(),
  /** PEM of the authority that signed the API's certificate. */
  authority: z.string(),
  /** The kubeconfig that got the cluster's context. */
  kubeconfig: z.string(),
  startedAt: z.string(),
  version: z.string(),
})

/** How the last start of a cluster could be reached: commands that are given a data dir find the API by it. */
export type Endpoint = z.infer<typeof schema>

/** Writes it beside the cluster's identity; replaced at each start. */
export function writeEndpoint(dataDir: string, endpoint: Endpoint): void {
  const file = join(dataDir, FILE)
  writeFileSync(`${file}.new`, `${JSON.stringify(endpoint, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** The last start's; undefined before the first one was ready. */
export function readEndpoint(dataDir: string): Endpoint | undefined {
  const file = join(dataDir, FILE)
  if (!existsSync(file)) return undefined
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  return parsed.success ? parsed.data : undefined
}
