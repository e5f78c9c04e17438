import { duplicate, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { isPathSegmentName } from '../../meta/names.ts'
import type { NamedRuleWithOperations, RuleWithOperations } from '../generated/admissionregistration.gen.ts'

const SCOPES = ['*', 'Cluster', 'Namespaced']
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']

/** A rule of a policy, which may name objects. Source: validateNamedRuleWithOperations. */
export function namedRuleErrors(field: string, rule: NamedRuleWithOperations): FieldError[] {
  const names = rule.resourceNames ?? []
  return [
    ...names.flatMap((name, i) => [
      ...isPathSegmentName(name).map((why) => invalid(`${field}.resourceNames[${i}]`, name, why)),
      ...(names.indexOf(name) < i ? [duplicate(`${field}.resourceNames[${i}]`, name)] : []),
    ]),
    ...ruleErrors(field, rule),
  ]
}

/** Source: pkg/apis/admissionregistration/validation validateRuleWithOperations, validateRule. */
export function ruleErrors(field: string, rule: RuleWithOperations): FieldError[] {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule
  return [
    ...lonelyErrors(`${field}.operations`, operations, 'operations'),
    ...operations.flatMap((operation, i) =>
      OPERATIONS.includes(operation) ? [] : [notSupported(`${field}.operations[${i}]`, operation, OPERATIONS)]),
    ...lonelyErrors(`${field}.apiGroups`, apiGroups, 'API groups'),
    ...lonelyErrors(`${field}.apiVersions`, apiVersions, 'API versions'),
    ...apiVersions.flatMap((version, i) => (version === '' ? [required(`${field}.apiVersions[${i}]`, '')] : [])),
    ...resourcesErrors(`${field}.resources`, resources),
    ...(scope === undefined || SCOPES.includes(scope) ? [] : [notSupported(`${field}.scope`, scope, SCOPES)]),
  ]
}

/** A list that must say something, and nothing beside a star. */
function lonelyErrors(field: string, list: readonly string[], what: string): FieldError[] {
  if (list.length === 0) return [required(field, '')]
  return list.length > 1 && list.includes('*')
    ? [invalid(field, list, `if '*' is present, must not specify other ${what}`)]
    : []
}

/** Source: validateResources; what is given wholly may not be given in part. */
function resourcesErrors(field: string, resources: readonly string[]): FieldError[] {
  if (resources.length === 0) return [required(field, '')]
  const errors: FieldError[] = []
  const whole = new Set<string>()
  const everywhere = new Set<string>()
  resources.forEach((text, i) => {
    const at = `${field}[${i}]`
    if (text === '') return void errors.push(required(at, ''))
    const slash = text.indexOf('/')
    if (slash < 0) return
    const [resource, sub] = [text.slice(0, slash), text.slice(slash + 1)]
    if (whole.has(resource)) errors.push(invalid(at, text, `if '${resource}/*' is present, must not specify ${text}`))
    if (everywhere.has(sub)) errors.push(invalid(at, text, `if '*/${sub}' is present, must not specify ${text}`))
    if (sub === '*') whole.add(resource)
    if (resource === '*') everywhere.add(sub)
  })
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalid(field, resources, "if '*/*' is present, must not specify other resources"))
  // Upstream looks at the last of these alone.
  const last = resources.findLast((text) => text !== '' && !text.includes('/'))
  if (resources.includes('*') && last !== undefined && last !== '*')
    errors.push(invalid(field, resources, "if '*' is present, must not specify other resources without subresources"))
  return errors
}
