import type { Pod } from '../../resources/generated/core.gen.ts'
import { allContainers, specOf } from './pod-spec.ts'

/** Whether variables or volumes of a Pod come from this ConfigMap or Secret. */
export function refersTo(pod: Pod, resource: string, namespace: string, name: string): boolean {
  if (pod.metadata.namespace !== namespace) return false
  return resource === 'configmaps' ? usesConfigMap(pod, name) : resource === 'secrets' && usesSecret(pod, name)
}

const usesConfigMap = (pod: Pod, name: string): boolean =>
  (specOf(pod).volumes ?? []).some(
    (v) => v.configMap?.name === name || v.projected?.sources?.some((s) => s.configMap?.name === name),
  ) ||
  allContainers(pod).some(
    ({ container }) =>
      container.envFrom?.some((e) => e.configMapRef?.name === name) ||
      container.env?.some((e) => e.valueFrom?.configMapKeyRef?.name === name),
  )

const usesSecret = (pod: Pod, name: string): boolean =>
  (specOf(pod).imagePullSecrets ?? []).some((s) => s.name === name) ||
  (specOf(pod).volumes ?? []).some(
    (v) => v.secret?.secretName === name || v.projected?.sources?.some((s) => s.secret?.name === name),
  ) ||
  allContainers(pod).some(
    ({ container }) =>
      container.envFrom?.some((e) => e.secretRef?.name === name) ||
      container.env?.some((e) => e.valueFrom?.secretKeyRef?.name === name),
  )
