import type { FieldError } from '../../meta/field-error.ts'
import { labelSelectorCell } from '../../meta/label-selector.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { containerImages, containerNames, labelsCell } from '../cells.ts'
import { setTemplateDefaults, templateWarnings } from '../core/pod-template.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import type { DaemonSet, DaemonSetSpec } from '../generated/apps.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { daemonSetErrors, daemonSetStatusErrors, daemonSetUpdateErrors } from './daemonset-validate.ts'

const TEMPLATE = at(at(undefined, 'spec'), 'template')
const HISTORY_DEFAULT = 10

/** Source: pkg/registry/apps/daemonset/strategy.go. */
export const daemonSet = define<DaemonSet>({
  resource: 'daemonsets.apps',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  served: [{ group: 'apps', version: 'v1', schema: 'io.k8s.api.apps.v1.DaemonSet' }],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    const spec = (object.spec ??= {} as DaemonSetSpec)
    const strategy = (spec.updateStrategy ??= {})
    strategy.type ||= 'RollingUpdate'
    if (strategy.type === 'RollingUpdate') {
      const rolling = (strategy.rollingUpdate ??= {})
      rolling.maxUnavailable ??= 1
      rolling.maxSurge ??= 0
    }
    spec.revisionHistoryLimit ??= HISTORY_DEFAULT
    setTemplateDefaults((spec.template ??= {}))
  },
  prepareCreate(object) {
    object.status = {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    }
    setTemplateGeneration(object, 1)
  },
  prepareUpdate(object, before) {
    object.status = before.status
    const old = templateGeneration(before)
    const same = equal(object.spec?.template, before.spec?.template)
    if (same && before.metadata.annotations?.[TEMPLATE_GENERATION] === undefined) {
      delete object.metadata.annotations?.[TEMPLATE_GENERATION]
      return
    }
    setTemplateGeneration(object, same ? old : old + 1)
  },
  validate: daemonSetErrors,
  validateUpdate: daemonSetUpdateErrors,
  warnings: (object, before) =>
    before && equal(object.spec?.template, before.spec?.template)
      ? []
      : templateWarnings(TEMPLATE, object.spec?.template),
  generationOf: ['spec'],
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: daemonSetStatusErrors,
  },
  columns: COLUMNS.DaemonSet,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    labelsCell(spec?.template?.spec?.nodeSelector),
    ageText(metadata.creationTimestamp, now),
    containerNames(spec?.template?.spec?.containers),
    containerImages(spec?.template?.spec?.containers),
    labelSelectorCell(spec?.selector),
  ],
})

/** apps/v1 keeps the counter of templates here. Source: apps/v1 DeprecatedTemplateGeneration. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'

const templateGeneration = ({ metadata }: DaemonSet): number =>
  Number(metadata.annotations?.[TEMPLATE_GENERATION] ?? 0) || 0

function setTemplateGeneration(object: DaemonSet, least: number): void {
  const value = Math.max(least, least === 1 ? templateGeneration(object) : least)
  object.metadata.annotations = {
    ...object.metadata.annotations,
    [TEMPLATE_GENERATION]: String(value),
  }
}
