import type { Command } from '../../commands/command.ts'
import type { Status } from '../../meta/status.ts'

/**
 * What a refusal means to the one who asked: `gone` is as good as accepted, `stale` asks for a
 * fresh view, `ending` belongs to a namespace that is being deleted, `final` needs a person, `busy`
 * passes.
 */
export type Verdict = 'gone' | 'stale' | 'ending' | 'final' | 'busy'

const STALE = new Set(['Conflict', 'NotFound', 'AlreadyExists', 'Gone', 'Expired'])
const FINAL = new Set([
  'Invalid',
  'Forbidden',
  'BadRequest',
  'MethodNotAllowed',
  'NotAcceptable',
  'Unauthorized',
  'RequestEntityTooLarge',
  'UnsupportedMediaType',
])

/** Sorts a refusal. Source: the house style's rule 6; apimachinery api/errors reasons. */
export function verdictOf(command: Command, status: Status): Verdict {
  const reason = status.reason ?? ''
  if (command.verb === 'delete' && reason === 'NotFound') return 'gone'
  if (STALE.has(reason)) return 'stale'
  if (isNamespaceEnding(status)) return 'ending'
  return FINAL.has(reason) ? 'final' : 'busy'
}

/**
 * Whether creation failed because the namespace is being deleted. Source: core/v1
 * NamespaceTerminatingCause.
 */
const isNamespaceEnding = (status: Status): boolean =>
  status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') ?? false
