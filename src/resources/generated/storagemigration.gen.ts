// Written by tools/import-api from k8s.io/api/storagemigration/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { Condition, GroupResource, ListMeta } from './meta.gen.ts'

/** StorageVersionMigration represents a migration of stored data to the latest storage version. */
export interface StorageVersionMigration extends KubeObject {
  spec?: StorageVersionMigrationSpec
  status?: StorageVersionMigrationStatus
}

/** Spec of the storage version migration. */
export interface StorageVersionMigrationSpec {
  resource: GroupResource
}

/** Status of the storage version migration. */
export interface StorageVersionMigrationStatus {
  conditions?: Condition[]
  resourceVersion?: string
}

/** StorageVersionMigrationList is a collection of storage version migrations. */
export interface StorageVersionMigrationList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: StorageVersionMigration[]
}
