import type { KubeObject } from '../meta/object.ts'
import type { ResourceDefinition } from '../resources/define.ts'

/** Source: autoscaling/v1 Scale. */
export interface Scale extends KubeObject {
  spec: { replicas?: number }
  status: { replicas: number; selector?: string }
}

/** The scale of an object of a kind that has one. */
export function scaleOfObject({ scale }: ResourceDefinition, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const replicas = scale!.replicas(object)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    // Replicas has omitempty upstream: zero is left out.
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: scale!.observed(object), selector: scale!.selector(object) },
  }
}
