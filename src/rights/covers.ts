import type { PolicyRule } from '../resources/generated/rbac.gen.ts'
import { goQuote } from '../meta/go-quote.ts'

const ALL = '*'

/**
 * The smallest parts of `asked` that no rule of `held` covers, in their order.
 * Source: component-helpers auth/rbac/validation policy_comparator.go Covers.
 */
export const uncovered = (held: readonly PolicyRule[], asked: readonly PolicyRule[]): PolicyRule[] =>
  asked.flatMap(atoms).filter((atom) => !held.some((rule) => covers(rule, atom)))

/** A rule as rules of one verb and one resource, name or path each. */
function atoms(rule: PolicyRule): PolicyRule[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule
  const parts: PolicyRule[] = []
  for (const group of apiGroups)
    for (const resource of resources)
      for (const verb of verbs) {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] }
        if (resourceNames.length === 0) parts.push(part)
        else for (const name of resourceNames) parts.push({ ...part, resourceNames: [name] })
      }
  for (const url of nonResourceURLs) for (const verb of verbs) parts.push({ verbs: [verb], nonResourceURLs: [url] })
  return parts
}

/** Whether one rule covers a smallest part whole. */
function covers(rule: PolicyRule, part: PolicyRule): boolean {
  return (
    has(rule.verbs, part.verbs[0]!) &&
    (part.apiGroups ?? []).every((group) => has(rule.apiGroups, group)) &&
    (part.resources ?? []).every((resource) => coversResource(rule.resources ?? [], resource)) &&
    coversNames(rule.resourceNames ?? [], part.resourceNames ?? []) &&
    (part.nonResourceURLs ?? []).every((url) => (rule.nonResourceURLs ?? []).some((own) => coversUrl(own, url)))
  )
}

const has = (set: readonly string[] | undefined, one: string): boolean =>
  set !== undefined && (set.includes(ALL) || set.includes(one))

function coversResource(set: readonly string[], resource: string): boolean {
  if (has(set, resource)) return true
  const cut = resource.indexOf('/')
  return cut >= 0 && set.includes(`*/${resource.slice(cut + 1)}`)
}

const coversNames = (held: readonly string[], asked: readonly string[]): boolean =>
  held.length === 0 || (asked.length > 0 && asked.every((name) => held.includes(name)))

const coversUrl = (held: string, asked: string): boolean =>
  held === asked || (held.endsWith(ALL) && asked.startsWith(held.replace(/\*+$/, '')))

/** Parts that differ by their verbs alone, as one rule. Source: registry/rbac/validation policy_compact.go. */
export function compact(parts: readonly PolicyRule[]): PolicyRule[] {
  const whole = parts.filter((part) => !isSimple(part))
  const simple = new Map<string, PolicyRule>()
  for (const part of parts.filter(isSimple)) {
    const key = JSON.stringify([part.apiGroups, part.resources, part.resourceNames])
    const known = simple.get(key)
    simple.set(key, known ? { ...known, verbs: [...known.verbs, ...part.verbs] } : part)
  }
  return [...whole, ...simple.values()]
}

const isSimple = ({ nonResourceURLs = [] }: PolicyRule): boolean => nonResourceURLs.length === 0

/** A rule as escalation errors show it. Source: pkg/apis/rbac/v1 CompactString. */
export function ruleText(rule: PolicyRule): string {
  const parts: (readonly [string, readonly string[] | undefined])[] = [
    ['APIGroups', rule.apiGroups], ['Resources', rule.resources], ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames], ['Verbs', rule.verbs],
  ]
  const shown = parts.filter(([, list]) => list?.length).map(([name, list]) => `${name}:${quotedList(list!)}`)
  return `{${shown.join(', ')}}`
}

/** As Go's `%q` prints a list. */
export const quotedList = (list: readonly string[]): string => `[${list.map((one) => goQuote(one)).join(' ')}]`
