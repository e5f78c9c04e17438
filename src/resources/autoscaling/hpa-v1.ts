import { decodeJson } from '../../meta/decode.ts'
import { goJson } from '../../meta/go-quote.ts'
import type { KubeObject } from '../../meta/object.ts'
import type * as v1 from '../generated/autoscaling-v1.gen.ts'
import type * as v2 from '../generated/autoscaling.gen.ts'
import { schemaOf } from '../schemas.ts'
import { metricFromV1, metricToV1, plain, statusFromV1, statusToV1 } from './hpa-v1-metrics.ts'

/** What autoscaling/v1 cannot say stands in annotations. Source: pkg/apis/autoscaling/annotations.go. */
const METRICS = 'autoscaling.alpha.kubernetes.io/metrics'
const STATUSES = 'autoscaling.alpha.kubernetes.io/current-metrics'
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions'
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior'
const ROUND_TRIP = [
  METRICS, STATUSES, CONDITIONS, BEHAVIOR,
  'autoscaling.alpha.kubernetes.io/scale-down-tolerance',
  'autoscaling.alpha.kubernetes.io/scale-up-tolerance',
]
const DEFAULT_UTILIZATION = 80

/** Takes away annotations that only v1 has; a client may have sent them to v2. */
export function withoutRoundTrip({ metadata }: KubeObject): void {
  const { annotations } = metadata
  if (!annotations || !ROUND_TRIP.some((name) => annotations[name] !== undefined)) return
  for (const name of ROUND_TRIP) delete annotations[name]
  if (Object.keys(annotations).length === 0) delete metadata.annotations
}

/** The metric of an autoscaler that names none. */
export const defaultMetrics = (): v2.MetricSpec[] => [cpuMetric(DEFAULT_UTILIZATION)]

const cpuMetric = (averageUtilization: number): v2.MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

/** What v1 has a field for. */
const isCpuUtilization = ({ type, resource }: v2.MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined

/** A stored v2 object as v1. Source: autoscaling/v1 Convert_autoscaling_HorizontalPodAutoscaler_To_v1. */
export function toAutoscalingV1(object: KubeObject): KubeObject {
  const stored = object as v2.HorizontalPodAutoscaler
  const { spec, status } = stored
  const cpu = (spec.metrics ?? []).find(isCpuUtilization)
  const given: v1.HorizontalPodAutoscaler = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { ...stored.metadata },
    spec: plain({
      scaleTargetRef: spec.scaleTargetRef,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      targetCPUUtilizationPercentage: cpu?.resource?.target.averageUtilization,
    }),
    status: statusToFields(status),
  }
  const extra = annotationsOf(stored)
  if (extra) given.metadata.annotations = { ...stored.metadata.annotations, ...extra }
  return plain(given)
}

function statusToFields(
  status: v2.HorizontalPodAutoscalerStatus | undefined,
): v1.HorizontalPodAutoscalerStatus | undefined {
  if (!status) return undefined
  const cpu = (status.currentMetrics ?? []).findLast(
    ({ type, resource }) =>
      type === 'Resource' && resource?.name === 'cpu' && resource.current.averageUtilization !== undefined,
  )
  return plain({
    observedGeneration: status.observedGeneration,
    lastScaleTime: status.lastScaleTime,
    currentReplicas: status.currentReplicas ?? 0,
    desiredReplicas: status.desiredReplicas ?? 0,
    currentCPUUtilizationPercentage: cpu?.resource?.current.averageUtilization,
  })
}

function annotationsOf({ spec, status }: v2.HorizontalPodAutoscaler): Record<string, string> | undefined {
  const others = (spec.metrics ?? []).filter((metric) => !isCpuUtilization(metric)).map(metricToV1)
  const statuses = (status?.currentMetrics ?? []).map(statusToV1)
  const conditions = (status?.conditions ?? []).map(conditionToV1)
  const extra: Record<string, string> = {}
  if (others.length > 0) extra[METRICS] = goJson(others)
  if (statuses.length > 0) extra[STATUSES] = goJson(statuses)
  if (spec.behavior) extra[BEHAVIOR] = goJson(behaviorInGo(spec.behavior))
  if (conditions.length > 0) extra[CONDITIONS] = goJson(conditions)
  return Object.keys(extra).length > 0 ? extra : undefined
}

const conditionToV1 = (condition: v2.HorizontalPodAutoscalerCondition): object => ({
  type: condition.type,
  status: condition.status,
  lastTransitionTime: condition.lastTransitionTime ?? null,
  reason: condition.reason || undefined,
  message: condition.message || undefined,
  observedGeneration: condition.observedGeneration,
})

/** Upstream writes its internal type here, in Go's names. */
const behaviorInGo = ({ scaleUp, scaleDown }: v2.HorizontalPodAutoscalerBehavior): object => ({
  ScaleUp: rulesInGo(scaleUp),
  ScaleDown: rulesInGo(scaleDown),
})

const rulesInGo = (rules: v2.HPAScalingRules | undefined): object | null =>
  rules
    ? {
        StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
        SelectPolicy: rules.selectPolicy ?? null,
        Policies:
          rules.policies?.map(({ type, value, periodSeconds }) => ({
            Type: type, Value: value, PeriodSeconds: periodSeconds,
          })) ?? null,
        Tolerance: rules.tolerance ?? null,
      }
    : null

/** A v1 object in the stored version. Source: Convert_v1_HorizontalPodAutoscaler_To_autoscaling. */
export function fromAutoscalingV1(object: KubeObject): KubeObject {
  const given = object as v1.HorizontalPodAutoscaler
  const annotations = given.metadata.annotations ?? {}
  const spec: Partial<v1.HorizontalPodAutoscalerSpec> = given.spec ?? {}
  const percent = spec.targetCPUUtilizationPercentage
  const metrics = (listIn<v1.MetricSpec>(annotations[METRICS], 'MetricSpec') ?? []).map(metricFromV1)
  if (percent !== undefined) metrics.push(cpuMetric(percent))
  const stored: v2.HorizontalPodAutoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: given.metadata,
    spec: plain({
      scaleTargetRef: spec.scaleTargetRef!,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas!,
      metrics: metrics.length > 0 ? metrics : defaultMetrics(),
      behavior: behaviorIn(annotations[BEHAVIOR]),
    }),
    status: statusFromFields(given.status, annotations),
  }
  withoutRoundTrip(stored)
  return plain(stored)
}

function statusFromFields(
  status: v1.HorizontalPodAutoscalerStatus | undefined,
  annotations: Readonly<Record<string, string>>,
): v2.HorizontalPodAutoscalerStatus | undefined {
  const statuses = listIn<v1.MetricStatus>(annotations[STATUSES], 'MetricStatus')?.map(statusFromV1)
  const conditions = listIn<v2.HorizontalPodAutoscalerCondition>(
    annotations[CONDITIONS], 'HorizontalPodAutoscalerCondition',
  )
  if (!status && !statuses && !conditions) return undefined
  const percent = status?.currentCPUUtilizationPercentage
  const cpu: v2.MetricStatus[] | undefined =
    percent === undefined
      ? undefined
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percent } } }]
  return plain({
    observedGeneration: status?.observedGeneration,
    lastScaleTime: status?.lastScaleTime,
    currentReplicas: status?.currentReplicas,
    desiredReplicas: status?.desiredReplicas ?? 0,
    currentMetrics: statuses ?? cpu,
    conditions,
  })
}

/** A list in an annotation; what upstream's types cannot hold is ignored, as upstream does. */
function listIn<T>(text: string | undefined, type: string): T[] | undefined {
  const value = jsonIn(text)
  if (!Array.isArray(value)) return undefined
  const items = value.map((item: unknown) => typed<T>(`io.k8s.api.autoscaling.v1.${type}`, item))
  return items.every((item) => item !== undefined) ? items : undefined
}

function typed<T>(type: string, value: unknown): T | undefined {
  const read = decodeJson(schemaOf(type), JSON.stringify(value) ?? 'null')
  return read.ok && isObject(read.value.value) ? (read.value.value as T) : undefined
}

function jsonIn(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // A client may write anything into an annotation; upstream ignores what it cannot read.
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Go reads names of fields in any case. */
function behaviorIn(text: string | undefined): v2.HorizontalPodAutoscalerBehavior | undefined {
  const read = lowered(jsonIn(text))
  const behavior = typed<v2.HorizontalPodAutoscalerBehavior>(
    'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior',
    { scaleUp: rulesFrom(read['scaleup']), scaleDown: rulesFrom(read['scaledown']) },
  )
  return behavior && (behavior.scaleUp ?? behavior.scaleDown) ? behavior : undefined
}

function rulesFrom(value: unknown): object | undefined {
  if (value === undefined) return undefined
  const rules = lowered(value)
  const policies = rules['policies']
  return {
    stabilizationWindowSeconds: rules['stabilizationwindowseconds'],
    selectPolicy: rules['selectpolicy'],
    policies: Array.isArray(policies) ? policies.map(policyFrom) : policies,
    tolerance: rules['tolerance'],
  }
}

function policyFrom(value: unknown): object {
  const policy = lowered(value)
  return { type: policy['type'], value: policy['value'], periodSeconds: policy['periodseconds'] }
}

/** Keys in lower case; null is absent. */
function lowered(value: unknown): Record<string, unknown> {
  const entries = isObject(value) ? Object.entries(value) : []
  return Object.fromEntries(
    entries.flatMap(([key, item]) => (item === null ? [] : [[key.toLowerCase(), item]])),
  )
}
