import { frontendKey, type Frontend, type HealthPort, type RuleChange, type RuleSet, type ServiceRules } from './rules.ts'

/** What all Services ask of the node together: settles claims to one frontend, and counts shared things. */
export interface RuleBook {
  /** Replaces what one Service asks; undefined removes it. Gives the steps of the frontends in force. */
  put(service: string, rules: ServiceRules | undefined): RuleChange[]
  /** The frontends in force. */
  readonly rules: RuleSet
  /** Addresses of endpoints on this node, each once. */
  localAddresses(): Iterable<string>
  healthPorts(): Iterable<HealthPort>
}

/**
 * A rule book whose built-in frontends stand until a Service claims theirs: the cluster DNS answers
 * before any Service exists.
 */
export function ruleBook(builtIn: readonly Frontend[] = []): RuleBook {
  const asked = new Map<string, ServiceRules>()
  const claims = new Map<string, Map<string, Frontend>>()
  const rules = new Map<string, Frontend>()
  const local = new Map<string, number>()
  const health = new Map<string, HealthPort>()
  for (const frontend of builtIn) {
    claims.set(frontendKey(frontend), new Map([[BUILT_IN, frontend]]))
    rules.set(frontendKey(frontend), frontend)
  }
  return {
    rules,
    localAddresses: () => local.keys(),
    healthPorts: () => health.values(),
    put(service, next) {
      const before = asked.get(service)
      const touched = new Set<string>()
      for (const frontend of before?.frontends ?? []) retract(claims, service, frontend, touched)
      for (const frontend of next?.frontends ?? []) claim(claims, service, frontend, touched)
      count(local, next?.localAddresses ?? [], 1)
      count(local, before?.localAddresses ?? [], -1)
      if (next?.health) health.set(service, next.health)
      else health.delete(service)
      if (next) asked.set(service, next)
      else asked.delete(service)
      return settle(rules, claims, touched)
    },
  }
}

// Sorts behind every `namespace/name`.
const BUILT_IN = '~'

function retract(
  claims: Map<string, Map<string, Frontend>>,
  service: string,
  frontend: Frontend,
  touched: Set<string>,
): void {
  const key = frontendKey(frontend)
  const owners = claims.get(key)
  owners?.delete(service)
  if (owners?.size === 0) claims.delete(key)
  touched.add(key)
}

function claim(claims: Map<string, Map<string, Frontend>>, service: string, frontend: Frontend, touched: Set<string>): void {
  const key = frontendKey(frontend)
  let owners = claims.get(key)
  if (!owners) claims.set(key, (owners = new Map<string, Frontend>()))
  if (!owners.has(service)) owners.set(service, frontend)
  touched.add(key)
}

/** Of several Services that claim a frontend the first by name has it. */
function settle(
  rules: Map<string, Frontend>,
  claims: ReadonlyMap<string, ReadonlyMap<string, Frontend>>,
  touched: ReadonlySet<string>,
): RuleChange[] {
  const changes: RuleChange[] = []
  for (const key of touched) {
    const before = rules.get(key)
    const after = first(claims.get(key))
    if (sameFrontend(before, after)) continue
    if (after) rules.set(key, after)
    else rules.delete(key)
    changes.push({ key, before, after })
  }
  return changes
}

function first(owners: ReadonlyMap<string, Frontend> | undefined): Frontend | undefined {
  if (!owners) return undefined
  let winner: string | undefined
  for (const service of owners.keys()) if (winner === undefined || service < winner) winner = service
  return owners.get(winner!)
}

/** Whether two frontends ask the same of the kernel. */
export function sameFrontend(a: Frontend | undefined, b: Frontend | undefined): boolean {
  if (!a || !b) return a === b
  return (
    a.service === b.service && a.refusal === b.refusal && a.masquerade === b.masquerade &&
    a.affinitySeconds === b.affinitySeconds && sameTexts(a.targets, b.targets) &&
    sameTexts(a.inside, b.inside) && sameTexts(a.sources, b.sources)
  )
}

function sameTexts(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (!a || !b) return a === b
  return a.length === b.length && a.every((text, i) => text === b[i])
}

function count(counts: Map<string, number>, texts: readonly string[], by: 1 | -1): void {
  for (const text of texts) {
    const left = (counts.get(text) ?? 0) + by
    if (left === 0) counts.delete(text)
    else counts.set(text, left)
  }
}
