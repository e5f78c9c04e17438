import { goQuote } from '../meta/go-quote.ts'

/** Who asks, as far as rights go. Source: authentication/user Info. */
export interface Subject {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** What somebody wants to do. Source: apiserver authorization/authorizer Attributes. */
export interface Attributes {
  readonly verb: string
  readonly isResource: boolean
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly path: string
  /** The one name a list or watch is limited to by `metadata.name=`, or what else its fields ask for. */
  readonly fieldSelector?: string
}

/** Attributes of a resource; what is left out is empty. */
export const onResource = (
  of: Pick<Attributes, 'verb' | 'group' | 'resource'> & Partial<Attributes>,
): Attributes => ({ isResource: true, subresource: '', namespace: '', name: '', path: '', ...of })

/** The whole answer to a question about rights. */
export interface Verdict {
  readonly allowed: boolean
  /** Somebody said no: nobody is asked after that. Without it another authorizer may still allow. */
  readonly denied: boolean
  /** In upstream's words; '' when there is nothing to say. */
  readonly reason: string
}

/** A rule about resources, as SelfSubjectRulesReview shows it. */
export interface ResourceRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
}

/** A rule about paths. */
export interface NonResourceRule {
  readonly verbs: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

/** What somebody may do in a namespace. Source: authorization/v1 SubjectRulesReviewStatus. */
export interface RuleReport {
  readonly resourceRules: readonly ResourceRule[]
  readonly nonResourceRules: readonly NonResourceRule[]
  readonly incomplete: boolean
  /** Why not all rules could be told; '' when they are. */
  readonly problem: string
}

/** Decides who may do what. */
export interface Authorizer {
  /** The short answer; nothing is allocated on the way to a yes. */
  allows(subject: Subject, attributes: Attributes): boolean
  /** The answer with its reason, for reviews and refusals. */
  judge(subject: Subject, attributes: Attributes): Verdict
  rulesOf(subject: Subject, namespace: string): RuleReport
}

/** Nobody has an opinion. */
export const NO_OPINION: Verdict = { allowed: false, denied: false, reason: '' }

/** The group that may all: klio's own administrators. Source: user.SystemPrivilegedGroup. */
export const MASTERS = 'system:masters'

/** What somebody may not, in upstream's words. Source: handlers/responsewriters ForbiddenStatusError. */
export function forbiddenText(subject: Subject, attributes: Attributes, reason: string): string {
  const text = plainText(subject, attributes).replace(/[&<>]/g, (sign) => HARMLESS[sign]!)
  return reason === '' ? text : `${text}: ${reason}`
}

const HARMLESS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function plainText({ name }: Subject, attributes: Attributes): string {
  const { verb, group, namespace, path } = attributes
  const who = `User ${goQuote(name)}`
  if (!attributes.isResource) return `${who} cannot ${verb} path ${goQuote(path)}`
  const resource = attributes.subresource === '' ? attributes.resource : `${attributes.resource}/${attributes.subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuote(namespace)}`
  return `${who} cannot ${verb} resource ${goQuote(resource)} in API group ${goQuote(group)} ${where}`
}
