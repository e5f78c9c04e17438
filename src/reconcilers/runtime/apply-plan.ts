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

/** How a plan's commands are sent. */
export interface Sending {
  readonly send: Send
  /** Asked before each wave of so many; false: the plan ends here. */
  readonly gate: (next: number) => Promise<boolean>
  /** See `Plan.independent`. */
  readonly independent?: boolean
  /** Most commands in flight at once; PLAN_COMMANDS_IN_FLIGHT_MAX when left out. */
  readonly atOnce?: () => number
}

/**
 * Sends the commands in order. Neighbours of one sort on different objects go together, in waves of
 * 1, 2, 4... so that five hundred creates that quota refuses cost one refusal; the wave of the
 * first refusal is the last. Source: replica_set.go slowStartBatch.
 */
export async function applyPlan(commands: readonly Command[], sending: Sending): Promise<Applied> {
  const accepted: { command: Command; outcome: Outcome }[] = []
  let revision = 0
  for (const wave of wavesOf(commands, sending)) {
    if (!(await sending.gate(wave.length))) return { revision, accepted, stopped: true }
    const answers = await Promise.all(wave.map(sending.send))
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

/**
 * Cuts a plan into waves of commands that may be in flight together; each is cut when it is asked
 * for, as large as there is room then.
 */
export function* wavesOf(
  commands: readonly Command[],
  {
    independent = false,
    atOnce = () => PLAN_COMMANDS_IN_FLIGHT_MAX,
  }: Pick<Sending, 'independent' | 'atOnce'> = {},
): Generator<Command[]> {
  const first = independent ? Number.POSITIVE_INFINITY : 1
  let size = first
  let most = Math.min(size, atOnce())
  let wave: Command[] = []
  let names = new Set<string>()
  for (const command of commands) {
    const object = `${command.namespace}/${command.name}`
    const distinct = command.name === '' || !names.has(object)
    const goesOn = wave.length === 0 || (distinct && isSameSort(wave[0]!, command))
    if (!goesOn || wave.length >= most) {
      yield wave
      size = goesOn ? size * 2 : first
      most = Math.min(size, atOnce())
      wave = []
      if (!goesOn) names = new Set()
    }
    wave.push(command)
    names.add(object)
  }
  if (wave.length > 0) yield wave
}

const isSameSort = (a: Command, b: Command): boolean =>
  a.verb === b.verb && a.resource === b.resource && (a.subresource ?? '') === (b.subresource ?? '')
