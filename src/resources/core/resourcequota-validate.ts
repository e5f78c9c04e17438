import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { at, atKey, whereKey } from '../field-path.ts'
import type {
  ResourceQuotaSpec,
  ScopedResourceSelectorRequirement,
} from '../generated/core.gen.ts'
import { quotaResourceNameErrors, isQuotaResource } from '../resource-name.ts'
import { quantityErrors, type ResourceList } from '../resource-list.ts'

const COMPUTE = [
  'pods',
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
]
/** What each scope can count. Source: core/helper IsResourceQuotaScopeValidForResource. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  Terminating: COMPUTE,
  NotTerminating: COMPUTE,
  NotBestEffort: COMPUTE,
  PriorityClass: COMPUTE,
  CrossNamespacePodAffinity: COMPUTE,
  BestEffort: ['pods'],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
}
const WITHOUT_VALUES = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
]
const PAIRS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const
const MUST_EXIST =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"

/** Source: core/validation ValidateResourceQuotaSpec. */
export function quotaSpecErrors(spec: ResourceQuotaSpec): FieldError[] {
  const { hard = {}, scopes = [], scopeSelector } = spec
  const counted = Object.keys(hard).filter(isQuotaResource)
  const errors = quotaListErrors('spec.hard', hard)
  const wrong = (field: string, shown: unknown, why: string): void =>
    void errors.push(invalid(field, shown, why))
  const scopeErrors = (scope: string, field: string, shown: unknown, all: string): void => {
    if (!Object.hasOwn(COUNTED, scope)) return wrong(field, shown, 'unsupported scope')
    for (const name of counted)
      if (!COUNTED[scope]!.includes(name))
        wrong(all, all === field ? shown : scopeSelector, 'unsupported scope applied to resource')
  }
  const conflicts = (used: readonly string[], field: string): void => {
    for (const pair of PAIRS)
      if (pair.every((scope) => used.includes(scope)))
        wrong(field, spec.scopes ?? null, 'conflicting scopes')
  }
  for (const scope of scopes) scopeErrors(scope, 'spec.scopes', scopes, 'spec.scopes')
  if (scopes.length > 0) conflicts(scopes, 'spec.scopes')
  if (!scopeSelector) return errors
  const list = 'spec.scopeSelector.matchExpressions'
  const requirements = scopeSelector.matchExpressions ?? []
  for (const requirement of requirements) {
    const { scopeName = '' } = requirement
    scopeErrors(scopeName, `${list}.scopeName`, scopeName, list)
    operatorErrors(errors, list, requirement)
  }
  conflicts(requirements.map(({ scopeName }) => scopeName), list)
  return errors
}

function operatorErrors(
  errors: FieldError[],
  list: string,
  { scopeName = '', operator = '', values = [] }: ScopedResourceSelectorRequirement,
): void {
  if (WITHOUT_VALUES.includes(scopeName) && operator !== 'Exists')
    errors.push(invalid(`${list}.operator`, operator, MUST_EXIST))
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.push(
          required(
            `${list}.values`,
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
          ),
        )
      return
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(
          invalid(
            `${list}.values`,
            values,
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
          ),
        )
      return
    default:
      errors.push(invalid(`${list}.operator`, operator, 'not a valid selector operator'))
  }
}

/** Names that a quota can have, amounts not below zero. */
export function quotaListErrors(field: string, list: ResourceList = {}): FieldError[] {
  const path = at(undefined, field)
  return Object.entries(list).flatMap(([name, text]) => {
    const errors = quotaResourceNameErrors(whereKey(path, name), name)
    quantityErrors(errors, atKey(path, name), name, String(text))
    return errors
  })
}
