import type { LiveView } from '../projections/live-view.ts'
import type { ClusterRoleBinding, PolicyRule, RoleBinding, Subject as BoundSubject } from '../resources/generated/rbac.gen.ts'
import type { Attributes, Subject } from './attributes.ts'
import { RIGHTS, RoleCells, type RoleCell } from './role-cells.ts'
import { Scope, type Bound } from './scope.ts'

/** Scopes of users and of groups; a service account is the user of its name. */
interface Scopes {
  readonly users: Map<string, Scope>
  readonly groups: Map<string, Scope>
}

/** One binding with its role's rules. */
export interface RuleSource {
  readonly bound: Bound
  readonly subject: BoundSubject
  /** Null when the role is not there. */
  readonly rules: readonly PolicyRule[] | null
}

const KINDS: ReadonlyMap<string, string> = new Map([
  [RIGHTS.clusterRoles, 'ClusterRole'],
  [RIGHTS.roles, 'Role'],
  [RIGHTS.clusterRoleBindings, 'ClusterRoleBinding'],
  [RIGHTS.roleBindings, 'RoleBinding'],
])

/**
 * Bindings of the live view by who is bound, kept current with it: a decision looks up the user and each
 * group, in the cluster and in the namespace. Source of the meaning: pkg/registry/rbac/validation/rule.go.
 */
export class RuleIndex {
  readonly #roles: RoleCells
  readonly #cluster: Scopes = noScopes()
  readonly #namespaces = new Map<string, Scopes>()
  readonly #bounds = new Map<string, Bound>()
  /** Grows with every change of rights. */
  #generation = 0

  constructor(view: LiveView) {
    this.#roles = new RoleCells(view)
    for (const binding of view.list<ClusterRoleBinding>(RIGHTS.clusterRoleBindings))
      this.#bind('ClusterRoleBinding', '', binding)
    for (const binding of view.list<RoleBinding>(RIGHTS.roleBindings))
      this.#bind('RoleBinding', binding.metadata.namespace ?? '', binding)
    view.onSteps((resource, items) => {
      const kind = KINDS.get(resource)
      if (kind === undefined) return
      this.#generation++
      for (const { entry, op } of items) {
        const { namespace, name } = entry
        if (kind === 'ClusterRole' || kind === 'Role') this.#roles.changed(kind, namespace, name)
        else this.#rebind(kind as Bound['kind'], namespace, name, op === 'put' ? (entry.object as RoleBinding) : undefined)
      }
    })
  }

  allows(subject: Subject, attributes: Attributes): boolean {
    if (this.#allowsIn(this.#cluster, subject, attributes)) return true
    if (attributes.namespace === '') return false
    const own = this.#namespaces.get(attributes.namespace)
    return own !== undefined && this.#allowsIn(own, subject, attributes)
  }

  /** Roles that the subject is bound to and that are not there, each once. */
  missing(subject: Subject, namespace: string): RoleCell[] {
    const found = new Set<RoleCell>()
    for (const scope of this.#scopesOf(subject, namespace))
      for (const cell of scope.missing(this.#roles, this.#generation)) found.add(cell)
    return [...found]
  }

  /** Every binding of the subject with its rules: those of the cluster first, each sorted by name. */
  sources(subject: Subject, namespace: string): RuleSource[] {
    const found = new Set<Bound>()
    for (const scope of this.#scopesOf(subject, namespace)) for (const bound of scope.bounds) found.add(bound)
    return [...found].sort(inOrder).map((bound) => ({
      bound,
      subject: bound.subjects.find((one) => isSubject(one, bound.namespace, subject))!,
      rules: this.#roles.rulesOf(bound.cell),
    }))
  }

  #allowsIn({ users, groups }: Scopes, subject: Subject, attributes: Attributes): boolean {
    const user = users.get(subject.name)
    if (user !== undefined && user.allows(attributes, this.#roles, this.#generation)) return true
    for (let i = 0; i < subject.groups.length; i++) {
      const group = groups.get(subject.groups[i]!)
      if (group !== undefined && group.allows(attributes, this.#roles, this.#generation)) return true
    }
    return false
  }

  *#scopesOf(subject: Subject, namespace: string): Iterable<Scope> {
    const own = namespace === '' ? undefined : this.#namespaces.get(namespace)
    for (const scopes of own ? [this.#cluster, own] : [this.#cluster]) {
      const user = scopes.users.get(subject.name)
      if (user) yield user
      for (const name of subject.groups) {
        const group = scopes.groups.get(name)
        if (group) yield group
      }
    }
  }

  #rebind(kind: Bound['kind'], namespace: string, name: string, binding: RoleBinding | ClusterRoleBinding | undefined): void {
    const key = `${kind}/${namespace}/${name}`
    const before = this.#bounds.get(key)
    if (before) {
      this.#bounds.delete(key)
      this.#roles.release(before.cell)
      this.#each(before, (map, who) => {
        const scope = map.get(who)
        scope?.delete(before)
        if (scope?.isEmpty) map.delete(who)
      })
      this.#forget(namespace)
    }
    if (binding) this.#bind(kind, namespace, binding)
  }

  #bind(kind: Bound['kind'], namespace: string, { metadata, subjects = [], roleRef }: RoleBinding | ClusterRoleBinding): void {
    const bound: Bound = {
      kind, namespace, subjects,
      name: metadata.name ?? '',
      roleRef: roleRef!,
      cell: this.#roles.take(roleRef ?? {}, namespace),
    }
    this.#bounds.set(`${kind}/${namespace}/${bound.name}`, bound)
    this.#each(bound, (map, who) => {
      let scope = map.get(who)
      if (!scope) map.set(who, (scope = new Scope()))
      scope.add(bound)
    })
  }

  /** The scopes that a binding belongs to. */
  #each(bound: Bound, visit: (map: Map<string, Scope>, who: string) => void): void {
    const scopes = bound.namespace === '' ? this.#cluster : this.#scopesIn(bound.namespace)
    for (const subject of bound.subjects) {
      if (subject.kind === 'Group') visit(scopes.groups, subject.name)
      const user = userOf(subject, bound.namespace)
      if (user !== undefined) visit(scopes.users, user)
    }
  }

  #scopesIn(namespace: string): Scopes {
    let scopes = this.#namespaces.get(namespace)
    if (!scopes) this.#namespaces.set(namespace, (scopes = noScopes()))
    return scopes
  }

  #forget(namespace: string): void {
    const scopes = this.#namespaces.get(namespace)
    if (scopes && scopes.users.size + scopes.groups.size === 0) this.#namespaces.delete(namespace)
  }
}

const noScopes = (): Scopes => ({ users: new Map(), groups: new Map() })

/** The user name a subject stands for; undefined for groups, and for accounts of no namespace. */
function userOf({ kind, name, namespace }: BoundSubject, bindingNamespace: string): string | undefined {
  if (kind === 'User') return name
  const own = namespace || bindingNamespace
  return kind === 'ServiceAccount' && own !== '' ? `system:serviceaccount:${own}:${name}` : undefined
}

const isSubject = (one: BoundSubject, namespace: string, { name, groups }: Subject): boolean =>
  one.kind === 'Group' ? groups.includes(one.name) : userOf(one, namespace) === name

const inOrder = (a: Bound, b: Bound): number =>
  a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind === 'ClusterRoleBinding' ? -1 : 1
