import { labelSelectorOf, selectorText } from '../../meta/label-selector.ts'
import { nameIsDnsLabel } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { containerImages, containerNames } from '../cells.ts'
import { claimSpecWarnings } from '../core/claim-warnings.ts'
import { setTemplateDefaults, templateWarnings } from '../core/pod-template.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import type { StatefulSet, StatefulSetSpec } from '../generated/apps.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import {
  statefulSetErrors,
  statefulSetStatusErrors,
  statefulSetUpdateErrors,
} from './statefulset-validate.ts'

const TEMPLATE = at(at(undefined, 'spec'), 'template')
const HISTORY_DEFAULT = 10

/** Source: pkg/registry/apps/statefulset/strategy.go. */
export const statefulSet = define<StatefulSet>({
  resource: 'statefulsets.apps',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  served: [{ group: 'apps', version: 'v1', schema: 'io.k8s.api.apps.v1.StatefulSet' }],
  validateName: nameIsDnsLabel,
  defaults(object) {
    setSpecDefaults((object.spec ??= {} as StatefulSetSpec))
  },
  prepareCreate(object) {
    object.status = { replicas: 0, availableReplicas: 0 }
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: statefulSetErrors,
  validateUpdate: statefulSetUpdateErrors,
  warnings,
  generationOf: ['spec'],
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: statefulSetStatusErrors,
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
  columns: COLUMNS.StatefulSet,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    ageText(metadata.creationTimestamp, now),
    containerNames(spec?.template?.spec?.containers),
    containerImages(spec?.template?.spec?.containers),
  ],
})

/** Source: pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet. */
function setSpecDefaults(spec: StatefulSetSpec): void {
  spec.podManagementPolicy ||= 'OrderedReady'
  const strategy = (spec.updateStrategy ??= {})
  if (!strategy.type) {
    strategy.type = 'RollingUpdate'
    strategy.rollingUpdate ??= {}
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) {
    strategy.rollingUpdate.partition ??= 0
    strategy.rollingUpdate.maxUnavailable ??= 1
  }
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {})
  retention.whenDeleted ||= 'Retain'
  retention.whenScaled ||= 'Retain'
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= HISTORY_DEFAULT
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion ||= 'v1'
    claim.kind ||= 'PersistentVolumeClaim'
    claim.spec ??= {}
    claim.spec.volumeMode ??= 'Filesystem'
    claim.status ??= {}
    claim.status.phase ||= 'Pending'
  }
  setTemplateDefaults((spec.template ??= {}))
}

function warnings({ spec }: StatefulSet, before: StatefulSet | undefined): string[] {
  const list = before && equal(spec, before.spec) ? [] : templateWarnings(TEMPLATE, spec?.template)
  for (const [i, claim] of (spec?.volumeClaimTemplates ?? []).entries()) {
    const field = `spec.volumeClaimTemplates[${i}]${before ? '.Spec' : ''}`
    list.push(...claimSpecWarnings(field, claim.spec ?? {}))
  }
  if ((spec?.revisionHistoryLimit ?? 0) < 0)
    list.push(
      'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
    )
  return list
}
