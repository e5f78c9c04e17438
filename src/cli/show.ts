import type { ChangeSetAnswer } from '../history/answer-types.ts'
import { ask } from './ask.ts'
import { OUTPUT, type AddCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { changeText, pathLines } from './output/changes.ts'
import { paint } from './output/paint.ts'
import { formOf, print } from './output/print.ts'
import { ageOf, bothTexts } from './output/times.ts'
import type { Terminal } from './terminal.ts'

/** `klio show`: one change set with what it changed, by any of its revisions or by its name. */
export const addShow: AddCommand = (program, run) => {
  program
    .command('show')
    .argument('<revision|change-set>', 'a revision, or a change set as "klio log -o wide" names it')
    .description('one change: who, when, with what, and each value before and after')
    .option('--all', 'what nobody meant, too')
    .option(...OUTPUT)
    .action((what: string, options, self) =>
      run(async (terminal) => {
        const form = formOf(options.output)
        const set = await ask<ChangeSetAnswer>(terminal, self.optsWithGlobals(), 'show', {
          what,
          all: options.all,
        })
        await print(terminal, form, set, () => wordsOf(set, terminal))
        return EXIT.done
      }),
    )
}

function wordsOf(set: ChangeSetAnswer, terminal: Terminal): string {
  const colours = paint(terminal.colour)
  const head = [
    colours.strong(`change set ${set.changeSet}`),
    `revision   ${set.from === set.to ? set.to : `${set.from} to ${set.to}`}`,
    `time       ${bothTexts(set.time)}, ${ageOf(set.time, terminal.now())} ago`,
    `user       ${set.user}${set.impersonator === undefined ? '' : `, as whom ${set.impersonator} acted`}`,
    `client     ${set.agent}${set.command === '' ? '' : ` (${set.command})`}`,
  ]
  const changes = set.changes.map((change) => {
    const why =
      change.by === undefined
        ? ''
        : colours.faint(`  by ${change.by}${change.why === undefined ? '' : `: ${change.why}`}`)
    const title = `${change.revision} ${changeText({ ...change, paths: [] })}`
    return `\n${colours.strong(title)}${why}\n${pathLines(change.diff ?? [], colours)}`
  })
  return `${head.join('\n')}\n${changes.join('')}`
}
