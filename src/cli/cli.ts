import { Command, CommanderError } from 'commander'
import { VERSION } from '../version.ts'
import { addAt } from './at.ts'
import { shieldAges, type AddCommand } from './command.ts'
import { addCompletion } from './completion.ts'
import { addDatabaseUrl } from './database-url.ts'
import { addDiff } from './diff.ts'
import { addDown } from './down.ts'
import { CommandError, EXIT } from './exit.ts'
import { addLog } from './log.ts'
import { addReplay } from './replay.ts'
import { addShow } from './show.ts'
import { addStart } from './start.ts'
import { addStatus } from './status.ts'
import type { Terminal } from './terminal.ts'
import { addVerify } from './verify.ts'
import { addVersion } from './version.ts'

/** Every command, in the order of help. */
const COMMANDS: readonly AddCommand[] = [
  addStart,
  addStatus,
  addDown,
  addLog,
  addShow,
  addDiff,
  addAt,
  addVerify,
  addReplay,
  addDatabaseUrl,
  addVersion,
  addCompletion,
]

const ABOUT =
  'klio: a Kubernetes that remembers. Every request is an event; the past answers like the present.'

/** Runs one command line; answers the exit code. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.done
  let printed = Promise.resolve()
  const program = new Command('klio')
    .description(ABOUT)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void (printed = printed.then(() => terminal.out(text))),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'klio: ')),
    })
    .exitOverride()
    .showSuggestionAfterError()
    .version(VERSION, '-V, --version', 'the version of this klio')
    .helpOption('-h, --help', 'help for a command')
    .option('--kubeconfig <file>', 'kubeconfig to find the cluster in (KUBECONFIG)')
    .option('--context <name>', 'context of the cluster; the current one when left out')
    .option('--data-dir <folder>', 'folder of the cluster, where no API runs (KLIO_DATA_DIR)')
    .option('--name <name>', 'name of the cluster, where no API runs')
  for (const add of COMMANDS) add(program, async (work) => void (code = await work(terminal)))
  try {
    await program.parseAsync(withoutSeparator(shieldAges(args)), { from: 'user' })
  } catch (error) {
    code = failed(error, terminal)
  }
  await printed
  return code
}

/** `npm run start -- --port 1` leaves the separator in; before the first flag it says nothing. */
function withoutSeparator(args: readonly string[]): string[] {
  const at = args.indexOf('--')
  return at === 1 && args[at + 1]?.startsWith('-')
    ? [...args.slice(0, at), ...args.slice(at + 1)]
    : [...args]
}

function failed(error: unknown, terminal: Terminal): number {
  // Commander has said what was wrong; help that was asked for is no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.error
  if (error instanceof CommandError) terminal.note(`klio: ${error.message}`)
  else
    terminal.note(
      `klio: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  return EXIT.error
}
