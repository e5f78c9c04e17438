import { METADATA_ANNOTATIONS_BYTES_MAX } from '../base/limits.ts'
import {
  forbidden,
  invalid,
  required,
  tooLong,
  type FieldError,
} from './field-error.ts'
import { isQualifiedName, nameIsDnsLabel, type NameValidator } from './names.ts'
import type { ObjectMeta } from './object.ts'
import { isMomentSame } from './timestamp.ts'
import { validateLabels } from './validate-label-selector.ts'
import { validateManagedFields } from './validate-managed-fields.ts'
import { validateOwnerReferences } from './validate-owner-references.ts'
import { goQuote } from './go-quote.ts'

/** What upstream says of a field that may not change. */
export const FIELD_IS_IMMUTABLE = 'field is immutable'
/** A Pod template, say, has metadata too: paths start with where it stands. */
const HERE = 'metadata'

/** The metadata of a new object. Source: apimachinery api/validation ValidateObjectMeta. */
export function validateObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  validateName: NameValidator,
  field = HERE,
): FieldError[] {
  return [
    ...nameErrors(meta, validateName, field),
    ...namespaceErrors(meta.namespace ?? '', namespaced, field),
    ...negativeErrors(meta, field),
    ...validateLabels(`${field}.labels`, meta.labels),
    ...validateAnnotations(`${field}.annotations`, meta.annotations),
    ...validateOwnerReferences(`${field}.ownerReferences`, meta.ownerReferences),
    ...validateFinalizers(`${field}.finalizers`, meta.finalizers),
    ...validateManagedFields(`${field}.managedFields`, meta.managedFields),
  ]
}

/** The metadata of a changed object. Source: ValidateObjectMetaUpdate. */
export function validateObjectMetaUpdate(
  meta: ObjectMeta,
  before: ObjectMeta,
  field = HERE,
): FieldError[] {
  const generation = meta.generation ?? 0
  return [
    ...(before.deletionTimestamp ? newFinalizerErrors(meta, before, field) : []),
    ...(meta.resourceVersion
      ? []
      : [invalid(`${field}.resourceVersion`, '', 'must be specified for an update')]),
    ...negativeErrors(meta, field),
    ...(generation < (before.generation ?? 0)
      ? [invalid(`${field}.generation`, generation, 'must not be decremented')]
      : []),
    ...immutableErrors(meta, before, field),
    ...validateLabels(`${field}.labels`, meta.labels),
    ...validateAnnotations(`${field}.annotations`, meta.annotations),
    ...validateOwnerReferences(`${field}.ownerReferences`, meta.ownerReferences),
    ...validateManagedFields(`${field}.managedFields`, meta.managedFields),
  ]
}

/** Keys in any case, 256 KiB together. Source: ValidateAnnotations. */
export function validateAnnotations(
  field: string,
  annotations: Readonly<Record<string, string>> | undefined,
): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const reason of isQualifiedName(key.toLowerCase()))
      errors.push(invalid(field, key, reason))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > METADATA_ANNOTATIONS_BYTES_MAX)
    errors.push(tooLong(field, METADATA_ANNOTATIONS_BYTES_MAX))
  return errors
}

/**
 * Qualified names; orphan and foreground deletion exclude each other. Source: ValidateFinalizers.
 */
export function validateFinalizers(
  field: string,
  finalizers: readonly string[] | undefined,
): FieldError[] {
  const given = finalizers ?? []
  const errors = given.flatMap((name) =>
    isQualifiedName(name).map((reason) => invalid(field, name, reason)),
  )
  if (given.includes('orphan') && given.includes('foregroundDeletion'))
    errors.push(
      invalid(field, given, 'finalizer orphan and foregroundDeletion cannot be both set'),
    )
  return errors
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion']

/**
 * Built-in kinds want more: a finalizer without a domain must be one that Kubernetes knows. Source:
 * core/validation validateKubeFinalizerName.
 */
export const validateKubeFinalizers = ({ finalizers = [] }: ObjectMeta, field = HERE): FieldError[] =>
  finalizers.flatMap((name, i) =>
    name.includes('/') || STANDARD_FINALIZERS.includes(name)
      ? []
      : [invalid(`${field}.finalizers[${i}]`, name, 'name is neither a standard finalizer name nor is it fully qualified')],
  )

/** One error when the two differ. Source: ValidateImmutableField. */
export const validateImmutable = (field: string, value: unknown, same: boolean): FieldError[] =>
  same ? [] : [invalid(field, value, FIELD_IS_IMMUTABLE)]

function nameErrors(meta: ObjectMeta, validateName: NameValidator, field: string): FieldError[] {
  const { name = '', generateName = '' } = meta
  const errors: FieldError[] = []
  if (generateName !== '')
    for (const reason of validateName(generateName, true))
      errors.push(invalid(`${field}.generateName`, generateName, reason))
  if (name === '')
    errors.push(required(`${field}.name`, 'name or generateName is required'))
  else
    for (const reason of validateName(name, false))
      errors.push(invalid(`${field}.name`, name, reason))
  return errors
}

function namespaceErrors(namespace: string, namespaced: boolean, metadata: string): FieldError[] {
  const field = `${metadata}.namespace`
  if (!namespaced) return namespace === '' ? [] : [forbidden(field, 'not allowed on this type')]
  if (namespace === '') return [required(field, '')]
  return nameIsDnsLabel(namespace, false).map((reason) => invalid(field, namespace, reason))
}

const negativeErrors = ({ generation = 0 }: ObjectMeta, field: string): FieldError[] =>
  generation < 0
    ? [invalid(`${field}.generation`, generation, 'must be greater than or equal to 0')]
    : []

function newFinalizerErrors(meta: ObjectMeta, before: ObjectMeta, field: string): FieldError[] {
  const known = new Set(before.finalizers)
  const added = [...new Set(meta.finalizers)].filter((name) => !known.has(name)).sort()
  if (added.length === 0) return []
  const shown = `[]string{${added.map((name) => goQuote(name)).join(', ')}}`
  return [
    forbidden(
      `${field}.finalizers`,
      `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`,
    ),
  ]
}

function immutableErrors(meta: ObjectMeta, before: ObjectMeta, field: string): FieldError[] {
  const text = (key: 'name' | 'namespace' | 'uid') =>
    validateImmutable(`${field}.${key}`, meta[key] ?? '', (meta[key] ?? '') === (before[key] ?? ''))
  const time = (key: 'creationTimestamp' | 'deletionTimestamp') =>
    validateImmutable(`${field}.${key}`, meta[key], isMomentSame(meta[key], before[key]))
  return [
    ...text('name'),
    ...text('namespace'),
    ...text('uid'),
    ...time('creationTimestamp'),
    ...time('deletionTimestamp'),
    ...validateImmutable(
      `${field}.deletionGracePeriodSeconds`,
      meta.deletionGracePeriodSeconds,
      (meta.deletionGracePeriodSeconds ?? null) === (before.deletionGracePeriodSeconds ?? null),
    ),
  ]
}
