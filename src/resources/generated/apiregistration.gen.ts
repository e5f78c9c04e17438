// Written by tools/import-api from k8s.io/kube-aggregator/pkg/apis/apiregistration/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { ListMeta } from './meta.gen.ts'

/** APIServiceList is a list of APIService objects. */
export interface APIServiceList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: APIService[]
}

/** ServiceReference holds a reference to Service.legacy.k8s.io */
export interface ServiceReference {
  namespace?: string
  name?: string
  port?: number
}

/** APIServiceSpec contains information for locating and communicating with a server. */
export interface APIServiceSpec {
  service?: ServiceReference
  group?: string
  version?: string
  insecureSkipTLSVerify?: boolean
  caBundle?: string
  groupPriorityMinimum: number
  versionPriority: number
}

/** APIServiceCondition describes the state of an APIService at a particular point */
export interface APIServiceCondition {
  type: string
  status: string
  lastTransitionTime?: string
  reason?: string
  message?: string
}

/** APIServiceStatus contains derived information about an API server */
export interface APIServiceStatus {
  conditions?: APIServiceCondition[]
}

/** APIService represents a server for a particular GroupVersion. */
export interface APIService extends KubeObject {
  spec?: APIServiceSpec
  status?: APIServiceStatus
}
