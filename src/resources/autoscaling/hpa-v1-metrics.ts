import { parseQuantity, quantitySign } from '../../meta/quantity.ts'
import type * as v1 from '../generated/autoscaling-v1.gen.ts'
import type * as v2 from '../generated/autoscaling.gen.ts'

/**
 * Metrics of autoscaling/v1, which only stand in annotations, and those of v2. Fields are made in the order
 * of Go's structs, since the annotations are JSON of them; what is undefined is left out there.
 * Source: pkg/apis/autoscaling/v1/conversion.go.
 */

/** A v2 metric as v1 writes it. */
export function metricToV1(metric: v2.MetricSpec): v1.MetricSpec {
  const { type, object, pods, resource, containerResource, external } = metric
  return {
    type,
    object: object && {
      target: referenceOf(object.describedObject),
      metricName: object.metric.name,
      targetValue: object.target.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.target.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue ?? '0',
      selector: pods.metric.selector,
    },
    resource: resource && {
      name: resource.name,
      targetAverageUtilization: resource.target.averageUtilization,
      targetAverageValue: resource.target.averageValue,
    },
    containerResource: containerResource && {
      name: containerResource.name,
      targetAverageUtilization: containerResource.target.averageUtilization,
      targetAverageValue: containerResource.target.averageValue,
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      targetValue: external.target.value,
      targetAverageValue: external.target.averageValue,
    },
  }
}

/** A v1 metric as v2 has it. */
export function metricFromV1(metric: v1.MetricSpec): v2.MetricSpec {
  const { type, object, pods, resource, containerResource, external } = metric
  return plain({
    type,
    object: object && {
      describedObject: object.target,
      target: objectTarget(object),
      metric: identifier(object.metricName, object.selector),
    },
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue },
    },
    resource: resource && { name: resource.name, target: resourceTarget(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      target: resourceTarget(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      target: plain({
        type: external.targetValue === undefined ? 'AverageValue' : 'Value',
        value: external.targetValue,
        averageValue: external.targetAverageValue,
      }),
    },
  })
}

/** A v2 metric's status as v1 writes it. */
export function statusToV1(metric: v2.MetricStatus): v1.MetricStatus {
  const { type, object, pods, resource, containerResource, external } = metric
  return {
    type,
    object: object && {
      target: referenceOf(object.describedObject),
      metricName: object.metric.name,
      currentValue: object.current.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.current.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue ?? '0',
      selector: pods.metric.selector,
    },
    resource: resource && {
      name: resource.name,
      currentAverageUtilization: resource.current.averageUtilization,
      currentAverageValue: resource.current.averageValue ?? '0',
    },
    containerResource: containerResource && {
      name: containerResource.name,
      currentAverageUtilization: containerResource.current.averageUtilization,
      currentAverageValue: containerResource.current.averageValue ?? '0',
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      currentValue: external.current.value ?? '0',
      currentAverageValue: external.current.averageValue,
    },
  }
}

/** A v1 metric's status as v2 has it. */
export function statusFromV1(metric: v1.MetricStatus): v2.MetricStatus {
  const { type, object, pods, resource, containerResource, external } = metric
  return plain({
    type,
    object: object && {
      metric: identifier(object.metricName, object.selector),
      current: plain({ value: object.currentValue, averageValue: object.averageValue }),
      describedObject: object.target,
    },
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      current: { averageValue: pods.currentAverageValue },
    },
    resource: resource && { name: resource.name, current: resourceCurrent(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      current: resourceCurrent(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      current: plain({ value: external.currentValue, averageValue: external.currentAverageValue }),
    },
  })
}

/** A copy without what is undefined. */
export function plain<O extends object>(object: { [K in keyof O]: O[K] | undefined }): O {
  const copy = { ...object }
  for (const key of Object.keys(copy) as (keyof O)[]) if (copy[key] === undefined) delete copy[key]
  return copy as O
}

const identifier = (name: string, selector: v2.MetricIdentifier['selector']): v2.MetricIdentifier =>
  plain({ name: name ?? '', selector })

const referenceOf = (ref: v2.CrossVersionObjectReference): v1.CrossVersionObjectReference =>
  plain({ kind: ref.kind, name: ref.name, apiVersion: ref.apiVersion || undefined })

/** v1 cannot leave the value out: beside an average, zero is none. */
function objectTarget({ targetValue, averageValue }: v1.ObjectMetricSource): v2.MetricTarget {
  if (averageValue === undefined) return { type: 'Value', value: targetValue }
  const value = parseQuantity(targetValue ?? '0')
  const isZero = !value.ok || quantitySign(value.value) === 0
  return plain({ type: 'AverageValue', value: isZero ? undefined : targetValue, averageValue })
}

const resourceTarget = (source: v1.ResourceMetricSource): v2.MetricTarget =>
  plain({
    type: source.targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
    averageValue: source.targetAverageValue,
    averageUtilization: source.targetAverageUtilization,
  })

const resourceCurrent = (source: v1.ResourceMetricStatus): v2.MetricValueStatus =>
  plain({
    averageValue: source.currentAverageValue,
    averageUtilization: source.currentAverageUtilization,
  })
