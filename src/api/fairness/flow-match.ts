import type { Caller } from '../../commands/request-context.ts'
import type {
  FlowSchema, NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule, Subject,
} from '../../resources/generated/flowcontrol.gen.ts'
import type { RequestInfo } from '../request-info.ts'

/** What a schema looks at. */
export interface Asked {
  readonly caller: Caller
  readonly info: RequestInfo
  readonly path: string
}

const PRECEDENCE_DEFAULT = 1000

/** Schemas in the order they are asked; those of one precedence by name. Source: flowcontrol/rule.go. */
export const inOrder = (schemas: readonly FlowSchema[]): FlowSchema[] =>
  [...schemas].sort(
    (a, b) =>
      (a.spec.matchingPrecedence ?? PRECEDENCE_DEFAULT) - (b.spec.matchingPrecedence ?? PRECEDENCE_DEFAULT) ||
      ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1),
  )

/** Whether a request belongs to the schema. Source: apiserver util/flowcontrol/rule.go matchesFlowSchema. */
export const isMatch = ({ spec }: FlowSchema, asked: Asked): boolean =>
  (spec.rules ?? []).some((rule) => matchesRule(rule, asked))

function matchesRule(rule: PolicyRulesWithSubjects, { caller, info, path }: Asked): boolean {
  if (!(rule.subjects ?? []).some((subject) => matchesSubject(subject, caller))) return false
  return info.isResource
    ? (rule.resourceRules ?? []).some((each) => matchesResource(each, info))
    : (rule.nonResourceRules ?? []).some((each) => matchesPath(each, info.verb, path))
}

const ACCOUNT = /^system:serviceaccount:([^:]*):([^:]*)$/

function matchesSubject({ kind, user, group, serviceAccount }: Subject, caller: Caller): boolean {
  if (kind === 'User') return user?.name === '*' || user?.name === caller.name
  if (kind === 'Group') return group?.name === '*' || caller.groups.includes(group?.name ?? '')
  const account = kind === 'ServiceAccount' ? ACCOUNT.exec(caller.name) : null
  return (
    account !== null &&
    serviceAccount?.namespace === account[1] &&
    (serviceAccount?.name === '*' || serviceAccount?.name === account[2])
  )
}

const has = (list: readonly string[] | undefined, text: string): boolean =>
  (list ?? []).some((item) => item === '*' || item === text)

function matchesResource(rule: ResourcePolicyRule, info: RequestInfo): boolean {
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`
  const placed = info.namespace === '' ? rule.clusterScope === true : has(rule.namespaces, info.namespace)
  return placed && has(rule.verbs, info.verb) && has(rule.apiGroups, info.group) && has(rule.resources, resource)
}

const matchesPath = (rule: NonResourcePolicyRule, verb: string, path: string): boolean =>
  has(rule.verbs, verb) &&
  (rule.nonResourceURLs ?? []).some(
    (url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
  )

/** What tells the flows of a schema apart. Source: flowcontrol/apf_filter.go computeFlowDistinguisher. */
export function distinguisherOf({ spec }: FlowSchema, { caller, info }: Asked): string {
  if (spec.distinguisherMethod?.type === 'ByUser') return caller.name
  return spec.distinguisherMethod?.type === 'ByNamespace' ? info.namespace : ''
}
