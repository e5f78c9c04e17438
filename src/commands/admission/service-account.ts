import type { Pod, ServiceAccount, Volume } from '../../resources/generated/core.gen.ts'
import { forbiddenTo } from '../../meta/status.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'

/** Where a Pod finds its token. Source: plugin/pkg/admission/serviceaccount. */
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const VOLUME_PREFIX = 'kube-api-access-'
const TOKEN_SECONDS = 3607

/** Every Pod has an account that exists, and a token of it unless it is opted out. */
export const serviceAccountAdmission: AdmissionRule = {
  name: 'ServiceAccount',
  resources: ['pods'],
  operations: ['CREATE'],
  admit: (request) => {
    const pod = request.object as Pod
    // A mirror Pod is what a node already runs: it can have no token.
    if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return undefined
    const spec = pod.spec!
    spec.serviceAccountName ||= 'default'
    spec.serviceAccount = spec.serviceAccountName
    const account = request.state.get('serviceaccounts', request.namespace, spec.serviceAccountName)
    if (!account) return noAccount(request, spec.serviceAccountName)
    const { automountServiceAccountToken, imagePullSecrets } = account.object as ServiceAccount
    if (!spec.imagePullSecrets?.length && imagePullSecrets?.length)
      spec.imagePullSecrets = structuredClone(imagePullSecrets)
    if (spec.automountServiceAccountToken ?? automountServiceAccountToken ?? true) mountToken(request, pod)
    return undefined
  },
}

const noAccount = ({ namespace, name }: AdmissionRequest, account: string) =>
  forbiddenTo(
    { group: '', resource: 'pods' }, name,
    `error looking up service account ${namespace}/${account}: serviceaccount ${JSON.stringify(account)} not found`,
  )

/** Adds the projected volume and mounts it where nothing is mounted yet; a second run finds it there. */
function mountToken({ facts }: AdmissionRequest, { spec }: Pod): void {
  const containers = [...(spec!.initContainers ?? []), ...spec!.containers]
  const without = containers.filter(
    (container) => !container.volumeMounts?.some((mount) => mount.mountPath === MOUNT_PATH),
  )
  if (without.length === 0) return
  // A container that came by a webhook gets the volume that is there.
  const known = spec!.volumes?.find((volume) => volume.name.startsWith(VOLUME_PREFIX))?.name
  const name = known ?? VOLUME_PREFIX + facts.suffix()
  for (const container of without)
    container.volumeMounts = [
      ...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH },
    ]
  if (known === undefined) spec!.volumes = [...(spec!.volumes ?? []), tokenVolume(name)]
}

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 0o644,
  },
})
