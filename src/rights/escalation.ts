import { goQuote } from '../meta/go-quote.ts'
import type { PolicyRule } from '../resources/generated/rbac.gen.ts'
import type { Subject } from './attributes.ts'
import { compact, quotedList, ruleText, uncovered } from './covers.ts'
import { aggregate } from './rbac.ts'
import type { RuleIndex, RuleSource } from './rule-index.ts'

/**
 * Why somebody may not hand on these rules: he does not hold them himself in the namespace. Undefined when he
 * does. Source: pkg/registry/rbac/validation ConfirmNoEscalation.
 */
export function escalation(
  index: RuleIndex,
  subject: Subject,
  namespace: string,
  rules: readonly PolicyRule[],
): string | undefined {
  const sources = index.sources(subject, namespace)
  const missing = uncovered(sources.flatMap((source) => source.rules ?? []), rules)
  if (missing.length === 0) return undefined
  const described = [...new Set(compact(missing).map(ruleText))].sort()
  const problem = aggregate(sources.filter((source) => source.rules === null).map(gone))
  return (
    `user ${goQuote(subject.name)} (groups=${quotedList(subject.groups)}) is attempting to grant RBAC permissions not currently held:\n` +
    described.join('\n') +
    (problem === '' ? '' : `; resolution errors: [${problem}]`)
  )
}

/** As upstream's storage says it; its authorizer's cache has other words. */
const gone = ({ bound: { roleRef } }: RuleSource): string =>
  `${roleResource(roleRef.kind)}.rbac.authorization.k8s.io ${goQuote(roleRef.name)} not found`

/** `roles` or `clusterroles`, of a reference's kind. */
export const roleResource = (kind: string): string => (kind === 'Role' ? 'roles' : 'clusterroles')
