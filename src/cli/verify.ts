import { verifyLog, type VerifyAnswer } from '../history/verify.ts'
import type { DigestAt } from '../history/view-digest.ts'
import { OUTPUT, type AddCommand } from './command.ts'
import { CommandError, EXIT } from './exit.ts'
import { findLocal, openApi, type ClusterFlags } from './find-cluster.ts'
import { paint } from './output/paint.ts'
import { formOf, print } from './output/print.ts'
import type { Terminal } from './terminal.ts'

/** `klio verify`: exit 0 when history holds, 1 when something in it was changed. */
export const addVerify: AddCommand = (program, run) => {
  program
    .command('verify')
    .description(
      'check the chain of every event, rebuild every projection and compare; exit 1 when something does not hold',
    )
    .option(...OUTPUT)
    .action((options, self) =>
      run(async (terminal) => {
        const form = formOf(options.output)
        const answer = await verify(self.optsWithGlobals(), terminal)
        await print(terminal, form, answer, () => wordsOf(answer, terminal))
        return answer.ok ? EXIT.done : EXIT.different
      }),
    )
}

async function verify(flags: ClusterFlags, terminal: Terminal): Promise<VerifyAnswer> {
  const cluster = await findLocal(flags, terminal.env)
  try {
    return await verifyLog(cluster, await liveDigest(flags, terminal))
  } finally {
    await cluster.close()
  }
}

/** What the running klio serves; undefined where none runs. */
async function liveDigest(flags: ClusterFlags, terminal: Terminal): Promise<DigestAt | undefined> {
  const answer = await openApi(flags, terminal.env)?.get<DigestAt>('/klio/v1/digest')
  if (!answer || (!answer.ok && answer.error.away)) return undefined
  if (!answer.ok) throw new CommandError(answer.error.message)
  return answer.value
}

function wordsOf(answer: VerifyAnswer, terminal: Terminal): string {
  const colours = paint(terminal.colour)
  const { ok, revisions, roots, withoutBody, firstBad, reason, objects, view, seconds } = answer
  const rate = Math.round(revisions / Math.max(seconds, 0.001)).toLocaleString('en')
  const lines = [
    ok
      ? colours.added('history holds')
      : colours.removed(
          `history does not hold: ${firstBad === undefined ? '' : `revision ${firstBad}: `}${reason}`,
        ),
    `events     ${revisions} in ${seconds.toFixed(1)} s (${rate}/s), ${roots} signed roots${withoutBody > 0 ? `, ${withoutBody} without a body` : ''}`,
    `objects    ${objects.count} at revision ${objects.revision}${objects.problems.length === 0 ? '' : `, ${objects.problems.length} wrong`}`,
    view
      ? `served     revision ${view.revision} ${view.equal ? 'is what the events say' : 'DIFFERS from what the events say'}`
      : 'served     no klio runs',
  ]
  return `${lines.join('\n')}\n`
}
