import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { isConditionTrue } from '../../meta/conditions.ts'
import { isDns1035Label, isDns1123Subdomain } from '../../meta/names.ts'
import { validateImmutable } from '../../meta/validate-metadata.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from '../generated/apiextensions.gen.ts'
import { apiApproval, APPROVED_ANNOTATION, isProtectedGroup } from './api-approval.ts'
import { conversionErrors } from './conversion-rules.ts'
import { above, hoisted, own, type Hoisted } from './hoisted.ts'
import { leniencyOf, STRICT, type SpecLeniency } from './leniency.ts'
import { nameErrors } from './name-rules.ts'
import { hasSchemaWith, schemasOf } from './schema-walk.ts'
import { shownVersions } from './shown-schema.ts'
import { validationErrors } from './validate-schema.ts'
import { columnErrors, deprecationErrors, selectableErrors, subresourceErrors } from './version-rules.ts'

const SPEC = at(undefined, 'spec')

/** What is wrong with a new definition. Source: apiextensions/validation/validation.go. */
export function validateDefinition(object: CustomResourceDefinition): FieldError[] {
  const { spec, metadata } = object
  const errors: FieldError[] = []
  if (metadata.name !== `${spec.names?.plural ?? ''}.${spec.group ?? ''}`)
    errors.push(invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'))
  return [
    ...errors,
    ...specErrors(spec, STRICT),
    ...storedErrors(object),
    ...approvalErrors(object, undefined),
    ...preserveErrors(spec, undefined),
  ]
}

/** What is wrong with a change of a definition. */
export function validateDefinitionUpdate(
  object: CustomResourceDefinition,
  before: CustomResourceDefinition,
): FieldError[] {
  const { spec } = object
  const { spec: old } = before
  const errors = specErrors(spec, leniencyOf(spec, old))
  if (isConditionTrue(before.status?.conditions, 'Established'))
    errors.push(
      ...validateImmutable('spec.scope', spec.scope, spec.scope === old.scope),
      ...validateImmutable('spec.names.kind', spec.names.kind, spec.names.kind === old.names.kind),
    )
  return [
    ...errors,
    ...validateImmutable('spec.group', spec.group, spec.group === old.group),
    ...validateImmutable('spec.names.plural', spec.names.plural, spec.names.plural === old.names.plural),
    ...storedErrors(object),
    ...approvalErrors(object, before),
    ...preserveErrors(spec, old),
  ]
}

/** What is wrong with a status. */
export const validateDefinitionStatus = ({ status }: CustomResourceDefinition): FieldError[] =>
  nameErrors(status?.acceptedNames, 'status.acceptedNames')

/** Source: validateCustomResourceDefinitionSpec. */
function specErrors(spec: CustomResourceDefinitionSpec, given: SpecLeniency): FieldError[] {
  const errors = groupErrors(spec)
  const whole = hoisted(spec)
  const leniency = { ...given, nonStructural: given.nonStructural && !needsStructure(spec) }
  errors.push(...missingSchemas(spec, leniency))
  const hasDefaults = schemasOf(spec).some((schema) => hasSchemaWith(schema, setsDefault))
  if (hasDefaults && spec.preserveUnknownFields)
    errors.push(invalid('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema'))
  const versions = whole.versions
  versions.forEach((version, i) => errors.push(...versionErrors(whole, version, at(at(SPEC, 'versions'), i), leniency)))
  if (new Set(versions.map(({ name }) => name)).size !== versions.length)
    errors.push(invalid('spec.versions', shownVersions(whole), 'must contain unique version names'))
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(invalid('spec.versions', shownVersions(whole), 'must have exactly one version marked as storage version'))
  // Upstream's internal type repeats the first version's name.
  const first = versions[0]?.name ? isDns1035Label(versions[0].name) : []
  if (first.length > 0) errors.push(invalid('spec.version', versions[0]!.name, first.join(',')))
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const)
    if (!spec.names?.[field]) errors.push(required(`spec.names.${field}`, ''))
  errors.push(...nameErrors(spec.names, 'spec.names'), ...sharedErrors(whole, leniency))
  const { strategy } = spec.conversion ?? {}
  if (spec.conversion && strategy !== 'None' && spec.preserveUnknownFields)
    errors.push(invalid('spec.conversion.strategy', strategy, 'must be None if spec.preserveUnknownFields is true'))
  if (spec.conversion) errors.push(...conversionErrors(spec.conversion, 'spec.conversion', leniency.anyReview))
  return errors
}

const setsDefault = ({ default: value }: JSONSchemaProps): boolean => value !== undefined && value !== null

function groupErrors({ group, scope }: CustomResourceDefinitionSpec): FieldError[] {
  const errors: FieldError[] = []
  const bad = group ? isDns1123Subdomain(group) : []
  if (!group) errors.push(required('spec.group', ''))
  else if (bad.length > 0) errors.push(invalid('spec.group', group, bad.join(',')))
  else if (!group.includes('.'))
    errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'))
  if (!scope) errors.push(required('spec.scope', ''))
  else if (!['Cluster', 'Namespaced'].includes(scope))
    errors.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']))
  return errors
}

/** Pruning, defaults and Kubernetes' own extensions mean nothing in a schema that is not structural. */
function needsStructure(spec: CustomResourceDefinitionSpec): boolean {
  if (!spec.preserveUnknownFields) return true
  return schemasOf(spec).some((schema) =>
    hasSchemaWith(schema, (each) =>
      setsDefault(each) || Object.keys(each).some((key) => EXTENSIONS.has(key))))
}

const EXTENSIONS: ReadonlySet<string> = new Set([
  'x-kubernetes-embedded-resource', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys', 'x-kubernetes-list-type', 'x-kubernetes-validations',
])

function missingSchemas(
  { versions = [], preserveUnknownFields }: CustomResourceDefinitionSpec,
  leniency: SpecLeniency,
): FieldError[] {
  if (leniency.noSchema && preserveUnknownFields) return []
  const detail = leniency.noSchema ? 'because otherwise all fields are pruned' : ''
  return versions.flatMap(({ schema, served }, i) =>
    schema?.openAPIV3Schema || (leniency.noSchema && !served)
      ? []
      : [required(`spec.versions[${i}].schema.openAPIV3Schema`, detail)],
  )
}

/** What a version says for itself. Source: validateCustomResourceDefinitionVersion. */
function versionErrors(
  whole: Hoisted,
  version: CustomResourceDefinitionVersion,
  path: Path,
  leniency: SpecLeniency,
): FieldError[] {
  const errors: FieldError[] = []
  const reasons = isDns1035Label(version.name ?? '')
  if (reasons.length > 0) errors.push(invalid(`${where(path)}.name`, version.name ?? '', reasons.join(',')))
  errors.push(...deprecationErrors(version, path))
  const schema = own(whole, version, 'schema')
  const hasStatus = version.subresources?.status !== undefined
  if (schema) errors.push(...validationErrors(schema, at(path, 'schema'), { hasStatus, version: version.name }, leniency))
  const subresources = own(whole, version, 'subresources')
  if (subresources) errors.push(...subresourceErrors(subresources, at(path, 'subresources')))
  own(whole, version, 'additionalPrinterColumns')?.forEach((column, i) =>
    errors.push(...columnErrors(column, at(at(path, 'additionalPrinterColumns'), i))))
  const fields = own(whole, version, 'selectableFields')
  if (!fields?.length) return errors
  const place = at(path, 'selectableFields')
  const node = version.schema?.openAPIV3Schema
  // A schema that all versions share stands above them, where upstream does not look.
  if (!schema?.openAPIV3Schema || !node)
    errors.push(invalid(where(place), '', 'may only be set when `version.schema.openAPIV3Schema` is not included'))
  else errors.push(...selectableErrors(fields, node, place, leniency.manyFields.has(version.name)))
  return errors
}

/** What all versions say alike. */
function sharedErrors(whole: Hoisted, leniency: SpecLeniency): FieldError[] {
  const errors: FieldError[] = []
  const schema = above(whole, 'schema')
  const hasStatus = whole.versions.some(({ subresources }) => subresources?.status !== undefined)
  const about = { hasStatus, version: whole.versions[0]?.name ?? '' }
  if (schema) errors.push(...validationErrors(schema, at(SPEC, 'validation'), about, leniency))
  const subresources = above(whole, 'subresources')
  if (subresources) errors.push(...subresourceErrors(subresources, at(SPEC, 'subresources')))
  above(whole, 'additionalPrinterColumns')?.forEach((column, i) =>
    errors.push(...columnErrors(column, at(at(SPEC, 'additionalPrinterColumns'), i))))
  const fields = above(whole, 'selectableFields')
  if (!fields?.length) return errors
  const place = at(SPEC, 'selectableFields')
  if (!schema?.openAPIV3Schema) return [...errors, invalid(where(place), '', 'may only be set when validations.schema is included')]
  const many = whole.versions.every(({ name }) => leniency.manyFields.has(name))
  return [...errors, ...selectableErrors(fields, schema.openAPIV3Schema, place, many)]
}

/** Source: validateAPIApproval. */
function approvalErrors(
  { spec, metadata }: CustomResourceDefinition,
  before: CustomResourceDefinition | undefined,
): FieldError[] {
  if (!isProtectedGroup(spec.group ?? '')) return []
  const { state, reason } = apiApproval(metadata.annotations)
  if (before && apiApproval(before.metadata.annotations).state === state) return []
  const field = `metadata.annotations[${APPROVED_ANNOTATION}]`
  if (state === 'Missing') return [required(field, reason)]
  return state === 'Invalid' ? [invalid(field, metadata.annotations?.[APPROVED_ANNOTATION], reason)] : []
}

/** Source: validatePreserveUnknownFields. */
function preserveErrors(
  spec: CustomResourceDefinitionSpec,
  old: CustomResourceDefinitionSpec | undefined,
): FieldError[] {
  if (old?.preserveUnknownFields || !spec.preserveUnknownFields) return []
  const instead = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'
  return [invalid('spec.preserveUnknownFields', true, instead)]
}

const MIGRATE = (version: string): string =>
  `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`

/** Source: ValidateCustomResourceDefinitionStatus and StoredVersions. */
function storedErrors({ spec, status }: CustomResourceDefinition): FieldError[] {
  const stored = status?.storedVersions ?? []
  const errors = nameErrors(status?.acceptedNames, 'status.acceptedNames')
  const path = 'status.storedVersions'
  if (stored.length === 0) return [...errors, invalid(path, null, 'must have at least one stored version')]
  const names = new Set((spec.versions ?? []).map(({ name }) => name))
  for (const { name, storage } of spec.versions ?? [])
    if (storage && !stored.includes(name))
      errors.push(invalid(path, stored, `must have the storage version ${name}`))
  stored.forEach((name, i) => {
    if (!names.has(name)) errors.push(invalid(`${path}[${i}]`, name, MIGRATE(name)))
  })
  return errors
}
