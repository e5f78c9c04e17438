import type { Pod } from '../../resources/generated/core.gen.ts'

/** Labels that klio's containers and networks carry. klio touches nothing without its own cluster's. */
export const LABEL = {
  /** Cluster uid. */
  cluster: 'io.klio.cluster',
  /** Branch of the log; 0 is main. */
  branch: 'io.klio.branch',
  /** `sandbox`, `init`, `app`, `ephemeral`, `pool`, `network`. */
  role: 'io.klio.role',
  /** Number of this try. */
  attempt: 'io.klio.attempt',
  /** Id of the sandbox that a container joined. */
  sandbox: 'io.klio.sandbox',
  /** What status shows as imageID. */
  imageId: 'io.klio.image-id',
  /** What the Pod's spec named as image. */
  image: 'io.klio.image',
  /** Folder of the kubelet's state on the host, so that a purge finds it without a data dir. */
  stateDir: 'io.klio.state-dir',
  /** Host path of the termination message file. */
  messagePath: 'io.klio.message-path',
  messagePolicy: 'io.klio.message-policy',
  node: 'io.klio.node',
  // The names that log collectors and other tools know. Source: kubelet/types labels.go.
  podUid: 'io.kubernetes.pod.uid',
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  container: 'io.kubernetes.container.name',
} as const

/** Which cluster, branch and node a thing belongs to. */
export interface Ownership {
  readonly clusterUid: string
  readonly branch: number
  readonly nodeName: string
  readonly stateDir: string
}

/** Labels of everything a node makes. */
export const ownershipLabels = (owner: Ownership): Record<string, string> => ({
  [LABEL.cluster]: owner.clusterUid,
  [LABEL.branch]: String(owner.branch),
  [LABEL.node]: owner.nodeName,
  [LABEL.stateDir]: owner.stateDir,
})

/** Labels of everything made for one Pod. */
export const podLabels = (owner: Ownership, pod: Pod): Record<string, string> => ({
  ...ownershipLabels(owner),
  [LABEL.podUid]: pod.metadata.uid!,
  [LABEL.podName]: pod.metadata.name!,
  [LABEL.podNamespace]: pod.metadata.namespace!,
})

/** Docker filters that select a node's own things. */
export const ownFilter = (owner: Pick<Ownership, 'clusterUid' | 'branch' | 'nodeName'>): string[] => [
  `${LABEL.cluster}=${owner.clusterUid}`,
  `${LABEL.branch}=${owner.branch}`,
  `${LABEL.node}=${owner.nodeName}`,
]

/** Name of the sandbox container within Docker names. */
export const SANDBOX = 'POD'

/** Docker name: unique per cluster, Pod, container and try, so that a create after a crash is found. */
export const dockerName = (owner: Ownership, pod: Pod, container: string, attempt: number): string =>
  `klio_${container}_${pod.metadata.name}_${pod.metadata.namespace}_${pod.metadata.uid}_${owner.branch}_${attempt}`
