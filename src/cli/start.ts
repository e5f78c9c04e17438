import { lineLog } from '../base/log.ts'
import { readConfig, type SettingName } from '../config.ts'
import { runCluster } from '../run-cluster.ts'

/** `klio start`: runs in the foreground until SIGTERM or `klio down`. Gives the exit code. */
export async function start(flags: Partial<Record<SettingName, string>>): Promise<number> {
  const config = readConfig(flags, process.env)
  if (!config.ok) return fail(config.error)
  const logger = lineLog((line) => process.stdout.write(`${line}\n`), config.value.logLevel)
  const from = performance.now()
  const cluster = await runCluster(config.value, logger, (step) => process.stderr.write(`· ${step}\n`))
  if (!cluster.ok) return fail(cluster.error)
  const { identity } = cluster.value
  process.stderr.write(
    `klio is ready in ${((performance.now() - from) / 1000).toFixed(1)} s. Next: kubectl --context ${identity.name} get nodes\n`,
  )
  await signalled()
  process.stderr.write('stopping; pods keep running, the next start adopts them\n')
  await cluster.value.stop()
  return 0
}

function fail(message: string): number {
  process.stderr.write(`klio: ${message}\n`)
  return 2
}

const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
