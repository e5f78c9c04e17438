import type { KubeObject } from '../meta/object.ts'
import type { View } from '../projections/view.ts'
import { equal } from '../resources/equal.ts'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding, Subject } from '../resources/generated/rbac.gen.ts'
import { uncovered } from './covers.ts'
import { RIGHTS } from './role-cells.ts'

/** One write that brings a role or binding to what every cluster has; `remake` is a delete and a create. */
export interface BootstrapStep {
  readonly verb: 'create' | 'update' | 'remake'
  readonly resource: string
  readonly object: KubeObject
}

type AnyRole = ClusterRole | Role
type AnyBinding = ClusterRoleBinding | RoleBinding

/** Set to "false" on an object that is to be left as it is. */
const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate'

const RESOURCES: Readonly<Record<string, string>> = {
  ClusterRole: RIGHTS.clusterRoles, Role: RIGHTS.roles,
  ClusterRoleBinding: RIGHTS.clusterRoleBindings, RoleBinding: RIGHTS.roleBindings,
}

/**
 * What must be written so that the cluster has these roles and bindings: only differences, and nothing
 * that somebody added is taken away. Source: component-helpers auth/rbac/reconciliation.
 */
export function planBootstrap(view: Pick<View, 'get'>, wanted: readonly KubeObject[]): BootstrapStep[] {
  const steps: BootstrapStep[] = []
  for (const object of wanted) {
    const resource = RESOURCES[object.kind!]!
    const there = view.get(resource, object.metadata.namespace ?? '', object.metadata.name!)
    const step = there
      ? 'roleRef' in object
        ? reconciledBinding(there as AnyBinding, object as AnyBinding)
        : reconciledRole(there as AnyRole, object as AnyRole)
      : { verb: 'create' as const, object }
    if (step) steps.push({ ...step, resource })
  }
  return steps
}

type Step = Omit<BootstrapStep, 'resource'>

function reconciledRole(there: AnyRole, wanted: AnyRole): Step | undefined {
  const metadata = merged(there, wanted)
  if (!metadata) return undefined
  const rules = [...(there.rules ?? []), ...uncovered(there.rules ?? [], wanted.rules ?? [])]
  const aggregationRule = aggregated(there, wanted)
  const changed =
    metadata !== there.metadata ||
    rules.length > (there.rules ?? []).length ||
    !equal(aggregationRule, 'aggregationRule' in there ? there.aggregationRule : undefined)
  if (!changed) return undefined
  const { aggregationRule: _, ...rest } = there as ClusterRole
  return { verb: 'update', object: { ...rest, metadata, rules, ...(aggregationRule && { aggregationRule }) } as KubeObject }
}

/** Selectors of both; none when the role is not expected to gather. */
function aggregated(there: AnyRole, wanted: AnyRole): ClusterRole['aggregationRule'] {
  const expected = (wanted as ClusterRole).aggregationRule
  if (!expected) return undefined
  const own = (there as ClusterRole).aggregationRule?.clusterRoleSelectors ?? []
  const missing = (expected.clusterRoleSelectors ?? []).filter((one) => !own.some((other) => equal(one, other)))
  return { clusterRoleSelectors: [...own, ...missing] }
}

function reconciledBinding(there: AnyBinding, wanted: AnyBinding): Step | undefined {
  if (!equal(there.roleRef, wanted.roleRef))
    return isProtected(there) ? undefined : { verb: 'remake', object: wanted }
  const metadata = merged(there, wanted)
  if (!metadata) return undefined
  const own = there.subjects ?? []
  const missing = (wanted.subjects ?? []).filter((one) => !own.some((other) => isSame(one, other)))
  if (missing.length === 0 && metadata === there.metadata) return undefined
  const object: AnyBinding = { ...there, metadata, subjects: [...own, ...missing] }
  return { verb: 'update', object }
}

const isProtected = ({ metadata }: KubeObject): boolean => metadata.annotations?.[AUTO_UPDATE] === 'false'

/** Metadata with the expected labels and annotations where it has none; undefined: leave the object alone. */
function merged(there: KubeObject, wanted: KubeObject): KubeObject['metadata'] | undefined {
  if (isProtected(there)) return undefined
  const labels = { ...wanted.metadata.labels, ...there.metadata.labels }
  const annotations = { ...wanted.metadata.annotations, ...there.metadata.annotations }
  return hasAll(there.metadata.labels, labels) && hasAll(there.metadata.annotations, annotations)
    ? there.metadata
    : { ...there.metadata, labels, annotations }
}

const hasAll = (map: Readonly<Record<string, string>> | undefined, all: Readonly<Record<string, string>>): boolean =>
  Object.keys(all).every((key) => map !== undefined && Object.hasOwn(map, key))

const isSame = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind &&
  a.name === b.name &&
  (a.namespace ?? '') === (b.namespace ?? '') &&
  (a.apiGroup ?? '') === (b.apiGroup ?? '')
