import type { Volume } from '../generated/core.gen.ts'
import { procMount } from './baseline-checks.ts'
import {
  badContainers, badSetters, butUserNamespaces, butWindows, containersText, everyContainer, inOrder, plural, quoted,
  type Check, type CheckPod,
} from './check.ts'
import { seccompRequired } from './profile-checks.ts'

const VOLUMES = [
  'configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret',
] as const
/** Types that messages name, in upstream's order; a volume has one. */
const NAMED_VOLUMES = [
  'hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'gitRepo', 'nfs', 'iscsi', 'glusterfs', 'rbd', 'flexVolume',
  'cinder', 'cephfs', 'flocker', 'fc', 'azureFile', 'vsphereVolume', 'quobyte', 'azureDisk', 'photonPersistentDisk',
  'portworxVolume', 'scaleIO', 'storageos',
] as const

const allowPrivilegeEscalation: CheckPod = (spec) => {
  const bad = badContainers(spec, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
  if (bad.length === 0) return undefined
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersText(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  }
}

const capabilities: CheckPod = (spec) => {
  const keeping = badContainers(spec, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'))
  const isForbidden = (name: string): boolean => name !== 'NET_BIND_SERVICE'
  const adding = badContainers(spec, ({ securityContext }) => securityContext?.capabilities?.add?.some(isForbidden) ?? false)
  const added = everyContainer(spec).flatMap(({ securityContext }) => securityContext?.capabilities?.add ?? [])
  const details = [
    ...(keeping.length > 0 ? [`${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [`${containersText(adding)} must not include ${quoted(inOrder(added.filter(isForbidden)))} in securityContext.capabilities.add`]
      : []),
  ]
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') }
}

const volumeTypes: CheckPod = ({ volumes = [] }) => {
  const bad = volumes.filter((volume) => !VOLUMES.some((type) => volume[type] !== undefined))
  if (bad.length === 0) return undefined
  const typeOf = (volume: Volume): string => NAMED_VOLUMES.find((type) => volume[type] !== undefined) ?? 'unknown'
  const types = inOrder(bad.map(typeOf))
  const names = bad.map(({ name }) => name)
  const uses = `${plural('uses', 'use', bad.length)} ${plural('restricted volume type', 'restricted volume types', types.length)}`
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)} ${uses} ${quoted(types)}`,
  }
}

const runAsNonRoot: CheckPod = (spec) => {
  const found = badSetters(spec, (context) => (context.runAsNonRoot === false ? ['false'] : []))
  const reason = 'runAsNonRoot != true'
  if (found) return { reason, detail: `${found.who} must not set securityContext.runAsNonRoot=false` }
  if (spec.securityContext?.runAsNonRoot) return undefined
  const without = badContainers(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined)
  if (without.length === 0) return undefined
  return { reason, detail: `pod or ${containersText(without)} must set securityContext.runAsNonRoot=true` }
}

const runAsUser: CheckPod = (spec) => {
  const found = badSetters(spec, (context) => (context.runAsUser === 0 ? ['0'] : []))
  return found && { reason: 'runAsUser=0', detail: `${found.who} must not set runAsUser=0` }
}

/** Rules beyond the baseline's, by id. Source of each: pod-security-admission policy/check_<id>.go. */
export const RESTRICTED: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation', level: 'restricted',
    versions: [{ since: 8, check: allowPrivilegeEscalation }, { since: 25, check: butWindows(allowPrivilegeEscalation) }],
  },
  {
    id: 'capabilities_restricted', level: 'restricted',
    versions: [
      { since: 22, check: capabilities, overrides: ['capabilities_baseline'] },
      { since: 25, check: butWindows(capabilities), overrides: ['capabilities_baseline'] },
    ],
  },
  { id: 'procMount_restricted', level: 'restricted', versions: [{ since: 35, check: procMount, overrides: ['procMount'] }] },
  { id: 'restrictedVolumes', level: 'restricted', versions: [{ since: 0, check: volumeTypes, overrides: ['hostPathVolumes'] }] },
  {
    id: 'runAsNonRoot', level: 'restricted',
    versions: [{ since: 0, check: runAsNonRoot }, { since: 35, check: butUserNamespaces(runAsNonRoot) }],
  },
  {
    id: 'runAsUser', level: 'restricted',
    versions: [{ since: 23, check: runAsUser }, { since: 35, check: butUserNamespaces(runAsUser) }],
  },
  {
    id: 'seccompProfile_restricted', level: 'restricted',
    versions: [
      { since: 19, check: seccompRequired, overrides: ['seccompProfile_baseline'] },
      { since: 25, check: butWindows(seccompRequired), overrides: ['seccompProfile_baseline'] },
    ],
  },
]
