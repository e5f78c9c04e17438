import type { Caller } from '../commands/request-context.ts'
import { forbiddenPath, forbiddenTo, type Status } from '../meta/status.ts'
import { forbiddenText, type Attributes } from '../rights/attributes.ts'
import type { Exchange } from './exchange.ts'

/** Attributes of a request as the authorizer sees them: the same values the router uses. */
export const attributesOf = ({ info, path }: Exchange): Attributes => ({
  verb: info.verb, isResource: info.isResource, group: info.group, resource: info.resource,
  subresource: info.subresource, namespace: info.namespace, name: info.name, path,
})

/** 403 with upstream's words. */
export function forbiddenFor(caller: Caller, attributes: Attributes, reason: string): Status {
  const text = forbiddenText(caller, attributes, reason)
  const { isResource, group, resource, name } = attributes
  return isResource ? forbiddenTo({ group, resource }, name, text) : forbiddenPath(`forbidden: ${text}`)
}
