import { forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { containerImages, containerNames, labelsCell } from '../cells.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at, where } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { ReplicationController } from '../generated/core.gen.ts'
import { labelsText } from '../../meta/label-selector.ts'
import { replicaStatusErrors } from '../replica-status.ts'
import { nonNegative, podNameWarnings } from '../workload.ts'
import { setTemplateDefaults, templateErrors, templateWarnings } from './pod-template.ts'

const SPEC = at(undefined, 'spec')
const TEMPLATE = at(SPEC, 'template')

/** Source: pkg/registry/core/replicationcontroller/strategy.go. */
export const replicationController = define<ReplicationController>({
  resource: 'replicationcontrollers',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.ReplicationController' }],
  validateName: nameIsDnsSubdomain,
  defaults,
  prepareCreate(object) {
    object.status = { replicas: 0 }
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: specErrors,
  validateUpdate: specErrors,
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
    validate: ({ status }) => replicaStatusErrors(status, ['fullyLabeledReplicas']),
  },
  scale: {
    replicas: (object) => object.spec?.replicas ?? 0,
    observed: (object) => object.status?.replicas ?? 0,
    selector: (object) => labelsText(object.spec?.selector),
    setReplicas(object, replicas) {
      ;(object.spec ??= {}).replicas = replicas
    },
  },
  defaultPropagation: 'Orphan',
  fields: { 'status.replicas': (object) => String(object.status?.replicas ?? 0) },
  columns: COLUMNS.ReplicationController,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageText(metadata.creationTimestamp, now),
    containerNames(spec?.template?.spec?.containers),
    containerImages(spec?.template?.spec?.containers),
    labelsCell(spec?.selector),
  ],
})

function defaults(object: ReplicationController): void {
  const spec = (object.spec ??= {})
  const labels = spec.template?.metadata?.labels
  if (labels) {
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels }
    if (Object.keys(object.metadata.labels ?? {}).length === 0)
      object.metadata.labels = { ...labels }
  }
  spec.replicas ??= 1
  setTemplateDefaults(spec.template)
}

/** Source: core/validation ValidateReplicationControllerSpec. */
function specErrors(object: ReplicationController): FieldError[] {
  const errors: FieldError[] = []
  const { minReadySeconds, replicas, selector = {}, template } = object.spec ?? {}
  nonNegative(errors, SPEC, 'minReadySeconds', minReadySeconds)
  if (Object.keys(selector).length === 0) errors.push(required('spec.selector', ''))
  if (replicas === undefined) errors.push(required('spec.replicas', ''))
  nonNegative(errors, SPEC, 'replicas', replicas)
  if (!template) return [...errors, required('spec.template', '')]
  const labels = template.metadata?.labels ?? {}
  if (Object.entries(selector).some(([key, value]) => labels[key] !== value))
    errors.push(
      invalid(
        'spec.template.metadata.labels',
        template.metadata?.labels,
        '`selector` does not match template `labels`',
      ),
    )
  templateErrors(errors, TEMPLATE, template)
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {}
  if (restartPolicy !== 'Always')
    errors.push(
      notSupported(where(TEMPLATE, 'spec', 'restartPolicy'), restartPolicy ?? '', ['Always']),
    )
  if (activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden(
        where(TEMPLATE, 'spec', 'activeDeadlineSeconds'),
        'activeDeadlineSeconds in ReplicationController is not Supported',
      ),
    )
  return errors
}
