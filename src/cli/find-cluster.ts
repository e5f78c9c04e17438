import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { defaultDataDir } from '../config.ts'
import { runningPid } from '../data-dir.ts'
import { readEndpoint } from '../endpoint-file.ts'
import { readIdentity } from '../identity.ts'
import { openLocal, type LocalCluster } from '../open-local.ts'
import { ApiClient } from './api-client.ts'
import { CommandError } from './exit.ts'
import { findContext, kubeconfigFiles, type KubeContext } from './kube-context.ts'

/** How people say which cluster they mean; the same for every command. */
export interface ClusterFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly dataDir?: string
  readonly name?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** What GET /klio/v1/cluster answers, as far as commands use it. */
export interface ClusterAnswer {
  readonly name: string
  readonly uid: string
  readonly dataDir: string
  readonly schema: string
  readonly version: string
  readonly revision: number
  readonly pid: number
  readonly node: string
  readonly startedAt: string
}

/**
 * The data dir that --data-dir or --name point at, or KLIO_DATA_DIR where nothing else is chosen; undefined
 * when none of them is given.
 */
export function namedDataDir(flags: ClusterFlags, env: Environment): string | undefined {
  const { dataDir, name, context, kubeconfig } = flags
  if (dataDir !== undefined) return resolve(dataDir)
  if (name !== undefined) return defaultDataDir(name, env)
  const usual = env['KLIO_DATA_DIR']
  return usual === undefined || (context ?? kubeconfig) !== undefined ? undefined : resolve(usual)
}

/** The context that kubectl would use; an error says how to choose one. */
export function contextOf(flags: ClusterFlags, env: Environment): KubeContext {
  const files = kubeconfigFiles(flags.kubeconfig, env)
  const context = findContext(files, flags.context)
  if (context) return context
  const wanted =
    flags.context === undefined
      ? 'no current context'
      : `no context ${JSON.stringify(flags.context)}`
  throw new CommandError(
    `${wanted} in ${files.join(', ')}: choose a cluster with --context, --data-dir or --name`,
  )
}

/** The server without the instant of a context of the past. */
export const presentServer = (server: string): string => server.replace(/\/(asof|play)\/.*$/, '')

/** Name of the cluster's own context: what stands before the instant or the fork. */
export const presentName = (context: string): string => context.replace(/[@+].*$/, '')

/**
 * The API of the cluster that is meant. With --data-dir or --name that of the klio that runs there, or
 * undefined when none does.
 */
export function openApi(flags: ClusterFlags, env: Environment): ApiClient | undefined {
  const dataDir = namedDataDir(flags, env)
  if (dataDir !== undefined) {
    const endpoint = readEndpoint(dataDir)
    const identity = readIdentity(dataDir)
    if (!endpoint || !identity || runningPid(dataDir) === undefined) return undefined
    return new ApiClient({
      url: endpoint.url,
      authority: endpoint.authority,
      token: identity.adminToken,
    })
  }
  const { server, authority, token, insecure } = contextOf(flags, env)
  return new ApiClient({ url: presentServer(server), authority, token, insecure })
}

/** The folder of the cluster that is meant: as given, as its API says, or the default one of the context's name. */
export async function findDataDir(flags: ClusterFlags, env: Environment): Promise<string> {
  const named = namedDataDir(flags, env)
  if (named !== undefined) return named
  const answer = await openApi(flags, env)!.get<ClusterAnswer>('/klio/v1/cluster')
  if (answer.ok) {
    if (existsSync(join(answer.value.dataDir, 'cluster.json'))) return answer.value.dataDir
    throw new CommandError(
      `cluster ${answer.value.name} keeps its data in ${answer.value.dataDir}, on another machine: run this command there`,
    )
  }
  const guess = defaultDataDir(presentName(contextOf(flags, env).name), env)
  if (answer.error.away && readIdentity(guess)) return guess
  throw new CommandError(
    `${answer.error.message}; where no API runs, name the cluster with --data-dir or --name`,
  )
}

/** Opens the log of the cluster that is meant, in this process. */
export async function findLocal(flags: ClusterFlags, env: Environment): Promise<LocalCluster> {
  const opened = await openLocal(await findDataDir(flags, env), env)
  if (!opened.ok) throw new CommandError(opened.error)
  return opened.value
}
