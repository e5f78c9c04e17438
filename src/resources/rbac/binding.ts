import type { Instant } from '../../base/clock.ts'
import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { isPathSegmentName, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import type { Cell } from '../define.ts'
import { equal } from '../equal.ts'
import type { ClusterRoleBinding, RoleBinding, Subject } from '../generated/rbac.gen.ts'

/** API group of users, groups and roles. Source: pkg/apis/rbac GroupName. */
export const RBAC_GROUP = 'rbac.authorization.k8s.io'
const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group']

type Binding = RoleBinding | ClusterRoleBinding

/** Source: pkg/apis/rbac/v1/defaults.go. */
export function setBindingDefaults(binding: Binding): void {
  if (binding.roleRef) binding.roleRef.apiGroup ||= RBAC_GROUP
  for (const subject of binding.subjects ?? [])
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= RBAC_GROUP
}

/** Source: rbac/validation ValidateRoleBinding, ValidateClusterRoleBinding. */
export function bindingErrors(binding: Binding, roleKinds: readonly string[]): FieldError[] {
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {}
  const errors: FieldError[] = []
  if (apiGroup !== RBAC_GROUP)
    errors.push(notSupported('roleRef.apiGroup', apiGroup, [RBAC_GROUP]))
  if (!roleKinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, roleKinds))
  if (name === '') errors.push(required('roleRef.name', ''))
  else
    for (const reason of isPathSegmentName(name))
      errors.push(invalid('roleRef.name', name, reason))
  const namespaced = roleKinds.includes('Role')
  for (const [i, subject] of (binding.subjects ?? []).entries())
    subjectErrors(errors, `subjects[${i}]`, subject, namespaced)
  return errors
}

/** The role of a binding never changes. */
export function roleChangeErrors({ roleRef }: Binding, before: Binding): FieldError[] {
  if (equal(roleRef, before.roleRef)) return []
  const { apiGroup = '', kind = '', name = '' } = roleRef ?? {}
  // Upstream shows its internal type, which has Go's field names.
  const shown = { APIGroup: apiGroup, Kind: kind, Name: name }
  return [invalid('roleRef', shown, 'field is immutable')]
}

function subjectErrors(
  errors: FieldError[],
  field: string,
  { kind = '', name = '', apiGroup = '', namespace = '' }: Subject,
  namespaced: boolean,
): void {
  const group = (wanted: string): void => {
    if (apiGroup !== wanted) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [wanted]))
  }
  if (name === '') errors.push(required(`${field}.name`, ''))
  if (kind === 'User' || kind === 'Group') return group(RBAC_GROUP)
  if (kind !== 'ServiceAccount')
    return void errors.push(notSupported(`${field}.kind`, kind, SUBJECT_KINDS))
  if (name !== '')
    for (const reason of nameIsDnsSubdomain(name, false))
      errors.push(invalid(`${field}.name`, name, reason))
  group('')
  if (!namespaced && namespace === '') errors.push(required(`${field}.namespace`, ''))
}

/** Source: printers.go printRoleBinding. */
export function bindingCells({ metadata, roleRef, subjects = [] }: Binding, now: Instant): Cell[] {
  const names = (kind: string): string =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(({ namespace = '', name = '' }) =>
        kind === 'ServiceAccount' ? `${namespace}/${name}` : name,
      )
      .join(', ')
  return [
    metadata.name ?? '',
    `${roleRef?.kind ?? ''}/${roleRef?.name ?? ''}`,
    ageText(metadata.creationTimestamp, now),
    names('User'),
    names('Group'),
    names('ServiceAccount'),
  ]
}
