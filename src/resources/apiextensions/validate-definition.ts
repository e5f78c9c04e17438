import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { isDns1035Label, isDns1123Subdomain } from '../../meta/names.ts'
import { validateImmutable } from '../../meta/validate-metadata.ts'
import { isConditionTrue } from '../../meta/conditions.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
} from '../generated/apiextensions.gen.ts'

/** What is wrong with a new definition. Source: apiextensions/validation/validation.go. */
export function validateDefinition(object: CustomResourceDefinition): FieldError[] {
  const { spec, metadata } = object
  const errors: FieldError[] = []
  if (metadata.name !== `${spec.names.plural}.${spec.group}`)
    errors.push(invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'))
  return [...errors, ...specErrors(spec), ...storedErrors(object)]
}

/** What is wrong with a change of a definition. */
export function validateDefinitionUpdate(object: CustomResourceDefinition, before: CustomResourceDefinition): FieldError[] {
  const { spec } = object
  const { spec: old } = before
  const errors = specErrors(spec)
  if (isConditionTrue(before.status?.conditions, 'Established'))
    errors.push(
      ...validateImmutable('spec.scope', spec.scope, spec.scope === old.scope),
      ...validateImmutable('spec.names.kind', spec.names.kind, spec.names.kind === old.names.kind),
    )
  errors.push(
    ...validateImmutable('spec.group', spec.group, spec.group === old.group),
    ...validateImmutable('spec.names.plural', spec.names.plural, spec.names.plural === old.names.plural),
    ...storedErrors(object),
  )
  return errors
}

/** What is wrong with a status. */
export const validateDefinitionStatus = ({ status }: CustomResourceDefinition): FieldError[] =>
  nameErrors(status?.acceptedNames, 'status.acceptedNames')

function specErrors(spec: CustomResourceDefinitionSpec): FieldError[] {
  const errors: FieldError[] = []
  const { group, scope, names } = spec
  const versions = spec.versions ?? []
  const bad = group ? isDns1123Subdomain(group) : []
  if (!group) errors.push(required('spec.group', ''))
  else if (bad.length > 0) errors.push(invalid('spec.group', group, bad.join(',')))
  else if (!group.includes('.'))
    errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'))
  if (!scope) errors.push(required('spec.scope', ''))
  else if (!['Cluster', 'Namespaced'].includes(scope))
    errors.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']))
  versions.forEach((version, i) => {
    const reasons = isDns1035Label(version.name)
    if (reasons.length > 0)
      errors.push(invalid(`spec.versions[${i}].name`, version.name, reasons.join(',')))
    if (!version.schema?.openAPIV3Schema)
      errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`, ''))
  })
  if (new Set(versions.map(({ name }) => name)).size !== versions.length)
    errors.push(invalid('spec.versions', versions, 'must contain unique version names'))
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'))
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const)
    if (!names[field]) errors.push(required(`spec.names.${field}`, ''))
  errors.push(...nameErrors(names, 'spec.names'))
  return errors
}

/** Source: ValidateCustomResourceDefinitionNames. */
function nameErrors(names: CustomResourceDefinitionNames | undefined, path: string): FieldError[] {
  const errors: FieldError[] = []
  const { kind = '', listKind = '', shortNames = [], categories = [] } = names ?? {}
  for (const field of ['plural', 'singular'] as const) {
    const text = names?.[field] ?? ''
    const reasons = text === '' ? [] : isDns1035Label(text)
    if (reasons.length > 0) errors.push(invalid(`${path}.${field}`, text, reasons.join(',')))
  }
  for (const [field, text] of [['kind', kind], ['listKind', listKind]] as const) {
    const reasons = text === '' ? [] : isDns1035Label(text.toLowerCase())
    const detail = `may have mixed case, but should otherwise match: ${reasons.join(',')}`
    if (reasons.length > 0) errors.push(invalid(`${path}.${field}`, text, detail))
  }
  const each = (field: string, texts: readonly string[]): void =>
    texts.forEach((text, i) => {
      const reasons = isDns1035Label(text)
      if (reasons.length > 0) errors.push(invalid(`${path}.${field}[${i}]`, text, reasons.join(',')))
    })
  each('shortNames', shortNames)
  if (kind !== '' && kind === listKind)
    errors.push(invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same'))
  each('categories', categories)
  return errors
}

const MIGRATE = (version: string): string =>
  `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`

/** Source: ValidateCustomResourceDefinitionStatus and StoredVersions. */
function storedErrors({ spec, status }: CustomResourceDefinition): FieldError[] {
  const stored = status?.storedVersions ?? []
  const errors = nameErrors(status?.acceptedNames, 'status.acceptedNames')
  const path = 'status.storedVersions'
  if (stored.length === 0) return [...errors, invalid(path, stored, 'must have at least one stored version')]
  const names = new Set((spec.versions ?? []).map(({ name }) => name))
  for (const { name, storage } of spec.versions ?? [])
    if (storage && !stored.includes(name))
      errors.push(invalid(path, stored, `must have the storage version ${name}`))
  stored.forEach((name, i) => {
    if (!names.has(name)) errors.push(invalid(`${path}[${i}]`, name, MIGRATE(name)))
  })
  return errors
}
