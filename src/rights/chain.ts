import { MASTERS, NO_OPINION, type Attributes, type Authorizer, type RuleReport, type Subject, type Verdict } from './attributes.ts'

/** An authorizer with the name that refusals show. */
export interface NamedAuthorizer {
  readonly name: string
  readonly authorizer: Authorizer
}

const NO_RULES: RuleReport = { resourceRules: [], nonResourceRules: [], incomplete: false, problem: '' }

/** Members of system:masters may all, before anybody is asked. Source: authorizerfactory NewPrivilegedGroups. */
export const privileged: Authorizer = {
  allows: ({ groups }) => groups.includes(MASTERS),
  judge: ({ groups }) => (groups.includes(MASTERS) ? { allowed: true, denied: false, reason: '' } : NO_OPINION),
  // Its rules are those of the binding cluster-admin.
  rulesOf: () => NO_RULES,
}

/**
 * One after the other; the first yes or no counts. The short answer knows no no: who says no stands last.
 * Source: apiserver authorization/union.
 */
export function chain(links: readonly NamedAuthorizer[]): Authorizer {
  const authorizers = links.map(({ authorizer }) => authorizer)
  return {
    allows(subject, attributes) {
      for (let i = 0; i < authorizers.length; i++)
        if (authorizers[i]!.allows(subject, attributes)) return true
      return false
    },
    judge: (subject, attributes) => judgeAll(links, subject, attributes),
    rulesOf(subject, namespace) {
      const reports = authorizers.map((authorizer) => authorizer.rulesOf(subject, namespace))
      return {
        resourceRules: reports.flatMap((report) => report.resourceRules),
        nonResourceRules: reports.flatMap((report) => report.nonResourceRules),
        incomplete: reports.some((report) => report.incomplete),
        problem: reports.map((report) => report.problem).filter((problem) => problem !== '').join(', '),
      }
    },
  }
}

function judgeAll(links: readonly NamedAuthorizer[], subject: Subject, attributes: Attributes): Verdict {
  const reasons: string[] = []
  for (const { name, authorizer } of links) {
    const verdict = authorizer.judge(subject, attributes)
    if (verdict.allowed || verdict.denied) return verdict
    if (verdict.reason !== '') reasons.push(`${name}: ${verdict.reason}`)
  }
  return { ...NO_OPINION, reason: reasons.join('\n') }
}
