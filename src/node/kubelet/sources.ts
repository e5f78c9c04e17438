import type { ConfigMap, Pod, Secret, Service } from '../../resources/generated/core.gen.ts'
import { readVolumeFile, type VolumePaths } from './apply-volumes.ts'
import type { KubeletContext } from './context.ts'
import type { VolumeSources } from './plan-volumes.ts'
import { isHostNetwork } from './pod-spec.ts'

/** Values for variables and files, from the view as it is now. */
export function sourcesFor(
  context: KubeletContext,
  pod: Pod,
  podIps: readonly string[],
  paths?: VolumePaths,
): VolumeSources {
  const { view } = context.view
  const { hostIps, allocatable } = context.settings
  return {
    podIps: isHostNetwork(pod) ? hostIps : podIps,
    hostIps,
    allocatable,
    configMap: (namespace, name) => view.get<ConfigMap>('configmaps', namespace, name),
    secret: (namespace, name) => view.get<Secret>('secrets', namespace, name),
    services: () => view.list<Service>('services'),
    token: (of, wish) => context.tokens.held(of, wish),
    volumeFile: (volume, path) => (paths ? readVolumeFile(paths, volume, path) : undefined),
  }
}

/** Pull secrets of a Pod that are there, and the names of those that are not. */
export function pullSecrets(context: KubeletContext, pod: Pod): { found: Secret[]; missing: string[] } {
  const found: Secret[] = []
  const missing: string[] = []
  for (const { name = '' } of pod.spec?.imagePullSecrets ?? []) {
    const secret = context.view.view.get<Secret>('secrets', pod.metadata.namespace!, name)
    if (secret) found.push(secret)
    else missing.push(name)
  }
  return { found, missing }
}
