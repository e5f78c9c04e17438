import { PLAN_COMMANDS_IN_FLIGHT_MAX } from '../../base/limits.ts'
import type { Result } from '../../base/result.ts'
import type { Command } from '../../commands/command.ts'
import type { Status } from '../../meta/status.ts'
import type { Outcome } from './ports.ts'
import type { Refusal } from './reconciler.ts'
import { verdictOf, type Verdict } from './verdict.ts'

/** How far a plan came. */
export interface Applied {
  /** Highest revision of an accepted command: what the view must reach before the next decision. */
  readonly revision: number
  readonly accepted: readonly { readonly command: Command; readonly outcome: Outcome }[]
  readonly refusal?: Refusal & { readonly verdict: Verdict }
  /** The gate closed before the end: the rest was not sent. */
  readonly stopped?: boolean
}

/** Sends one command, with its cause. */
export type Send = (command: Command) => Promise<Result<Outcome, Status>>

/**
 * Sends the commands in order. Neighbours of one sort on different objects go together, in waves of
 * 1, 2, 4... so that five hundred creates that quota refuses cost one refusal; the wave of the
 * first refusal is the last. Source: replica_set.go slowStartBatch.
 */
export async function applyPlan(
  commands: readonly Command[],
  send: Send,
  gate: (next: number) => Promise<boolean>,
): Promise<Applied> {
  const accepted: { command: Command; outcome: Outcome }[] = []
  let revision = 0
  for (const wave of wavesOf(commands)) {
    if (!(await gate(wave.length))) return { revision, accepted, stopped: true }
    const answers = await Promise.all(wave.map(send))
    let refusal: Applied['refusal']
    answers.forEach((answer, i) => {
      const command = wave[i]!
      if (answer.ok) {
        accepted.push({ command, outcome: answer.value })
        revision = Math.max(revision, answer.value.revision)
        return
      }
      const verdict = verdictOf(command, answer.error)
      if (verdict !== 'gone') refusal ??= { command, status: answer.error, verdict }
    })
    if (refusal) return { revision, accepted, refusal }
  }
  return { revision, accepted }
}

/** Cuts a plan into waves of commands that may be in flight together. */
export function wavesOf(commands: readonly Command[]): Command[][] {
  const waves: Command[][] = []
  let wave: Command[] = []
  let size = 1
  let names = new Set<string>()
  for (const command of commands) {
    const sameSort = wave.length === 0 || isSameSort(wave[0]!, command)
    const object = `${command.namespace}/${command.name}`
    const distinct = command.name === '' || !names.has(object)
    if (!sameSort || !distinct || wave.length >= size) {
      waves.push(wave)
      const goesOn = sameSort && distinct
      size = goesOn ? Math.min(size * 2, PLAN_COMMANDS_IN_FLIGHT_MAX) : 1
      wave = []
      if (!goesOn) names = new Set()
    }
    wave.push(command)
    names.add(object)
  }
  if (wave.length > 0) waves.push(wave)
  return waves
}

const isSameSort = (a: Command, b: Command): boolean =>
  a.verb === b.verb && a.resource === b.resource && (a.subresource ?? '') === (b.subresource ?? '')
