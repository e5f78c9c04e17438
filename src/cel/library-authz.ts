import { nameIsDnsLabel, nameIsDnsSubdomain } from '../meta/names.ts'
import { functionOf, overload, type FunctionDecl, type Implementation, type Overload } from './declarations.ts'
import { structType } from './types.ts'
import {
  NO_OVERLOAD, celObject, dataOf, failure, orNoOverload,
  type ObjectKind, type Value,
} from './values.ts'

/** What a check asks for: a path, or a resource. */
export type CheckedRequest =
  | { readonly verb: string; readonly path: string }
  | {
      readonly verb: string
      readonly group: string
      readonly resource: string
      readonly subresource: string
      readonly namespace: string
      readonly name: string
      /** As written; empty is none. The host reads them, and passes on that they cannot be read. */
      readonly fieldSelector: string
      readonly labelSelector: string
    }

/** What a host answers. */
export interface CheckDecision {
  readonly allowed: boolean
  readonly reason: string
  /** Why it cannot say. */
  readonly error?: string
}

/** Answers checks for one user; the host that evaluates an expression provides it. */
export interface AuthorizerHost {
  readonly authorize: (request: CheckedRequest) => CheckDecision
  /** The same for a service account instead of the user. */
  readonly serviceAccount: (namespace: string, name: string) => AuthorizerHost
}

interface GroupCheck {
  readonly host: AuthorizerHost
  readonly group: string
}

interface PathCheck {
  readonly host: AuthorizerHost
  readonly path: string
}

interface ResourceCheck extends GroupCheck {
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly fieldSelector: string
  readonly labelSelector: string
}

const kind = <T>(name: string): ObjectKind<T> => ({
  type: structType(`kubernetes.authorization.${name}`),
  equal: () => false,
  incomparable: true,
})

const AUTHORIZER = kind<AuthorizerHost>('Authorizer')
const PATH_CHECK = kind<PathCheck>('PathCheck')
const GROUP_CHECK = kind<GroupCheck>('GroupCheck')
const RESOURCE_CHECK = kind<ResourceCheck>('ResourceCheck')
const DECISION = kind<CheckDecision>('Decision')

/** Types of the variables `authorizer` and `authorizer.requestResource`. */
export const AUTHORIZER_TYPE = AUTHORIZER.type
export const RESOURCE_CHECK_TYPE = RESOURCE_CHECK.type

/** The value of the variable `authorizer`. */
export const authorizerValue = (host: AuthorizerHost): Value => celObject(AUTHORIZER, host)

/** The value of `authorizer.requestResource`: a check of what the request itself is about. */
export const requestResourceValue = (
  host: AuthorizerHost,
  of: Pick<ResourceCheck, 'group' | 'resource' | 'subresource' | 'namespace' | 'name'>,
): Value => celObject(RESOURCE_CHECK, { ...of, host, fieldSelector: '', labelSelector: '' })

/** A function of a check and a text. */
const ofText =
  <T>(of: ObjectKind<T>, run: (data: T, text: string) => Value): Implementation =>
  (value, text) => {
    const data = dataOf(value, of)
    if (data === undefined) return orNoOverload(value)
    return typeof text === 'string' ? run(data, text) : NO_OVERLOAD
  }

const ofDecision = (id: string, result: string, get: (decision: CheckDecision) => Value): Overload[] => [
  overload(id, `kubernetes.authorization.Decision.() -> ${result}`, (value) => {
    const decision = dataOf(value, DECISION)
    return decision === undefined ? orNoOverload(value) : get(decision)
  }),
]

/** A check of a resource with one more thing said about it. */
const refine = (id: string, field: Exclude<keyof ResourceCheck, 'host'>): Overload[] => [
  overload(
    id,
    'kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck',
    ofText(RESOURCE_CHECK, (check, text) => celObject(RESOURCE_CHECK, { ...check, [field]: text })),
  ),
]

const serviceAccount: Implementation = (value, namespace, name) => {
  const host = dataOf(value, AUTHORIZER)
  if (host === undefined) return orNoOverload(value)
  if (typeof namespace !== 'string' || typeof name !== 'string') return NO_OVERLOAD
  if (nameIsDnsSubdomain(name, false).length > 0) return failure('Invalid service account name')
  if (nameIsDnsLabel(namespace, false).length > 0) return failure('Invalid service account namespace')
  return authorizerValue(host.serviceAccount(namespace, name))
}

const checkResource = ofText(RESOURCE_CHECK, ({ host, ...asked }, verb) =>
  celObject(DECISION, host.authorize({ ...asked, verb })),
)

const isBlank = (text: string): boolean => text.trim() === ''
const A = 'kubernetes.authorization'

/** Checks of authorization. Source: apiserver cel/library/authz.go. */
export const AUTHZ_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('path', [
    overload('authorizer_path', `${A}.Authorizer.(string) -> ${A}.PathCheck`, ofText(AUTHORIZER, (host, path) =>
      isBlank(path) ? failure('path must not be empty') : celObject(PATH_CHECK, { host, path }),
    )),
  ]),
  functionOf('group', [
    overload('authorizer_group', `${A}.Authorizer.(string) -> ${A}.GroupCheck`, ofText(AUTHORIZER, (host, group) =>
      celObject(GROUP_CHECK, { host, group }),
    )),
  ]),
  functionOf('serviceAccount', [
    overload('authorizer_serviceaccount', `${A}.Authorizer.(string, string) -> ${A}.Authorizer`, serviceAccount),
  ]),
  functionOf('resource', [
    overload('groupcheck_resource', `${A}.GroupCheck.(string) -> ${A}.ResourceCheck`, ofText(GROUP_CHECK, ({ host, group }, resource) =>
      isBlank(resource)
        ? failure('resource must not be empty')
        : requestResourceValue(host, { group, resource, subresource: '', namespace: '', name: '' }),
    )),
  ]),
  functionOf('subresource', refine('resourcecheck_subresource', 'subresource')),
  functionOf('namespace', refine('resourcecheck_namespace', 'namespace')),
  functionOf('name', refine('resourcecheck_name', 'name')),
  functionOf('fieldSelector', refine('authorizer_fieldselector', 'fieldSelector')),
  functionOf('labelSelector', refine('authorizer_labelselector', 'labelSelector')),
  functionOf('check', [
    overload('pathcheck_check', `${A}.PathCheck.(string) -> ${A}.Decision`, ofText(PATH_CHECK, ({ host, path }, verb) =>
      celObject(DECISION, host.authorize({ verb, path })),
    )),
    overload('resourcecheck_check', `${A}.ResourceCheck.(string) -> ${A}.Decision`, checkResource),
  ]),
  functionOf('errored', ofDecision('decision_errored', 'bool', ({ error }) => error !== undefined)),
  functionOf('error', ofDecision('decision_error', 'string', ({ error }) => error ?? '')),
  functionOf('allowed', ofDecision('decision_allowed', 'bool', ({ allowed }) => allowed)),
  functionOf('reason', ofDecision('decision_reason', 'string', ({ reason }) => reason)),
]
