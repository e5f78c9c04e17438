// Written by tools/import-api from k8s.io/api/node/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { Toleration } from './core.gen.ts'
import type { ListMeta } from './meta.gen.ts'

/** RuntimeClass defines a class of container runtime supported in the cluster. */
export interface RuntimeClass extends KubeObject {
  handler: string
  overhead?: Overhead
  scheduling?: Scheduling
}

/** Overhead structure represents the resource overhead associated with running a pod. */
export interface Overhead {
  podFixed?: Record<string, string>
}

/** Scheduling specifies the scheduling constraints for nodes supporting a RuntimeClass. */
export interface Scheduling {
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
}

/** RuntimeClassList is a list of RuntimeClass objects. */
export interface RuntimeClassList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: RuntimeClass[]
}
