import type { ClusterRoleBinding, RoleBinding, Subject as BoundSubject } from '../resources/generated/rbac.gen.ts'
import type { Attributes } from './attributes.ts'
import { Grants } from './grants.ts'
import type { RoleCell, RoleCells } from './role-cells.ts'

/** More roles than this in one scope are merged into one table: a question costs the same then. */
const MERGE_ABOVE = 16

/** A binding as the index keeps it. */
export interface Bound {
  readonly kind: 'ClusterRoleBinding' | 'RoleBinding'
  readonly namespace: string
  readonly name: string
  readonly subjects: readonly BoundSubject[]
  readonly roleRef: NonNullable<(RoleBinding | ClusterRoleBinding)['roleRef']>
  readonly cell: RoleCell
}

/** Tables that are good for one generation of rights. */
interface Merged {
  readonly generation: number
  readonly grants: Grants
  readonly missing: readonly RoleCell[]
}

/** All that one user or group is bound to, in the cluster or in one namespace. */
export class Scope {
  readonly #bounds = new Set<Bound>()
  #cells: readonly RoleCell[] | undefined
  #merged: Merged | undefined

  get isEmpty(): boolean {
    return this.#bounds.size === 0
  }

  get bounds(): Iterable<Bound> {
    return this.#bounds
  }

  add(bound: Bound): void {
    this.#bounds.add(bound)
    this.#cells = undefined
    this.#merged = undefined
  }

  delete(bound: Bound): void {
    this.#bounds.delete(bound)
    this.#cells = undefined
    this.#merged = undefined
  }

  allows(attributes: Attributes, roles: RoleCells, generation: number): boolean {
    const cells = this.#roles()
    if (cells.length > MERGE_ABOVE) return this.#merge(roles, generation).grants.allows(attributes)
    for (let i = 0; i < cells.length; i++)
      if (roles.grantsOf(cells[i]!).allows(attributes)) return true
    return false
  }

  /** Roles that bindings name and that are not there. */
  missing(roles: RoleCells, generation: number): readonly RoleCell[] {
    const cells = this.#roles()
    if (cells.length > MERGE_ABOVE) return this.#merge(roles, generation).missing
    return cells.filter((cell) => roles.rulesOf(cell) === null)
  }

  #roles(): readonly RoleCell[] {
    return (this.#cells ??= [...new Set([...this.#bounds].map(({ cell }) => cell))])
  }

  #merge(roles: RoleCells, generation: number): Merged {
    if (this.#merged?.generation === generation) return this.#merged
    const cells = this.#roles()
    this.#merged = {
      generation,
      grants: new Grants(cells.flatMap((cell) => [...(roles.rulesOf(cell) ?? [])])),
      missing: cells.filter((cell) => roles.rulesOf(cell) === null),
    }
    return this.#merged
  }
}
