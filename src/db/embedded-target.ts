import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import {
  EMBEDDED_OWNER,
  EMBEDDED_PORT,
  makeSocketDirectory,
  socketDirectory,
} from './embedded-conf.ts'
import { stopPostmaster } from './embedded-process.ts'
import type { DatabaseTarget } from './target.ts'

/** How the owner of a data dir's PostgreSQL connects; undefined when it holds none. Starts nothing. */
export function embeddedTarget(dataDir: string): DatabaseTarget | undefined {
  const home = join(dataDir, 'postgres')
  const file = join(home, 'password')
  if (!existsSync(file)) return undefined
  const password = readFileSync(file, 'utf8').trim()
  return {
    host: makeSocketDirectory(home),
    port: EMBEDDED_PORT,
    user: EMBEDDED_OWNER,
    password,
    database: 'postgres',
  }
}

/** Ends the PostgreSQL of a data dir; nothing to do when none runs. */
export const stopEmbedded = (dataDir: string, clock: Clock) =>
  stopPostmaster(join(dataDir, 'postgres', 'data'), clock)

/** Removes the socket's folder where it could not lie beside the data. */
export const removeSocket = (dataDir: string): void =>
  rmSync(socketDirectory(join(dataDir, 'postgres')), { recursive: true, force: true })
