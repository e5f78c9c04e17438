import { lineLog } from '../base/log.ts'
import { flagOf, readConfig, SETTINGS, variableOf, type SettingName } from '../config.ts'
import { runCluster } from '../run-cluster.ts'
import type { AddCommand } from './command.ts'
import { CommandError, EXIT } from './exit.ts'
import type { Terminal } from './terminal.ts'

/** Settings that every command knows: the program declares them. */
const SHARED: readonly SettingName[] = ['name', 'dataDir', 'kubeconfig']

/** `klio start`: runs in the foreground until SIGTERM or `klio down`. */
export const addStart: AddCommand = (program, run) => {
  const command = program
    .command('start')
    .description('run a cluster in the foreground until SIGTERM or "klio down"')
  for (const setting of Object.keys(SETTINGS) as SettingName[])
    if (!SHARED.includes(setting))
      command.option(
        `${flagOf(setting)} <value>`,
        `${SETTINGS[setting].help} (${variableOf(setting)})`,
      )
  command.action((_options, self) => run((terminal) => start(self.optsWithGlobals(), terminal)))
}

async function start(
  flags: Partial<Record<SettingName, string>>,
  terminal: Terminal,
): Promise<number> {
  const config = readConfig(flags, terminal.env)
  if (!config.ok) throw new CommandError(config.error)
  const logger = lineLog((line) => process.stdout.write(`${line}\n`), config.value.logLevel)
  const from = performance.now()
  const cluster = await runCluster(config.value, logger, (step) => terminal.note(`· ${step}`))
  if (!cluster.ok) throw new CommandError(cluster.error)
  const { identity } = cluster.value
  const seconds = ((performance.now() - from) / 1000).toFixed(1)
  terminal.note(`klio is ready in ${seconds} s. Next: kubectl --context ${identity.name} get nodes`)
  await signalled()
  terminal.note('stopping; pods keep running, the next start adopts them')
  await cluster.value.stop()
  return EXIT.done
}

const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
