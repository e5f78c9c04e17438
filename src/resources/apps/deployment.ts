import { labelSelectorOf, selectorText } from '../../meta/label-selector.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { containerImages, containerNames } from '../cells.ts'
import { setTemplateDefaults, templateWarnings } from '../core/pod-template.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import type { Deployment, DeploymentSpec } from '../generated/apps.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { podNameWarnings } from '../workload.ts'
import { deploymentErrors, deploymentStatusErrors, deploymentUpdateErrors } from './deployment-validate.ts'

const TEMPLATE = at(at(undefined, 'spec'), 'template')

/** Source: pkg/registry/apps/deployment/strategy.go. */
export const deployment = define<Deployment>({
  resource: 'deployments.apps',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  served: [{ group: 'apps', version: 'v1', schema: 'io.k8s.api.apps.v1.Deployment' }],
  validateName: nameIsDnsSubdomain,
  defaults,
  prepareCreate(object) {
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: deploymentErrors,
  validateUpdate: deploymentUpdateErrors,
  warnings: (object, before) => [
    ...(before ? [] : podNameWarnings(object.metadata.name ?? '')),
    ...(before && equal(object.spec, before.spec)
      ? []
      : templateWarnings(TEMPLATE, object.spec?.template)),
  ],
  // Annotations are copied to ReplicaSets, so they count too.
  generationOf: ['spec', 'metadata.annotations'],
  status: {
    prepare(object, before) {
      object.spec = before.spec
      if (before.metadata.labels) object.metadata.labels = before.metadata.labels
      else delete object.metadata.labels
    },
    validate: deploymentStatusErrors,
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
  columns: COLUMNS.Deployment,
  cells({ metadata, spec, status }, now) {
    const selector = labelSelectorOf(spec?.selector)
    const containers = spec?.template?.spec?.containers
    return [
      metadata.name ?? '',
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      ageText(metadata.creationTimestamp, now),
      containerNames(containers),
      containerImages(containers),
      selector.ok ? selectorText(selector.value) : '<invalid>',
    ]
  },
})

/** Source: pkg/apis/apps/v1/defaults.go SetDefaults_Deployment. */
function defaults(object: Deployment): void {
  const spec = (object.spec ??= {} as DeploymentSpec)
  spec.replicas ??= 1
  const strategy = (spec.strategy ??= {})
  strategy.type ||= 'RollingUpdate'
  if (strategy.type === 'RollingUpdate') {
    const rolling = (strategy.rollingUpdate ??= {})
    rolling.maxUnavailable ??= '25%'
    rolling.maxSurge ??= '25%'
  }
  spec.revisionHistoryLimit ??= 10
  spec.progressDeadlineSeconds ??= 600
  setTemplateDefaults((spec.template ??= {}))
}
