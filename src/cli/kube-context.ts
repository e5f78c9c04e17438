import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { CommandError } from './exit.ts'

/** What kubectl would talk to. */
export interface KubeContext {
  readonly name: string
  /** As written: may end in /asof/INSTANT. */
  readonly server: string
  /** PEM. */
  readonly authority: string | undefined
  readonly token: string | undefined
  readonly insecure: boolean
  /** Names of the entries behind it. */
  readonly cluster: string
  readonly user: string
  readonly namespace: string | undefined
  /** The file that holds the context. */
  readonly file: string
}

interface ClusterEntry {
  server?: string
  'certificate-authority-data'?: string
  'certificate-authority'?: string
  'insecure-skip-tls-verify'?: boolean
}

interface UserEntry {
  token?: string
  tokenFile?: string
}

interface Kubeconfig {
  'current-context'?: string
  clusters?: { name: string; cluster?: ClusterEntry }[] | null
  contexts?:
    { name: string; context?: { cluster?: string; user?: string; namespace?: string } }[] | null
  users?: { name: string; user?: UserEntry }[] | null
}

/** Files kubectl would merge: --kubeconfig alone, else the list in KUBECONFIG, else ~/.kube/config. */
export function kubeconfigFiles(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  if (flag !== undefined) return [flag]
  const listed = (env['KUBECONFIG'] ?? '').split(':').filter((file) => file !== '')
  return listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube', 'config')]
}

/**
 * The named context, or the current one: for each entry and for the current context the first file that
 * has it wins. Undefined when there is none. Source: kubernetes.io "Merging kubeconfig files".
 */
export function findContext(
  files: readonly string[],
  wanted: string | undefined,
): KubeContext | undefined {
  const configs = files
    .filter((file) => existsSync(file))
    .map((file) => ({ file, config: read(file) }))
  const name =
    wanted ?? configs.map(({ config }) => config['current-context']).find((current) => current)
  if (!name) return undefined
  const holder = configs.find(({ config }) => config.contexts?.some((one) => one.name === name))
  const context = holder?.config.contexts?.find((one) => one.name === name)?.context
  if (!holder || !context?.cluster) return undefined
  const cluster = entryOf(configs, 'clusters', context.cluster)
  const user = context.user === undefined ? undefined : entryOf(configs, 'users', context.user)
  const entry = cluster?.value.cluster
  if (!cluster || !entry?.server) return undefined
  return {
    name,
    server: entry.server.replace(/\/+$/, ''),
    authority: inlineOrFile(
      entry['certificate-authority-data'],
      entry['certificate-authority'],
      cluster.file,
    ),
    token: user && tokenOf(user.value.user, user.file),
    insecure: entry['insecure-skip-tls-verify'] === true,
    cluster: context.cluster,
    user: context.user ?? '',
    namespace: context.namespace,
    file: holder.file,
  }
}

type Held<T> = { file: string; value: T } | undefined
type Configs = readonly { file: string; config: Kubeconfig }[]

function entryOf(
  configs: Configs,
  section: 'clusters',
  name: string,
): Held<{ cluster?: ClusterEntry }>
function entryOf(configs: Configs, section: 'users', name: string): Held<{ user?: UserEntry }>
function entryOf(
  configs: Configs,
  section: 'clusters' | 'users',
  name: string,
): Held<{ cluster?: ClusterEntry; user?: UserEntry }> {
  for (const { file, config } of configs) {
    const value = config[section]?.find((one) => one.name === name)
    if (value) return { file, value }
  }
  return undefined
}

/** Paths in a kubeconfig are relative to its own folder. */
function inlineOrFile(
  data: string | undefined,
  path: string | undefined,
  file: string,
): string | undefined {
  if (data !== undefined) return Buffer.from(data, 'base64').toString()
  return path === undefined ? undefined : readFileSync(resolve(dirname(file), path), 'utf8')
}

function tokenOf(user: UserEntry | undefined, file: string): string | undefined {
  if (user?.token !== undefined) return user.token
  return user?.tokenFile === undefined
    ? undefined
    : readFileSync(resolve(dirname(file), user.tokenFile), 'utf8').trim()
}

function read(file: string): Kubeconfig {
  try {
    return (parse(readFileSync(file, 'utf8')) ?? {}) as Kubeconfig
  } catch (error) {
    throw new CommandError(
      `${file} is not a valid kubeconfig: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
