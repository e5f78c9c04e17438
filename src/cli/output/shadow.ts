import type { ShadowAnswer } from '../../history/shadow/parts.ts'
import { paint } from './paint.ts'
import { table } from './table.ts'

/** A shadow replay in words: the sum, then a table of what came out otherwise. */
export function shadowWords(answer: ShadowAnswer, wide: boolean, colour: boolean): string {
  const colours = paint(colour)
  const { decisions, same, different, missing, differences, skipped, seconds } = answer
  const cut =
    answer.interrupted > 0
      ? `cut off    ${answer.interrupted} when a process ended, not whole on record\n`
      : ''
  const left = Object.entries(skipped).map(([component, count]) => `${count} of ${component}`)
  const head =
    `${decisions} decisions in ${seconds.toFixed(1)} s: ${colours.added(`${same} same`)}, ` +
    `${different} different, ${missing} missing, ${answer.new} new\n${cut}` +
    (left.length === 0
      ? ''
      : `left out   ${left.join(', ')}: what they saw is not in the log alone\n`)
  if (differences.length === 0) return head
  const rows = differences.map(
    ({ component, key, view, problem, command, revision, paths = [], message }) => [
      problem,
      component,
      key,
      String(view),
      revision === undefined ? '' : String(revision),
      command,
      message ??
        paths
          .slice(0, wide ? Infinity : 3)
          .map(({ path, recorded, today }) =>
            wide
              ? `${path}: ${JSON.stringify(recorded)} then, ${JSON.stringify(today)} today`
              : path,
          )
          .join(', '),
    ],
  )
  return `${head}\n${table(['', 'COMPONENT', 'KEY', 'VIEW', 'REVISION', 'COMMAND', 'WHAT'], rows, colour)}`
}
