import type { NamedRuleWithOperations, RuleWithOperations } from '../../resources/generated/admissionregistration.gen.ts'
import type { Subject, Version } from './subject.ts'

/** Whether a rule means this request in this version. Source: webhook/predicates/rules/rules.go Matches. */
export function ruleMatches(rule: RuleWithOperations, subject: Subject, { group, version }: Version): boolean {
  return (
    inScope(rule.scope, subject) && names(rule.operations, subject.operation) &&
    names(rule.apiGroups, group) && names(rule.apiVersions, version) &&
    (rule.resources ?? []).some((resource) => resourceMatches(resource, subject))
  )
}

const names = (list: readonly string[] = [], wanted: string): boolean => list.includes('*') || list.includes(wanted)

function inScope(scope: string | undefined, { namespace, isNamespace }: Subject): boolean {
  if (scope === undefined || scope === '*') return true
  const inside = namespace !== '' && !isNamespace
  return scope === 'Namespaced' ? inside : scope === 'Cluster' && !inside
}

function resourceMatches(text: string, { plural, subresource }: Subject): boolean {
  const slash = text.indexOf('/')
  const [resource, sub] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)]
  return (resource === '*' || resource === plural) && (sub === '*' || sub === subresource)
}

/**
 * The version in which the first rule that matches wants the object: the request's own, or with the policy
 * `Equivalent` another one of the same objects. Source: webhook/generic/webhook.go ShouldCallHook.
 */
export function matchedVersion(
  rules: readonly NamedRuleWithOperations[],
  subject: Subject,
  policy: string | undefined,
): Version | undefined {
  const own = rules.filter((rule) => isNamed(rule, subject))
  if (own.some((rule) => ruleMatches(rule, subject, subject))) return { group: subject.group, version: subject.version }
  if (policy === 'Exact') return undefined
  for (const rule of own)
    for (const other of subject.equivalents)
      if ((other.group !== subject.group || other.version !== subject.version) && ruleMatches(rule, subject, other))
        return { group: other.group, version: other.version }
  return undefined
}

const isNamed = ({ resourceNames = [] }: NamedRuleWithOperations, { name }: Subject): boolean =>
  resourceNames.length === 0 || resourceNames.includes(name)
