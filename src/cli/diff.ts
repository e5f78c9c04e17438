import type { DiffAnswer } from '../history/answer-types.ts'
import { ask } from './ask.ts'
import {
  instantText,
  namespaceFor,
  OUTPUT,
  type AddCommand,
  type NamespaceFlags,
} from './command.ts'
import { CommandError, EXIT } from './exit.ts'
import type { ClusterFlags } from './find-cluster.ts'
import { namespaceOfContext } from './log.ts'
import { objectText, pathLines } from './output/changes.ts'
import { paint } from './output/paint.ts'
import { formOf, print } from './output/print.ts'
import type { Terminal } from './terminal.ts'

interface DiffFlags extends ClusterFlags, NamespaceFlags {
  readonly output?: string
  readonly all?: boolean
}

/** `klio diff A B`: exit 0 when the two instants are the same, 1 when they differ. */
export const addDiff: AddCommand = (program, run) => {
  program
    .command('diff')
    .argument('<from>', 'an instant: a revision, a time, an age such as -10m')
    .argument('[to]', 'another one; now when left out')
    .argument('[object]', 'KIND/NAME, or KIND for all of a kind; everything when left out')
    .description('how the cluster differs between two instants; exit 1 where it does')
    .option('-n, --namespace <name>', 'one namespace')
    .option('-A, --all-namespaces', 'an object of this name in every namespace')
    .option('--all', 'leases, Events and heartbeats, too')
    .option(...OUTPUT)
    .action((from: string, to: string | undefined, object: string | undefined, _options, self) =>
      run((terminal) => diff(from, to, object, self.optsWithGlobals(), terminal)),
    )
}

async function diff(
  from: string,
  to: string | undefined,
  object: string | undefined,
  flags: DiffFlags,
  terminal: Terminal,
): Promise<number> {
  const form = formOf(flags.output)
  // `klio diff -10m deployment/web`: a word with a slash is no instant.
  const skipped = object === undefined && to?.includes('/') === true
  const about = skipped ? to : object
  if (from.includes('/'))
    throw new CommandError('klio diff FROM [TO] [KIND/NAME]: the instants come first')
  const differences = await ask<DiffAnswer[]>(terminal, flags, 'diff', {
    from: instantText(from),
    to: skipped || to === undefined ? 'now' : instantText(to),
    object: about,
    all: flags.all,
    namespace: namespaceFor(flags, about, () => namespaceOfContext(flags, terminal)),
  })
  await print(terminal, form, differences, () => wordsOf(differences, terminal))
  return differences.length === 0 ? EXIT.done : EXIT.different
}

function wordsOf(differences: readonly DiffAnswer[], terminal: Terminal): string {
  const colours = paint(terminal.colour)
  return differences
    .map(({ op, paths, ...object }) => {
      const title = objectText(object)
      if (op === 'added') return `${colours.added(`+ ${title}`)}\n${pathLines(paths, colours)}`
      if (op === 'removed') return `${colours.removed(`- ${title}`)}\n${pathLines(paths, colours)}`
      return `${colours.changed(`~ ${title}`)}\n${pathLines(paths, colours)}`
    })
    .join('')
}
