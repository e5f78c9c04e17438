import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { canonicalQuantity } from '../../meta/quantity.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import type {
  HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, HPAScalingRules, MetricSpec, MetricStatus,
  MetricTarget, MetricValueStatus,
} from '../generated/autoscaling.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { autoscalerErrors, autoscalerStatusErrors } from './hpa-validate.ts'
import { defaultMetrics, fromAutoscalingV1, toAutoscalingV1, withoutRoundTrip } from './hpa-v1.ts'

const PERIOD_SECONDS = 15
const METRICS_SHOWN = 2

/** Source: pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go. */
export const horizontalPodAutoscaler = define<HorizontalPodAutoscaler>({
  resource: 'horizontalpodautoscalers.autoscaling',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  served: [
    { group: 'autoscaling', version: 'v2', schema: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler' },
    {
      group: 'autoscaling',
      version: 'v1',
      schema: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
      toStorage: fromAutoscalingV1,
      fromStorage: toAutoscalingV1,
    },
  ],
  validateName: nameIsDnsSubdomain,
  defaults,
  prepareCreate(object) {
    object.status = { desiredReplicas: 0 }
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: (object) => autoscalerErrors(object, undefined),
  validateUpdate: autoscalerErrors,
  generationOf: ['spec'],
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: autoscalerStatusErrors,
  },
  columns: COLUMNS.HorizontalPodAutoscaler,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`,
    metricsCell(spec?.metrics ?? [], status?.currentMetrics ?? []),
    spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
    spec?.maxReplicas ?? 0,
    status?.currentReplicas ?? 0,
    ageText(metadata.creationTimestamp, now),
  ],
})

/** Source: pkg/apis/autoscaling/v2/defaults.go. */
function defaults(object: HorizontalPodAutoscaler): void {
  withoutRoundTrip(object)
  const spec = (object.spec ??= {} as HorizontalPodAutoscalerSpec)
  spec.minReplicas ??= 1
  if (!spec.metrics?.length) spec.metrics = defaultMetrics()
  if (!spec.behavior) return
  spec.behavior.scaleUp = withRules(spec.behavior.scaleUp, {
    stabilizationWindowSeconds: 0,
    policies: [
      { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS },
      { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS },
    ],
  })
  spec.behavior.scaleDown = withRules(spec.behavior.scaleDown, {
    policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }],
  })
}

const withRules = (given: HPAScalingRules | undefined, rules: HPAScalingRules): HPAScalingRules => ({
  selectPolicy: 'Max',
  ...rules,
  ...given,
})

/** Source: printers.go formatHPAMetrics. */
function metricsCell(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return '<none>'
  const shown = specs.slice(0, METRICS_SHOWN).map((spec, i) => metricCell(spec, statuses[i])).join(', ')
  return specs.length > METRICS_SHOWN ? `${shown} + ${specs.length - METRICS_SHOWN} more...` : shown
}

function metricCell(spec: MetricSpec, status: MetricStatus | undefined): string {
  if (spec.pods) return `${amount(status?.pods?.current.averageValue)}/${amount(spec.pods.target.averageValue)}`
  if (spec.object) return valueCell(spec.object.target, status?.object?.current)
  if (spec.external) return valueCell(spec.external.target, status?.external?.current)
  const source = spec.resource ?? spec.containerResource
  if (!source) return '<unknown type>'
  const current = (status?.resource ?? status?.containerResource)?.current
  return `${source.name}: ${resourceCell(source.target, current)}`
}

function valueCell({ value, averageValue }: MetricTarget, current: MetricValueStatus | undefined): string {
  if (averageValue !== undefined) return `${amount(current?.averageValue)}/${amount(averageValue)} (avg)`
  return `${amount(current?.value)}/${amount(value)}`
}

function resourceCell(target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined)
    return `${amount(current?.averageValue)}/${amount(target.averageValue)}`
  const percent = (value: number | undefined, instead: string): string =>
    value === undefined ? instead : `${value}%`
  return `${percent(current?.averageUtilization, '<unknown>')}/${percent(target.averageUtilization, '<auto>')}`
}

const amount = (text: string | undefined): string =>
  text === undefined ? '<unknown>' : canonicalQuantity(text)
