import type { KubeObject } from '../../meta/object.ts'
import { forbiddenTo, notFound, type Status } from '../../meta/status.ts'
import { equal } from '../../resources/equal.ts'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../resources/generated/rbac.gen.ts'
import { MASTERS, onResource, type Authorizer } from '../../rights/attributes.ts'
import { escalation, roleResource } from '../../rights/escalation.ts'
import { RIGHTS, rulesOfRole } from '../../rights/role-cells.ts'
import type { RuleIndex } from '../../rights/rule-index.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'

/** What the checks ask. */
export interface HeldRights {
  readonly authorizer: Authorizer
  readonly rules: RuleIndex
}

const GROUP = 'rbac.authorization.k8s.io'

/** Everything, which a role that gathers others may come to hold. */
const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

/**
 * Nobody hands on rights that he does not hold, but who may `escalate` a role or `bind` it. Upstream does this
 * in the storage of these kinds, before anything else of it. Source: pkg/registry/rbac/.../policybased.
 */
export const escalationRules = (held: () => HeldRights): AdmissionRule[] => [
  {
    name: 'RoleEscalation',
    resources: [RIGHTS.clusterRoles, RIGHTS.roles],
    operations: ['CREATE', 'UPDATE'],
    admit: (request) => (isFree(request) ? undefined : roleProblem(request, held())),
  },
  {
    name: 'BindingEscalation',
    resources: [RIGHTS.clusterRoleBindings, RIGHTS.roleBindings],
    operations: ['CREATE', 'UPDATE'],
    admit: (request) => (isFree(request) ? undefined : bindingProblem(request, held())),
  },
]

/** Administrators may all; what the garbage collector needs of an object hands on nothing. */
function isFree({ context, object, before }: AdmissionRequest): boolean {
  if (context.caller.groups.includes(MASTERS)) return true
  if (!before) return false
  const { ownerReferences, finalizers, managedFields: _, ...metadata } = before.metadata
  const { ownerReferences: _owners, finalizers: _finalizers, managedFields: _managed, ...own } = object.metadata
  return equal({ ...object, metadata: own }, { ...before, metadata })
}

function roleProblem(request: AdmissionRequest, { authorizer, rules }: HeldRights): Status | undefined {
  const { definition, context, namespace, object, before, name } = request
  const { caller } = context
  const resource = definition.plural
  // A create names no object yet, so that a right to escalate one role by name does not count.
  const attributes = { verb: 'escalate', group: GROUP, resource, namespace, name: before ? name : '' }
  if (authorizer.allows(caller, onResource(attributes))) return undefined
  const problem =
    escalation(rules, caller, namespace, (object as Role).rules ?? []) ??
    (gathers(object) || gathers(before) ? gatherProblem(request, rules) : undefined)
  return problem === undefined ? undefined : forbiddenTo({ group: GROUP, resource }, object.metadata.name ?? '', problem)
}

const gathers = (role: KubeObject | undefined): boolean =>
  ((role as ClusterRole | undefined)?.aggregationRule?.clusterRoleSelectors?.length ?? 0) > 0

const gatherProblem = ({ context }: AdmissionRequest, rules: RuleIndex): string | undefined =>
  escalation(rules, context.caller, '', FULL_AUTHORITY) === undefined
    ? undefined
    : 'must have cluster-admin privileges to use the aggregationRule'

function bindingProblem(request: AdmissionRequest, { authorizer, rules }: HeldRights): Status | undefined {
  const { definition, context, namespace, object, state } = request
  const { caller } = context
  const { kind = '', name = '', apiGroup = '' } = (object as RoleBinding | ClusterRoleBinding).roleRef ?? {}
  const known = kind === 'Role' || kind === 'ClusterRole'
  const attributes = onResource({ verb: 'bind', group: apiGroup, resource: roleResource(kind), namespace, name })
  if (known && authorizer.allows(caller, attributes)) return undefined
  const asked = rulesOfRole(viewOf(state), { kind, namespace, name })
  if (asked === null) return known ? notFound({ group: GROUP, resource: roleResource(kind) }, name) : undefined
  const problem = escalation(rules, caller, namespace, asked)
  const where = { group: GROUP, resource: definition.plural }
  return problem === undefined ? undefined : forbiddenTo(where, object.metadata.name ?? '', problem)
}

/** A role that was decided in the same batch counts. */
const viewOf = (state: AdmissionRequest['state']) => ({
  get: <O extends KubeObject>(resource: string, namespace: string, name: string) =>
    state.get(resource, namespace, name)?.object as O | undefined,
})
