import type { InstantAnswer } from '../history/answer-types.ts'
import { foldTo, type FoldedState } from '../history/replay-to.ts'
import { digestOfLog, type DigestAt } from '../history/view-digest.ts'
import type { LocalCluster } from '../open-local.ts'
import { replayDecisions } from '../replay-decisions.ts'
import { ask } from './ask.ts'
import { instantText, OUTPUT, type AddCommand } from './command.ts'
import { CommandError, EXIT } from './exit.ts'
import { findLocal, openApi, type ClusterFlags } from './find-cluster.ts'
import { paint } from './output/paint.ts'
import { formOf, print, type Form } from './output/print.ts'
import { shadowWords } from './output/shadow.ts'
import { bothTexts } from './output/times.ts'
import type { Terminal } from './terminal.ts'

/** `klio replay`: does today's code decide the same; with --to, does the log give the recorded state. */
export const addReplay: AddCommand = (program, run) => {
  program
    .command('replay')
    .description(
      'decide everything again that klio decided, with the code of today; exit 1 where it decides otherwise',
    )
    .option(
      '--to <instant>',
      'fold the log alone up to an instant instead, and compare with the recorded state',
    )
    .option('--after <instant>', 'only decisions after this instant')
    .option(...OUTPUT)
    .action((options, self) =>
      run(async (terminal) => {
        const form = formOf(options.output)
        const flags: ClusterFlags = self.optsWithGlobals()
        if (options.to !== undefined)
          return replayTo(instantText(options.to), flags, form, terminal)
        return replayShadow(
          options.after === undefined ? undefined : instantText(options.after),
          flags,
          form,
          terminal,
        )
      }),
    )
}

async function replayTo(
  to: string,
  flags: ClusterFlags,
  form: Form,
  terminal: Terminal,
): Promise<number> {
  const { revision, time } = await ask<InstantAnswer>(terminal, flags, 'instant', { at: to })
  const cluster = await findLocal(flags, terminal.env)
  try {
    const startedMs = performance.now()
    const folded = await foldTo(cluster, revision)
    const recorded = await recordedState(cluster, revision, folded.resources, flags, terminal)
    const equal = folded.ok && folded.digest === recorded.digest && folded.revisions === revision
    const { ok: _ok, resources: _resources, ...rest } = folded
    const answer: FoldAnswer = {
      equal,
      ...rest,
      revision,
      time,
      recorded: recorded.digest,
      seconds: (performance.now() - startedMs) / 1000,
    }
    await print(terminal, form, answer, () => foldWords(answer, recorded.objects, terminal))
    return equal ? EXIT.done : EXIT.different
  } finally {
    await cluster.close()
  }
}

/** What a fold to an instant answers. */
interface FoldAnswer extends Omit<FoldedState, 'ok' | 'resources'> {
  readonly equal: boolean
  readonly revision: number
  readonly time: string
  readonly recorded: string
  readonly seconds: number
}

function foldWords(answer: FoldAnswer, recordedObjects: number, terminal: Terminal): string {
  const { equal, reason, firstBad, revision, time, revisions, objects, digest, recorded } = answer
  const colours = paint(terminal.colour)
  const why = reason === undefined ? '' : `: revision ${firstBad}: ${reason}`
  const lines = [
    equal ? colours.added('equal') : colours.removed(`not equal${why}`),
    `revision   ${revision}, ${bothTexts(time)}`,
    `folded     ${revisions} events to ${objects} objects, ${digest.slice(0, 16)}`,
    `recorded   ${recordedObjects} objects, ${recorded.slice(0, 16)}`,
  ]
  return `${lines.join('\n')}\n`
}

/** The state as it is served for that revision: by the running klio, else by the log's own index. */
async function recordedState(
  { log, source }: LocalCluster,
  revision: number,
  resources: readonly string[],
  flags: ClusterFlags,
  terminal: Terminal,
): Promise<DigestAt> {
  const answer = await openApi(flags, terminal.env)?.get<DigestAt>('/klio/v1/digest', {
    at: String(revision),
  })
  if (answer?.ok) return answer.value
  if (answer && !answer.error.away) throw new CommandError(answer.error.message)
  const all = new Set([
    ...source.registry.definitions.map(({ resource }) => resource),
    ...resources,
  ])
  return digestOfLog(log, [...all], revision)
}

async function replayShadow(
  after: string | undefined,
  flags: ClusterFlags,
  form: Form,
  terminal: Terminal,
): Promise<number> {
  const from =
    after === undefined
      ? 0
      : (await ask<InstantAnswer>(terminal, flags, 'instant', { at: after })).revision
  const cluster = await findLocal(flags, terminal.env)
  try {
    const answer = await replayDecisions(cluster, from)
    await print(terminal, form, answer, (wide) => shadowWords(answer, wide, terminal.colour))
    return answer.differences.length === 0 ? EXIT.done : EXIT.different
  } finally {
    await cluster.close()
  }
}
