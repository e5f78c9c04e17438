// Written by tools/import-api from k8s.io/api/coordination/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { ListMeta } from './meta.gen.ts'

/** Lease defines a lease concept. */
export interface Lease extends KubeObject {
  spec?: LeaseSpec
}

/** LeaseSpec is a specification of a Lease. */
export interface LeaseSpec {
  holderIdentity?: string
  leaseDurationSeconds?: number
  acquireTime?: string
  renewTime?: string
  leaseTransitions?: number
  strategy?: string
  preferredHolder?: string
}

/** LeaseList is a list of Lease objects. */
export interface LeaseList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: Lease[]
}
