import type { Caller } from '../commands/request-context.ts'
import { goQuote } from '../meta/go-quote.ts'
import { badRequest, forbiddenTo, type Status } from '../meta/status.ts'
import type { Authorizer } from '../rights/attributes.ts'
import type { Exchange } from './exchange.ts'

/** Whom a request wants to act as. Source: authentication/v1 Impersonate headers. */
interface Wished {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

const EXTRA = 'impersonate-extra-'

/** Acts as somebody else when the caller may. Source: apiserver endpoints/filters/impersonation. */
export function impersonate(
  exchange: Exchange,
  caller: Caller,
  authorizer: Authorizer,
): { caller: Caller } | { status: Status } {
  const wished = wishedOf(exchange)
  if (!wished) return { caller }
  if (wished.name === '')
    return { status: badRequest(`requested ${goUser(wished)} without impersonating a user name`) }
  const { name, uid, groups, extra } = wished
  for (const [resource, value, group] of asked(wished))
    if (!authorizer.allows(caller, { ...ATTRIBUTES, group, resource, name: value }))
      return {
        status: forbiddenTo(
          { group, resource }, value,
          `User ${JSON.stringify(caller.name)} cannot impersonate resource "${resource}" in API group "${group}" at the cluster scope`,
        ),
      }
  return {
    caller: {
      name, groups: groupsOf(name, groups), impersonator: caller.name,
      ...(uid !== '' && { uid }),
      ...(Object.keys(extra).length > 0 && { extra }),
    },
  }
}

/** Nearly every request acts as itself: undefined at the first look then. */
function wishedOf({ incoming }: Exchange): Wished | undefined {
  let found = false
  for (const name in incoming.headers) found ||= name.startsWith('impersonate-')
  if (!found) return undefined
  const groups: string[] = []
  const extra: Record<string, string[]> = {}
  let name = ''
  let uid = ''
  // Headers that come more than once are joined by node; the raw ones are not.
  const raw = incoming.rawHeaders
  for (let i = 0; i < raw.length; i += 2) {
    const key = raw[i]!.toLowerCase()
    const value = raw[i + 1]!
    if (key === 'impersonate-user') name = value
    else if (key === 'impersonate-uid') uid = value
    else if (key === 'impersonate-group') groups.push(value)
    else if (key.startsWith(EXTRA)) (extra[extraKey(key.slice(EXTRA.length))] ??= []).push(value)
  }
  return { name, uid, groups, extra }
}

function extraKey(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const AUTHENTICATION = 'authentication.k8s.io'

/** Each part of the wish is a right of its own: resource, name, group. */
function asked({ name, uid, groups, extra }: Wished): (readonly [string, string, string])[] {
  const account = name.startsWith('system:serviceaccount:') ? 'serviceaccounts' : 'users'
  return [
    [account, name, ''],
    ...groups.map((group) => ['groups', group, ''] as const),
    ...(uid === '' ? [] : [['uids', uid, AUTHENTICATION] as const]),
    ...Object.values(extra).flat().map((value) => ['userextras', value, AUTHENTICATION] as const),
  ]
}

const ATTRIBUTES = {
  verb: 'impersonate', isResource: true, subresource: '', namespace: '', path: '',
} as const

function groupsOf(name: string, groups: readonly string[]): string[] {
  const own = [...groups]
  const account = /^system:serviceaccount:([^:]+):/.exec(name)
  if (account && own.length === 0) own.push('system:serviceaccounts', `system:serviceaccounts:${account[1]}`)
  const last = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'
  if (!own.includes(last)) own.push(last)
  return own
}

/** As Go's `%#v` prints user.DefaultInfo. */
function goUser({ name, uid, groups, extra }: Wished): string {
  const list = (texts: readonly string[]): string => `[]string{${texts.map((text) => goQuote(text)).join(', ')}}`
  const keys = Object.keys(extra).sort()
  const shownGroups = groups.length === 0 ? '[]string(nil)' : list(groups)
  const shownExtra =
    keys.length === 0
      ? 'map[string][]string(nil)'
      : `map[string][]string{${keys.map((key) => `${goQuote(key)}:${list(extra[key]!)}`).join(', ')}}`
  return `&user.DefaultInfo{Name:${goQuote(name)}, UID:${goQuote(uid)}, Groups:${shownGroups}, Extra:${shownExtra}}`
}
