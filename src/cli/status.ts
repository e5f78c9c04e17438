import { existsSync } from 'node:fs'
import { runningPid } from '../data-dir.ts'
import { readIdentity } from '../identity.ts'
import { OUTPUT, type AddCommand } from './command.ts'
import { CommandError, EXIT } from './exit.ts'
import { findDataDir, openApi, type ClusterAnswer, type ClusterFlags } from './find-cluster.ts'
import { formOf, print } from './output/print.ts'
import { ageOf } from './output/times.ts'
import type { Terminal } from './terminal.ts'

/** What `klio status` tells. */
interface StatusAnswer {
  readonly name: string
  readonly state: 'ready' | 'starting' | 'stopped'
  readonly problem?: string
  readonly dataDir: string
  readonly url?: string
  readonly cluster?: ClusterAnswer
}

/** `klio status`: exit 0 when the cluster is ready, 1 when it is not. */
export const addStatus: AddCommand = (program, run) => {
  program
    .command('status')
    .description(
      'whether the cluster runs, where it keeps its data, how far its log goes; exit 1 when it is not ready',
    )
    .option(...OUTPUT)
    .action((options, self) =>
      run(async (terminal) => {
        const form = formOf(options.output)
        const status = await statusOf(self.optsWithGlobals(), terminal)
        await print(terminal, form, status, () => wordsOf(status, terminal.now()))
        return status.state === 'ready' ? EXIT.done : EXIT.different
      }),
    )
}

async function statusOf(flags: ClusterFlags, terminal: Terminal): Promise<StatusAnswer> {
  const api = openApi(flags, terminal.env)
  const ready = await api?.text('/readyz?verbose')
  if (!api || !ready?.ok) return stopped(await findDataDir(flags, terminal.env))
  const answer = await api.get<ClusterAnswer>('/klio/v1/cluster')
  if (!answer.ok) throw new CommandError(answer.error.message)
  const { name, dataDir } = answer.value
  const common = { name, dataDir, url: api.target.url, cluster: answer.value }
  if (ready.value.code === 200) return { ...common, state: 'ready' }
  return {
    ...common,
    state: 'starting',
    problem: ready.value.text
      .split('\n')
      .filter((line) => line.startsWith('[-]'))
      .join('; '),
  }
}

function stopped(dataDir: string): StatusAnswer {
  const identity = existsSync(dataDir) ? readIdentity(dataDir) : undefined
  if (!identity)
    throw new CommandError(
      `${dataDir} holds no cluster: klio start --data-dir ${dataDir} makes one`,
    )
  const pid = runningPid(dataDir)
  if (pid === undefined) return { name: identity.name, state: 'stopped', dataDir }
  return {
    name: identity.name,
    state: 'starting',
    problem: `process ${pid} does not answer yet`,
    dataDir,
  }
}

function wordsOf(
  { name, state, problem, dataDir, url, cluster }: StatusAnswer,
  now: number,
): string {
  const lines = [
    `cluster    ${name}`,
    `state      ${state}${problem === undefined ? '' : `: ${problem}`}`,
    ...(url === undefined ? [] : [`api        ${url}`]),
    `data       ${dataDir}`,
  ]
  if (cluster)
    lines.push(
      `process    ${cluster.pid}, for ${ageOf(cluster.startedAt, now)}`,
      `node       ${cluster.node}`,
      `revision   ${cluster.revision}`,
      `version    ${cluster.version}`,
    )
  if (state === 'stopped') lines.push(`next       klio start --name ${name} --data-dir ${dataDir}`)
  return `${lines.join('\n')}\n`
}
