/** A JSON value. Integers beyond 2^53 are `JSON.rawJSON` objects (design 9). */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A JSON object. */
export type JsonObject = { [key: string]: Json }

/** Source: k8s.io/apimachinery meta/v1 OwnerReference. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** Source: k8s.io/apimachinery meta/v1 ManagedFieldsEntry. */
export interface ManagedFieldsEntry {
  manager?: string
  operation?: string
  apiVersion?: string
  time?: string
  fieldsType?: string
  fieldsV1?: JsonObject
  subresource?: string
}

/** Source: k8s.io/apimachinery meta/v1 ObjectMeta. Times are RFC 3339 with seconds. */
export interface ObjectMeta {
  name?: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string | null
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: ManagedFieldsEntry[]
  selfLink?: string
}

/** Any Kubernetes object. Kinds narrow it with the interfaces in resources/generated/types.ts. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
}
