import { goQuote } from '../meta/go-quote.ts'
import type { Attributes, Authorizer, NonResourceRule, ResourceRule, RuleReport, Subject, Verdict } from './attributes.ts'
import { Grants } from './grants.ts'
import { missingRole } from './role-cells.ts'
import type { RuleIndex, RuleSource } from './rule-index.ts'

/** Role-based access control. Source: plugin/pkg/auth/authorizer/rbac/rbac.go. */
export const rbacAuthorizer = (index: RuleIndex): Authorizer => ({
  allows: (subject, attributes) => index.allows(subject, attributes),
  judge: (subject, attributes) => judge(index, subject, attributes),
  rulesOf: (subject, namespace) => report(index, subject, namespace),
})

function judge(index: RuleIndex, subject: Subject, attributes: Attributes): Verdict {
  if (!index.allows(subject, attributes))
    return { allowed: false, denied: false, reason: refusal(index, subject, attributes.namespace) }
  const source = index
    .sources(subject, attributes.namespace)
    .find(({ rules }) => rules !== null && new Grants(rules).allows(attributes))
  return { allowed: true, denied: false, reason: source ? `RBAC: allowed by ${describe(source)}` : '' }
}

function refusal(index: RuleIndex, subject: Subject, namespace: string): string {
  const problem = aggregate(index.missing(subject, namespace).map(missingRole))
  return problem === '' ? '' : `RBAC: ${problem}`
}

function report(index: RuleIndex, subject: Subject, namespace: string): RuleReport {
  const sources = index.sources(subject, namespace)
  const resourceRules: ResourceRule[] = []
  const nonResourceRules: NonResourceRule[] = []
  for (const rule of sources.flatMap(({ rules }) => rules ?? [])) {
    const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule
    if (resources.length > 0) resourceRules.push({ verbs, apiGroups, resources, resourceNames })
    if (nonResourceURLs.length > 0) nonResourceRules.push({ verbs, nonResourceURLs })
  }
  const missing = sources.filter(({ rules }) => rules === null).map(({ bound }) => missingRole(bound.cell))
  return { resourceRules, nonResourceRules, incomplete: false, problem: aggregate(missing) }
}

/** Several errors in one text, each once. Source: apimachinery util/errors aggregate.Error. */
export function aggregate(errors: readonly string[]): string {
  const distinct = [...new Set(errors)].sort()
  return distinct.length <= 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`
}

function describe({ bound, subject }: RuleSource): string {
  const name = bound.namespace === '' ? bound.name : `${bound.name}/${bound.namespace}`
  const account = `${subject.name}/${subject.namespace || bound.namespace}`
  const who = subject.kind === 'ServiceAccount' ? account : subject.name
  const { kind, name: role } = bound.roleRef
  return `${bound.kind} ${goQuote(name)} of ${kind} ${goQuote(role)} to ${subject.kind} ${goQuote(who)}`
}
