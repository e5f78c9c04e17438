import { systemClock } from '../base/clock.ts'
import { DOWN_PATIENCE_MS, DOWN_POLL_MS } from '../base/limits.ts'
import { defaultDataDir } from '../config.ts'
import { runningPid } from '../data-dir.ts'
import { stopEmbedded } from '../db/embedded-target.ts'
import { readEndpoint } from '../endpoint-file.ts'
import { readIdentity } from '../identity.ts'
import { purgeCluster, purgeDataDir, uidOfName } from '../purge-cluster.ts'
import type { AddCommand } from './command.ts'
import { CommandError, EXIT } from './exit.ts'
import { findDataDir, namedDataDir, type ClusterFlags } from './find-cluster.ts'
import { findContext, kubeconfigFiles } from './kube-context.ts'
import { removeContexts } from './kubeconfig.ts'
import type { Terminal } from './terminal.ts'

/** `klio down`: ends the process and takes the contexts out; with --purge everything the cluster made. */
export const addDown: AddCommand = (program, run) => {
  program
    .command('down')
    .description('end a cluster; its data stays and its pods keep running unless --purge is given')
    .option(
      '--purge',
      'remove containers, networks, volumes, firewall tables, contexts and the data, for good',
    )
    .action((options, self) =>
      run((terminal) => down(self.optsWithGlobals(), options.purge === true, terminal)),
    )
}

async function down(flags: ClusterFlags, purge: boolean, terminal: Terminal): Promise<number> {
  const dataDir = await dataDirOf(flags, terminal)
  const identity = readIdentity(dataDir)
  const name = identity?.name ?? flags.name
  const ended = await endProcess(dataDir)
  if (ended !== undefined) terminal.note(`klio process ${ended} has ended`)
  const files = new Set([
    ...kubeconfigFiles(flags.kubeconfig, terminal.env),
    readEndpoint(dataDir)?.kubeconfig ?? '',
  ])
  for (const file of files)
    if (file !== '' && name !== undefined && removeContexts(file, name, identity?.adminToken))
      terminal.note(`contexts of ${name} are taken out of ${file}`)
  const stopped = await stopEmbedded(dataDir, systemClock)
  if (!stopped.ok) throw new CommandError(stopped.error.message)
  if (!purge) {
    terminal.note(
      ended === undefined
        ? 'nothing was running'
        : `data stays in ${dataDir}, pods keep running; klio down --purge removes them`,
    )
    return EXIT.done
  }
  return purgeAll(dataDir, flags, terminal)
}

async function purgeAll(dataDir: string, flags: ClusterFlags, terminal: Terminal): Promise<number> {
  const identity = readIdentity(dataDir)
  const known = identity ?? (flags.name === undefined ? undefined : await uidOfName(flags.name))
  const problems: string[] = []
  if (known) {
    const purged = await purgeCluster(known, dataDir)
    terminal.note(
      `removed ${purged.containers} containers, ${purged.networks} networks, ${purged.volumes} volumes`,
    )
    problems.push(...purged.problems)
  }
  const removed = await purgeDataDir(dataDir, terminal.env)
  if (removed.ok) terminal.note(removed.value ? `removed ${dataDir}` : 'nothing is left')
  else problems.push(removed.error)
  for (const problem of problems) terminal.note(`klio: ${problem}`)
  return problems.length === 0 ? EXIT.done : EXIT.error
}

/**
 * The folder to end: as named, as the API says, or the default one. Only where no context is chosen at all the
 * default cluster is meant: a context whose API is away must never end another cluster.
 */
async function dataDirOf(flags: ClusterFlags, terminal: Terminal): Promise<string> {
  const named = namedDataDir(flags, terminal.env)
  if (named !== undefined) return named
  const files = kubeconfigFiles(flags.kubeconfig, terminal.env)
  const chosen = flags.context !== undefined || findContext(files, undefined) !== undefined
  return chosen ? findDataDir(flags, terminal.env) : defaultDataDir('klio', terminal.env)
}

/** Ends the process that holds the data dir: asked first, killed when it does not listen. Its id, if there was one. */
async function endProcess(dataDir: string): Promise<number | undefined> {
  const pid = runningPid(dataDir)
  if (pid === undefined) return undefined
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    tell(pid, signal)
    const until = systemClock.monotonicMs() + DOWN_PATIENCE_MS
    while (systemClock.monotonicMs() < until) {
      if (runningPid(dataDir) !== pid) return pid
      await systemClock.sleep(DOWN_POLL_MS)
    }
  }
  throw new CommandError(`klio process ${pid} does not end`)
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH')
      throw new CommandError(
        `klio process ${pid} cannot be ended: ${error instanceof Error ? error.message : String(error)}`,
      )
  }
}
