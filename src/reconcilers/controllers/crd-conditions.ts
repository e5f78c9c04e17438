import type { Instant } from '../../base/clock.ts'
import { isConditionTrue, setCondition, findCondition } from '../../meta/conditions.ts'
import type { View } from '../../projections/view.ts'
import { apiApproval, isProtectedGroup } from '../../resources/apiextensions/api-approval.ts'
import { DEFINITIONS } from '../../resources/apiextensions/customresourcedefinition.ts'
import { nonStructuralReasons } from '../../resources/apiextensions/non-structural.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
} from '../../resources/generated/apiextensions.gen.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { namingOf } from './crd-names.ts'

const NAME = 'crd-conditions'
const USER = 'system:apiserver'
/** Upstream's field manager of what kube-apiserver writes itself. */
const MANAGER = 'kube-apiserver'

/**
 * Accepts the names of definitions, establishes them and says what is not as it should be. One step at a
 * time, as upstream's controllers take them: names first, then established, since clients wait for the
 * second. Sources: apiextensions-apiserver controller/{status,establish,apiapproval,nonstructuralschema}.
 */
export function crdConditions(): Reconciler {
  return {
    name: NAME,
    user: USER,
    watches: [
      {
        resource: DEFINITIONS,
        keysOf: (change, view) => keysOf(change.after() ? change.name : '', change.before(), view),
      },
    ],
    reconcile(name, view, now) {
      const crd = view.get<CustomResourceDefinition>(DEFINITIONS, '', name)
      if (!crd) return NOTHING
      return planOf(crd, view, now)
    },
  }
}

/** Names that became free may be those that others of the group wait for. */
function keysOf(own: string, before: unknown, view: View): string[] {
  const keys = own === '' ? [] : [own]
  if (own !== '' && before === undefined) return keys
  const group = (before as CustomResourceDefinition | undefined)?.spec.group
  const waiting = view
    .list<CustomResourceDefinition>(DEFINITIONS)
    .filter(({ spec, status, metadata }) =>
      spec.group === group && metadata.name !== own &&
      findCondition(status?.conditions, 'NamesAccepted')?.status === 'False')
  return [...keys, ...waiting.map(({ metadata }) => metadata.name ?? '')]
}

function planOf(crd: CustomResourceDefinition, view: View, now: Instant): Plan {
  let conditions: readonly CustomResourceDefinitionCondition[] = crd.status?.conditions ?? []
  const naming = namingOf(crd, view)
  if (naming) {
    conditions = setCondition(conditions, naming.condition, now)
    const established = findCondition(conditions, 'Established') ?? NOT_ACCEPTED
    const isNew = established.status !== 'True' && naming.condition.status === 'True'
    conditions = setCondition(conditions, isNew ? INSTALLING : established, now)
  } else if (isConditionTrue(conditions, 'NamesAccepted') && !isConditionTrue(conditions, 'Established'))
    conditions = setCondition(conditions, ESTABLISHED, now)
  conditions = withApproval(crd, conditions, now)
  conditions = withStructure(crd, conditions, now)
  const acceptedNames = naming?.accepted ?? crd.status?.acceptedNames
  if (conditions === (crd.status?.conditions ?? []) || sameConditions(conditions, crd.status?.conditions)) {
    if (!naming || JSON.stringify(acceptedNames) === JSON.stringify(crd.status?.acceptedNames)) return NOTHING
  }
  const status = { ...crd.status, conditions: [...conditions], acceptedNames: acceptedNames! }
  const object: CustomResourceDefinition = { ...crd, status }
  const { name = '' } = crd.metadata
  const why = naming ? 'names were decided' : 'its conditions changed'
  return {
    commands: [
      {
        verb: 'update', resource: DEFINITIONS, namespace: '', name, subresource: 'status', object, why,
        fieldManager: MANAGER,
      },
    ],
  }
}

const sameConditions = (
  a: readonly CustomResourceDefinitionCondition[],
  b: readonly CustomResourceDefinitionCondition[] = [],
): boolean => JSON.stringify(a) === JSON.stringify(b)

const established = (status: string, reason: string, message: string): CustomResourceDefinitionCondition => ({
  type: 'Established',
  status,
  reason,
  message,
})

const ACCEPTED = 'the initial names have been accepted'
const NOT_ACCEPTED = established('False', 'NotAccepted', 'not all names are accepted')
const INSTALLING = established('False', 'Installing', ACCEPTED)
const ESTABLISHED = established('True', 'InitialNamesAccepted', ACCEPTED)

type Conditions = readonly CustomResourceDefinitionCondition[]

/** Groups of Kubernetes itself need a word of approval. */
function withApproval(crd: CustomResourceDefinition, conditions: Conditions, now: Instant): Conditions {
  const type = 'KubernetesAPIApprovalPolicyConformant'
  if (!isProtectedGroup(crd.spec.group)) return conditions
  const { state, reason: message } = apiApproval(crd.metadata.annotations)
  const status = state === 'Approved' ? 'True' : 'False'
  return setCondition(conditions, { type, status, reason: `${state}Annotation`, message }, now)
}

function withStructure(crd: CustomResourceDefinition, conditions: Conditions, now: Instant): Conditions {
  const type = 'NonStructuralSchema'
  const reasons = nonStructuralReasons(crd)
  if (reasons === undefined) {
    const rest = conditions.filter((condition) => condition.type !== type)
    return rest.length === conditions.length ? conditions : rest
  }
  return setCondition(conditions, { type, status: 'True', reason: 'Violations', message: reasons }, now)
}
