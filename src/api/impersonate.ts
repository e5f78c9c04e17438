import type { Caller } from '../commands/request-context.ts'
import { badRequest, forbiddenTo, type Status } from '../meta/status.ts'
import type { Authorize } from './authorize.ts'
import type { Exchange } from './exchange.ts'

/** Acts as somebody else when the caller may. Source: apiserver endpoints/filters/impersonation. */
export function impersonate(
  exchange: Exchange,
  caller: Caller,
  authorize: Authorize,
): { caller: Caller } | { status: Status } {
  const name = exchange.header('impersonate-user')
  // Nearly every request acts as itself: look no further than the parsed headers then.
  if (name === undefined && exchange.header('impersonate-group') === undefined) return { caller }
  const groups = headerValues(exchange, 'impersonate-group')
  if (name === undefined) {
    return { status: badRequest('requested [{Group}] without impersonating a user') }
  }
  const resource = name.startsWith('system:serviceaccount:') ? 'serviceaccounts' : 'users'
  const asked = [[resource, name], ...groups.map((group) => ['groups', group])] as const
  for (const [kind, value] of asked)
    if (!authorize(caller, { ...ATTRIBUTES, resource: kind!, name: value! }))
      return {
        status: forbiddenTo(
          { group: '', resource: kind! }, value!,
          `User ${JSON.stringify(caller.name)} cannot impersonate resource "${kind}" in API group "" at the cluster scope`,
        ),
      }
  return { caller: { name, groups: groupsOf(name, groups), impersonator: caller.name } }
}

const ATTRIBUTES = {
  verb: 'impersonate', isResource: true, group: '', subresource: '', namespace: '', path: '',
} as const

function groupsOf(name: string, groups: readonly string[]): string[] {
  const own = [...groups]
  const account = /^system:serviceaccount:([^:]+):/.exec(name)
  if (account && own.length === 0) own.push('system:serviceaccounts', `system:serviceaccounts:${account[1]}`)
  if (name !== 'system:anonymous' && !own.includes('system:authenticated')) own.push('system:authenticated')
  return own
}

/** All values of a header that may come more than once; node joins them with a comma. */
function headerValues(exchange: Exchange, name: string): string[] {
  const raw = exchange.incoming.rawHeaders
  const values: string[] = []
  for (let i = 0; i < raw.length; i += 2)
    if (raw[i]!.toLowerCase() === name) values.push(raw[i + 1]!)
  return values
}
