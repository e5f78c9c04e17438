import type { Command } from '../../commands/command.ts'
import type { LogEvent } from '../../events/log-event.ts'
import type { Note, Plan } from '../../reconcilers/runtime/reconciler.ts'
import type { Decision } from './decisions.ts'

/** A decision that was made again: what of its plan was met in the log, and what was not. */
export interface Expectation {
  readonly decision: Decision
  /** Commands of the plan that no event has answered yet. */
  readonly open: Command[]
  /** Notes that may have become Events. */
  readonly notes: Note[]
  readonly problems: DecisionProblem[]
  /** Commands found in the log. */
  matched: number
}

/** Where the code of today decides otherwise. */
export interface DecisionProblem {
  readonly problem: 'different' | 'missing' | 'new'
  /** The recorded event; left out for what was never recorded. */
  readonly revision?: number
  /** `patch deployments.apps/status default/web`. */
  readonly command: string
  readonly paths?: readonly {
    readonly path: string
    readonly recorded?: unknown
    readonly today?: unknown
  }[]
  readonly message?: string
}

/** What today's plan leads one to expect. */
export const expect = (decision: Decision, plan: Plan): Expectation => ({
  decision,
  open: [...plan.commands],
  notes: [...(plan.notes ?? [])],
  problems: [],
  matched: 0,
})

/** Takes the first open command that this event may be the answer to. */
export function takeMatching({ open }: Expectation, event: LogEvent): Command | undefined {
  const at = open.findIndex((command) => isAnswer(command, event))
  return at < 0 ? undefined : open.splice(at, 1)[0]
}

function isAnswer(command: Command, event: LogEvent): boolean {
  if (
    command.verb !== event.verb ||
    command.resource !== event.resource ||
    command.namespace !== event.namespace
  )
    return false
  if ((command.subresource ?? '') !== event.subresource) return false
  if (command.verb !== 'create' || command.subresource) return command.name === event.name
  const { name = command.name, generateName = '' } = command.object.metadata
  return name === '' ? event.name.startsWith(generateName) : name === event.name
}

/** `create pods default/web-*`. */
export function commandText(command: Command): string {
  const { verb, resource, subresource = '', namespace } = command
  const given = command.verb === 'create' ? command.object.metadata.name : undefined
  const generated =
    command.verb === 'create' ? `${command.object.metadata.generateName ?? ''}*` : ''
  return placeText(verb, resource, subresource, namespace, command.name || given || generated)
}

/** The same for what was recorded. */
export const eventText = ({ verb, resource, subresource, namespace, name }: LogEvent): string =>
  placeText(verb, resource, subresource, namespace, name)

const placeText = (
  verb: string,
  resource: string,
  subresource: string,
  namespace: string,
  name: string,
): string =>
  `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`} ${namespace === '' ? name : `${namespace}/${name}`}`
