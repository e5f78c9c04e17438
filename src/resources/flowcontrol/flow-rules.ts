import {
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../meta/field-error.ts'
import { nameIsDnsLabel, nameIsDnsSubdomain } from '../../meta/names.ts'
import type {
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  ServiceAccountSubject,
  Subject,
} from '../generated/flowcontrol.gen.ts'

const KINDS = ['Group', 'ServiceAccount', 'User']
const VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'proxy',
  'update',
  'watch',
]
const BLOCKS = [
  ['serviceAccount', 'ServiceAccount'],
  ['user', 'User'],
  ['group', 'Group'],
] as const

/** Source: flowcontrol/validation ValidateFlowSchemaPolicyRulesWithSubjects. */
export function flowRuleErrors(
  errors: FieldError[],
  field: string,
  { subjects = [], resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects,
): void {
  if (subjects.length === 0)
    errors.push(required(`${field}.subjects`, 'subjects must contain at least one value'))
  for (const [i, subject] of subjects.entries())
    subjectErrors(errors, `${field}.subjects[${i}]`, subject)
  if (resourceRules.length + nonResourceRules.length === 0)
    errors.push(
      required(field, 'at least one of resourceRules and nonResourceRules has to be non-empty'),
    )
  for (const [i, rule] of resourceRules.entries())
    resourceErrors(errors, `${field}.resourceRules[${i}]`, rule)
  for (const [i, rule] of nonResourceRules.entries())
    urlRuleErrors(errors, `${field}.nonResourceRules[${i}]`, rule)
}

function subjectErrors(errors: FieldError[], field: string, subject: Subject): void {
  const { kind = '' } = subject
  if (!KINDS.includes(kind))
    return void errors.push(notSupported(`${field}.kind`, kind, KINDS))
  const [own] = BLOCKS.find(([, name]) => name === kind)!
  const block = subject[own]
  if (!block)
    errors.push(
      required(`${field}.${own}`, `${own} is required when subject kind is '${kind}'`),
    )
  else if (own === 'serviceAccount')
    accountErrors(errors, `${field}.${own}`, subject.serviceAccount!)
  else if (!block.name) errors.push(required(`${field}.${own}.name`, ''))
  for (const [name, wanted] of BLOCKS)
    if (name !== own && subject[name])
      errors.push(
        forbidden(
          `${field}.${name}`,
          `${name} is forbidden when subject kind is not '${wanted}'`,
        ),
      )
}

function accountErrors(
  errors: FieldError[],
  field: string,
  { name, namespace }: ServiceAccountSubject,
): void {
  if (!name) errors.push(required(`${field}.name`, ''))
  else if (name !== '*')
    for (const reason of nameIsDnsSubdomain(name, false))
      errors.push(invalid(`${field}.name`, name, reason))
  if (!namespace)
    return void errors.push(
      required(`${field}.namespace`, 'must specify namespace for service account'),
    )
  for (const reason of nameIsDnsLabel(namespace, false))
    errors.push(invalid(`${field}.namespace`, namespace, reason))
}

function verbErrors(errors: FieldError[], field: string, verbs: readonly string[] = []): void {
  if (verbs.length === 0)
    return void errors.push(required(field, 'verbs must contain at least one value'))
  if (lonelyErrors(errors, field, verbs, 'verbs')) return
  if (verbs.some((verb) => !VERBS.includes(verb)))
    errors.push(notSupported(field, verbs, VERBS))
}

/** True when the list has a star, which must then be alone. */
function lonelyErrors(
  errors: FieldError[],
  field: string,
  list: readonly string[],
  what: string,
): boolean {
  if (!list.includes('*')) return false
  if (list.length > 1)
    errors.push(invalid(field, list, `if '*' is present, must not specify other ${what}`))
  return true
}

function resourceErrors(errors: FieldError[], field: string, rule: ResourcePolicyRule): void {
  const { apiGroups = [], resources = [], namespaces = [], clusterScope = false } = rule
  const missing = (name: string, why: string): void =>
    void errors.push(required(`${field}.${name}`, why))
  verbErrors(errors, `${field}.verbs`, rule.verbs)
  if (apiGroups.length === 0)
    missing('apiGroups', 'resource rules must supply at least one api group')
  lonelyErrors(errors, `${field}.apiGroups`, apiGroups, 'api groups')
  if (resources.length === 0)
    missing('resources', 'resource rules must supply at least one resource')
  lonelyErrors(errors, `${field}.resources`, resources, 'resources')
  if (namespaces.length === 0 && !clusterScope)
    missing(
      'namespaces',
      'resource rules that are not cluster scoped must supply at least one namespace',
    )
  if (lonelyErrors(errors, `${field}.namespaces`, namespaces, 'namespaces')) return
  for (const [i, namespace] of namespaces.entries())
    for (const reason of nameIsDnsLabel(namespace, false))
      errors.push(
        invalid(
          `${field}.namespaces[${i}]`,
          namespace,
          `each member of this list must be '*' or a DNS-1123 label; ${reason}`,
        ),
      )
}

function urlRuleErrors(errors: FieldError[], field: string, rule: NonResourcePolicyRule): void {
  const urls = rule.nonResourceURLs ?? []
  const place = `${field}.nonResourceURLs`
  verbErrors(errors, `${field}.verbs`, rule.verbs)
  if (urls.length === 0)
    errors.push(required(place, 'nonResourceURLs must contain at least one value'))
  if (lonelyErrors(errors, place, urls, 'non-resource URLs')) return
  for (const [i, url] of urls.entries()) {
    const problem = urlProblem(url)
    if (problem !== undefined) errors.push(invalid(`${place}[${i}]`, url, problem))
  }
}

/** Source: flowcontrol/validation ValidateNonResourceURLPath. */
function urlProblem(url: string): string | undefined {
  const stars = url.split('*').length - 1
  if (url === '') return 'must not be empty'
  if (url === '/') return undefined
  if (!url.startsWith('/')) return 'must start with slash'
  if (url.includes(' ')) return 'must not contain white-space'
  if (url.includes('//')) return 'must not contain double slash'
  return stars > 1 || (stars === 1 && !url.endsWith('/*'))
    ? 'wildcard can only do suffix matching'
    : undefined
}
