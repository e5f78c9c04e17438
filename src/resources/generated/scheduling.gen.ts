// Written by tools/import-api from k8s.io/api/scheduling/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { ListMeta } from './meta.gen.ts'

/** PriorityClass defines mapping from a priority class name to the priority integer value. */
export interface PriorityClass extends KubeObject {
  value?: number
  globalDefault?: boolean
  description?: string
  preemptionPolicy?: string
}

/** PriorityClassList is a collection of priority classes. */
export interface PriorityClassList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: PriorityClass[]
}
