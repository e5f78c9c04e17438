import { invalid, type FieldError } from '../../meta/field-error.ts'
import { isQualifiedName, nameIsDnsLabel } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { Namespace } from '../generated/core.gen.ts'

const NAME_LABEL = 'kubernetes.io/metadata.name'
const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** Source: pkg/registry/core/namespace/strategy.go. */
export const namespace = define<Namespace>({
  resource: 'namespaces',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  isNamespace: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.Namespace' }],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  returnsDeleted: true,
  validateName: nameIsDnsLabel,
  defaults(object) {
    labelName(object)
    object.status ??= {}
    object.status.phase ||= 'Active'
  },
  prepareCreate(object) {
    labelName(object)
    object.status = { phase: 'Active' }
    const finalizers = ((object.spec ??= {}).finalizers ??= [])
    if (!finalizers.includes('kubernetes')) finalizers.push('kubernetes')
  },
  prepareUpdate(object, before) {
    labelName(object)
    keepFinalizers(object, before)
    object.status = before.status
  },
  validate: (object) => finalizerErrors(object, () => 'spec.finalizers'),
  validateUpdate: (object) => finalizerErrors(object, () => 'spec.finalizers'),
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: phaseErrors,
  },
  parts: {
    finalize: {
      prepare(object, before) {
        object.status = before.status
      },
      validate: (object) => finalizerErrors(object, (i) => `spec.finalizers[${i}]`),
    },
  },
  subresources: { finalize: { kind: 'Namespace', verbs: ['update'] } },
  deletion: {
    held: (object) => (object.spec?.finalizers?.length ?? 0) > 0,
    mark(object) {
      object.status = { ...object.status, phase: 'Terminating' }
      // Upstream's own delete of namespaces knows no grace.
      delete object.metadata.deletionGracePeriodSeconds
    },
  },
  fields: { 'status.phase': (object) => object.status?.phase ?? '' },
  columns: COLUMNS.Namespace,
  cells: (object, now) => [
    object.metadata.name ?? '',
    object.status?.phase ?? '',
    ageText(object.metadata.creationTimestamp, now),
  ],
})

/** A name still to be generated has no label yet; preparing the create sets it then. */
function labelName({ metadata }: Namespace): void {
  if (metadata.name) (metadata.labels ??= {})[NAME_LABEL] = metadata.name
}

function keepFinalizers(object: Namespace, before: Namespace): void {
  const finalizers = before.spec?.finalizers
  if (finalizers) (object.spec ??= {}).finalizers = finalizers
  else if (object.spec) delete object.spec.finalizers
}

function finalizerErrors(object: Namespace, field: (index: number) => string): FieldError[] {
  const errors: FieldError[] = []
  for (const [i, name] of (object.spec?.finalizers ?? []).entries()) {
    for (const reason of isQualifiedName(name)) errors.push(invalid(field(i), name, reason))
    if (!name.includes('/') && !STANDARD_FINALIZERS.has(name))
      errors.push(
        invalid(
          field(i),
          name,
          'name is neither a standard finalizer name nor is it fully qualified',
        ),
      )
  }
  return errors
}

function phaseErrors(object: Namespace): FieldError[] {
  const deleted = object.metadata.deletionTimestamp !== undefined
  const wanted = deleted ? 'Terminating' : 'Active'
  const phase = object.status?.phase ?? ''
  if (phase === wanted) return []
  const when = deleted ? 'is not empty' : 'is empty'
  const why = `may only be '${wanted}' if \`deletionTimestamp\` ${when}`
  return [invalid('status.Phase', phase, why)]
}
