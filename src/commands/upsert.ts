import { forbiddenTo } from '../meta/status.ts'
import { forbiddenText, onResource } from '../rights/attributes.ts'
import { decideCreate, type CreateWish } from './create.ts'
import { refused, type Decided } from './decided.ts'
import type { Frame } from './environment.ts'

/**
 * A create that came as an update or an apply: the right to update is not the right to create. Like upstream it
 * is asked for once the object was found valid. Source: apiserver endpoints/handlers withAuthorization.
 */
export function decideUpsert(frame: Frame, wish: CreateWish): Decided {
  const decided = decideCreate(frame, wish)
  const { environment, definition, served, context } = frame
  if (!decided.ok || !environment.authorizer) return decided
  const { namespace, name } = wish
  const attributes = onResource({ verb: 'create', group: served.group, resource: definition.plural, namespace, name })
  if (environment.authorizer.allows(context.caller, attributes)) return decided
  const { reason } = environment.authorizer.judge(context.caller, attributes)
  const text = forbiddenText(context.caller, attributes, reason)
  return refused(forbiddenTo({ group: served.group, resource: definition.plural }, name, text))
}
