/** Order of groups, and of the versions in them: the higher is listed first. */
export interface Priority {
  readonly group: number
  readonly version: number
}

/** Source: cmd/kube-apiserver/app/aggregator.go apiVersionPriorities. */
const PRIORITIES: Readonly<Record<string, readonly [group: number, version: number]>> = {
  '/v1': [18000, 1],
  'apps/v1': [17800, 15],
  'events.k8s.io/v1': [17750, 15],
  'authentication.k8s.io/v1': [17700, 15],
  'authorization.k8s.io/v1': [17600, 15],
  'autoscaling/v1': [17500, 15],
  'autoscaling/v2': [17500, 30],
  'batch/v1': [17400, 15],
  'certificates.k8s.io/v1': [17300, 15],
  'networking.k8s.io/v1': [17200, 15],
  'policy/v1': [17100, 15],
  'rbac.authorization.k8s.io/v1': [17000, 15],
  'storage.k8s.io/v1': [16800, 15],
  'apiextensions.k8s.io/v1': [16700, 15],
  'admissionregistration.k8s.io/v1': [16700, 15],
  'scheduling.k8s.io/v1': [16600, 15],
  'coordination.k8s.io/v1': [16500, 15],
  'node.k8s.io/v1': [16300, 15],
  'discovery.k8s.io/v1': [16200, 15],
  'resource.k8s.io/v1': [16200, 21],
  'flowcontrol.apiserver.k8s.io/v1': [16100, 21],
  'storagemigration.k8s.io/v1': [15800, 15],
}

/** Of custom resources. Source: controlplane/controller/crdregistration. */
export const CUSTOM: Priority = { group: 1000, version: 100 }

/** Undefined for what is not registered: the aggregator's own group, and preview versions. */
export function priorityOf(group: string, version: string): Priority | undefined {
  const found = PRIORITIES[`${group}/${version}`]
  return found && { group: found[0], version: found[1] }
}
