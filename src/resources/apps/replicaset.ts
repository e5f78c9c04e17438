import { invalid, type FieldError } from '../../meta/field-error.ts'
import { labelSelectorCell, labelSelectorOf, selectorText } from '../../meta/label-selector.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { containerImages, containerNames } from '../cells.ts'
import { setTemplateDefaults, templateWarnings } from '../core/pod-template.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import type { ReplicaSet, ReplicaSetSpec } from '../generated/apps.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { replicaStatusErrors } from '../replica-status.ts'
import { nonNegative, podNameWarnings } from '../workload.ts'
import { selectorAndTemplateErrors } from './selector-errors.ts'

const SPEC = at(undefined, 'spec')
const TEMPLATE = at(SPEC, 'template')

/** Source: pkg/registry/apps/replicaset/strategy.go. */
export const replicaSet = define<ReplicaSet>({
  resource: 'replicasets.apps',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  served: [{ group: 'apps', version: 'v1', schema: 'io.k8s.api.apps.v1.ReplicaSet' }],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    const spec = (object.spec ??= {} as ReplicaSetSpec)
    spec.replicas ??= 1
    setTemplateDefaults((spec.template ??= {}))
  },
  prepareCreate(object) {
    object.status = { replicas: 0 }
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: specErrors,
  validateUpdate(object, before) {
    const errors = specErrors(object)
    if (!equal(object.spec?.selector, before.spec?.selector))
      errors.push(invalid('spec.selector', object.spec?.selector, 'field is immutable'))
    return errors
  },
  warnings: (object, before) => [
    ...(before ? [] : podNameWarnings(object.metadata.name ?? '')),
    ...(before && equal(object.spec, before.spec)
      ? []
      : templateWarnings(TEMPLATE, object.spec?.template)),
  ],
  generationOf: ['spec'],
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: ({ status }) =>
      replicaStatusErrors(status, ['fullyLabeledReplicas'], ['terminatingReplicas']),
  },
  scale: {
    replicas: (object) => object.spec?.replicas ?? 0,
    observed: (object) => object.status?.replicas ?? 0,
    selector(object) {
      const selector = labelSelectorOf(object.spec?.selector)
      return selector.ok ? selectorText(selector.value) : ''
    },
    setReplicas(object, replicas) {
      if (object.spec) object.spec.replicas = replicas
    },
  },
  columns: COLUMNS.ReplicaSet,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageText(metadata.creationTimestamp, now),
    containerNames(spec?.template?.spec?.containers),
    containerImages(spec?.template?.spec?.containers),
    labelSelectorCell(spec?.selector),
  ],
})

/** Source: apps/validation ValidateReplicaSetSpec. */
function specErrors(object: ReplicaSet): FieldError[] {
  const errors: FieldError[] = []
  nonNegative(errors, SPEC, 'replicas', object.spec?.replicas)
  nonNegative(errors, SPEC, 'minReadySeconds', object.spec?.minReadySeconds)
  selectorAndTemplateErrors(errors, SPEC, object.spec ?? {})
  return errors
}
