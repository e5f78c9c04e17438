import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { err, ok, type Result } from './base/result.ts'

/** Process roles; all of them by default. */
export const ROLES = ['api', 'controllers', 'scheduler', 'node', 'proxy', 'dns'] as const
export type Role = (typeof ROLES)[number]

const NAME = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/
const CIDR = /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/

const port = z.coerce.number().int().min(0).max(65535)
const list = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()).filter(Boolean) : value),
  z.array(z.string()),
)

/** Every setting of `klio start`: flag `--data-dir` is KLIO_DATA_DIR in the environment. */
export const SETTINGS = {
  name: { schema: z.string().regex(NAME), help: 'cluster name: at most 40 lower-case letters, digits and -' },
  dataDir: { schema: z.string().min(1), help: 'folder for keys, PostgreSQL and volumes' },
  port: { schema: port, help: 'port of the API, 0-65535' },
  listen: { schema: z.string().min(1), help: 'address the API listens on' },
  clientCertPort: { schema: port, help: 'a second port of the API, for clients that show a certificate, 0-65535' },
  tlsSan: { schema: list, help: 'further names and addresses of the certificate, comma-separated' },
  podCidr: { schema: z.string().regex(CIDR), help: 'range of pod addresses, for example 10.244.0.0/16' },
  serviceCidr: { schema: z.string().regex(CIDR), help: 'range of service addresses, for example 10.96.0.0/16' },
  kubeconfig: { schema: z.string().min(1), help: 'kubeconfig file to merge the context into' },
  nodeName: { schema: z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/), help: 'name of this node: a DNS name' },
  roles: { schema: list.pipe(z.array(z.enum(ROLES))), help: `what this process does: ${ROLES.join(',')}` },
  logLevel: { schema: z.enum(['debug', 'info', 'warn', 'error']), help: 'debug, info, warn or error' },
} as const

/** Name of a setting. */
export type SettingName = keyof typeof SETTINGS

/** Checked settings. What is undefined is chosen when the cluster is made, and recorded. */
export interface Config {
  readonly name: string
  readonly dataDir: string
  readonly port: number | undefined
  readonly listen: string
  /** Undefined: nobody may show a certificate. */
  readonly clientCertPort?: number | undefined
  readonly tlsSan: readonly string[]
  readonly podCidr: string | undefined
  readonly serviceCidr: string | undefined
  readonly kubeconfig: string
  readonly nodeName: string | undefined
  readonly roles: readonly Role[]
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** From DATABASE_URL; undefined: klio runs its own PostgreSQL. */
  readonly databaseUrl: string | undefined
}

/** `--data-dir` of `dataDir`. */
export const flagOf = (setting: SettingName): string =>
  `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** `KLIO_DATA_DIR` of `dataDir`. */
export const variableOf = (setting: SettingName): string =>
  `KLIO_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** Flags over environment over defaults; an error names the flag and what is allowed. */
export function readConfig(
  flags: Partial<Record<SettingName, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): Result<Config, string> {
  const values: Partial<Record<SettingName, unknown>> = {}
  for (const setting of Object.keys(SETTINGS) as SettingName[]) {
    const given = flags[setting] ?? environment[variableOf(setting)]
    if (given === undefined) continue
    const parsed = SETTINGS[setting].schema.safeParse(given)
    if (!parsed.success) {
      const source = flags[setting] !== undefined ? flagOf(setting) : variableOf(setting)
      return err(`${source} ${JSON.stringify(given)} is not allowed: ${SETTINGS[setting].help}`)
    }
    values[setting] = parsed.data
  }
  const name = (values.name as string | undefined) ?? 'klio'
  return ok({
    name,
    dataDir: (values.dataDir as string | undefined) ?? defaultDataDir(name, environment),
    port: values.port as number | undefined,
    listen: (values.listen as string | undefined) ?? '127.0.0.1',
    clientCertPort: values.clientCertPort as number | undefined,
    tlsSan: (values.tlsSan as string[] | undefined) ?? [],
    podCidr: values.podCidr as string | undefined,
    serviceCidr: values.serviceCidr as string | undefined,
    kubeconfig: (values.kubeconfig as string | undefined) ?? defaultKubeconfig(environment),
    nodeName: values.nodeName as string | undefined,
    roles: (values.roles as Role[] | undefined) ?? ROLES,
    logLevel: (values.logLevel as Config['logLevel'] | undefined) ?? 'info',
    databaseUrl: environment['DATABASE_URL'] ?? urlFromPg(environment),
  })
}

/** XDG data directory, one folder a cluster. */
export function defaultDataDir(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const root = environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share')
  return join(root, 'klio', name)
}

/** The first file of KUBECONFIG, else kubectl's own. */
export function defaultKubeconfig(
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const first = environment['KUBECONFIG']?.split(':').find((file) => file !== '')
  return first ?? join(homedir(), '.kube', 'config')
}

/** PG* variables name a server when PGHOST is set. Source: PostgreSQL libpq environment variables. */
function urlFromPg(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { PGHOST, PGPORT = '5432', PGUSER = 'postgres', PGPASSWORD, PGDATABASE = PGUSER } = environment
  if (PGHOST === undefined) return undefined
  const who = `${encodeURIComponent(PGUSER)}${PGPASSWORD ? `:${encodeURIComponent(PGPASSWORD)}` : ''}`
  return PGHOST.startsWith('/')
    ? `postgres://${who}@localhost:${PGPORT}/${PGDATABASE}?host=${encodeURIComponent(PGHOST)}`
    : `postgres://${who}@${PGHOST}:${PGPORT}/${PGDATABASE}`
}
