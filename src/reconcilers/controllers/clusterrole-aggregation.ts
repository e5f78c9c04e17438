import type { Command } from '../../commands/command.ts'
import { labelSelectorOf, matches } from '../../meta/label-selector.ts'
import type { View } from '../../projections/view.ts'
import { equal } from '../../resources/equal.ts'
import type { ClusterRole, PolicyRule } from '../../resources/generated/rbac.gen.ts'
import type { Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'

const NAME = 'clusterrole-aggregation-controller'
const RESOURCE = 'clusterroles.rbac.authorization.k8s.io'
/** All roles are looked at together: a role may gather what another one has just gathered. */
const KEY = 'all'

/** Fills ClusterRoles from those that their selectors name. Source: pkg/controller/clusterroleaggregation. */
export function clusterRoleAggregation(): Reconciler {
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [{ resource: RESOURCE, keysOf: () => [KEY] }],
    reconcile: (_key, view) => ({ commands: gathered(view).map(commandFor) }),
  }
}

/** A role with the rules it should have. */
type Gathered = readonly [ClusterRole, readonly PolicyRule[]]

/** Roles that lack what they gather. */
function gathered(view: View): Gathered[] {
  const roles = view.list<ClusterRole>(RESOURCE)
  const gatherers = roles.filter((role) => role.aggregationRule !== undefined)
  const rules = new Map(roles.map((role) => [role.metadata.name!, role.rules ?? []] as const))
  // Each round passes rules on by one role; two roles that gather each other come to rest too.
  for (let round = 0, moved = true; moved && round <= gatherers.length; round++) {
    moved = false
    for (const role of gatherers) {
      const next = gather(role, roles, rules)
      if (!next || equal(next, rules.get(role.metadata.name!))) continue
      rules.set(role.metadata.name!, next)
      moved = true
    }
  }
  return gatherers
    .map((role): Gathered => [role, rules.get(role.metadata.name!)!])
    .filter(([role, own]) => !equal(own, role.rules))
}

/** What a role's selectors find, in their order, each rule once; undefined when one cannot be read. */
function gather(
  role: ClusterRole,
  roles: readonly ClusterRole[],
  rules: ReadonlyMap<string, readonly PolicyRule[]>,
): PolicyRule[] | undefined {
  const found = new Map<string, PolicyRule>()
  for (const text of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = labelSelectorOf(text)
    if (!selector.ok) return undefined
    for (const { metadata } of roles) {
      if (metadata.name === role.metadata.name || !matches(selector.value, metadata.labels ?? {})) continue
      for (const rule of rules.get(metadata.name!) ?? []) {
        const text = ruleKey(rule)
        if (!found.has(text)) found.set(text, rule)
      }
    }
  }
  return [...found.values()]
}

/** The same for rules that mean the same. */
const ruleKey = ({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): string =>
  JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs])

const commandFor = ([{ metadata }, rules]: Gathered): Command => ({
  verb: 'patch', patchType: 'apply', force: true, fieldManager: NAME,
  resource: RESOURCE, namespace: '', name: metadata.name!,
  patch: {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: metadata.name! },
    rules: rules as never,
  },
  why: 'it gathers the rules of other roles',
})
