import { goQuote } from '../meta/go-quote.ts'
import type { View } from '../projections/view.ts'
import type { ClusterRole, PolicyRule, Role, RoleRef } from '../resources/generated/rbac.gen.ts'
import { Grants } from './grants.ts'

/** Storage resources of rights. */
export const RIGHTS = {
  clusterRoles: 'clusterroles.rbac.authorization.k8s.io',
  roles: 'roles.rbac.authorization.k8s.io',
  clusterRoleBindings: 'clusterrolebindings.rbac.authorization.k8s.io',
  roleBindings: 'rolebindings.rbac.authorization.k8s.io',
} as const

/** The role that bindings refer to, there or not; its rules are read when they are first asked for. */
export interface RoleCell {
  /** Namespace of a Role, '' for a ClusterRole. */
  readonly namespace: string
  readonly kind: string
  readonly name: string
  /** Bindings that refer to it. */
  references: number
  /** Undefined until read, null when the role is not there. */
  rules: readonly PolicyRule[] | null | undefined
  grants: Grants | undefined
}

/** Roles by reference, one cell for all bindings of a role. */
export class RoleCells {
  readonly #view: Pick<View, 'get'>
  readonly #cells = new Map<string, RoleCell>()

  constructor(view: Pick<View, 'get'>) {
    this.#view = view
  }

  /** The cell of a reference; `namespace` is the binding's own. */
  take({ kind = '', name = '' }: Partial<RoleRef>, namespace: string): RoleCell {
    const place = kind === 'Role' ? namespace : ''
    const key = `${kind}/${place}/${name}`
    let cell = this.#cells.get(key)
    if (!cell) {
      cell = { namespace: place, kind, name, references: 0, rules: undefined, grants: undefined }
      this.#cells.set(key, cell)
    }
    cell.references++
    return cell
  }

  /** The binding is gone. */
  release(cell: RoleCell): void {
    if (--cell.references === 0) this.#cells.delete(`${cell.kind}/${cell.namespace}/${cell.name}`)
  }

  /** The role changed, appeared or is gone. */
  changed(kind: string, namespace: string, name: string): void {
    const cell = this.#cells.get(`${kind}/${namespace}/${name}`)
    if (!cell) return
    cell.rules = undefined
    cell.grants = undefined
  }

  /** Rules of a cell, or null when its role is not there. */
  rulesOf(cell: RoleCell): readonly PolicyRule[] | null {
    return cell.rules !== undefined ? cell.rules : (cell.rules = rulesOfRole(this.#view, cell))
  }

  grantsOf(cell: RoleCell): Grants {
    return cell.grants ?? (cell.grants = new Grants(this.rulesOf(cell) ?? []))
  }
}

/** Rules that a reference leads to, or null when there is no such role. */
export function rulesOfRole(
  view: Pick<View, 'get'>,
  { kind, namespace, name }: Pick<RoleCell, 'kind' | 'namespace' | 'name'>,
): readonly PolicyRule[] | null {
  if (kind !== 'Role' && kind !== 'ClusterRole') return null
  const role: Role | ClusterRole | undefined =
    kind === 'Role' ? view.get(RIGHTS.roles, namespace, name) : view.get(RIGHTS.clusterRoles, '', name)
  return role ? (role.rules ?? []) : null
}

/** What upstream's lister says of a role that is not there. */
export const missingRole = ({ kind, name }: Pick<RoleCell, 'kind' | 'name'>): string =>
  kind === 'Role' || kind === 'ClusterRole'
    ? `${kind.toLowerCase()}.rbac.authorization.k8s.io ${goQuote(name)} not found`
    : `unsupported role reference kind: ${goQuote(kind)}`
