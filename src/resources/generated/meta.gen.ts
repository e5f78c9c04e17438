// Written by tools/import-api from k8s.io/apimachinery/pkg/apis/meta/v1; change that, not this.
import type { Json, KubeObject } from '../../meta/object.ts'

/** GroupResource specifies a Group and a Resource, but does not force a version. */
export interface GroupResource {
  group: string
  resource: string
}

/** GroupVersionResource unambiguously identifies a resource. */
export interface GroupVersionResource {
  group: string
  version: string
  resource: string
}

/** GroupKind specifies a Group and a Kind, but does not force a version. */
export interface GroupKind {
  group: string
  kind: string
}

/** GroupVersionKind unambiguously identifies a kind. */
export interface GroupVersionKind {
  group: string
  version: string
  kind: string
}

/** GroupVersion contains the "group" and the "version", which uniquely identifies the API. */
export interface GroupVersion {
  group: string
  version: string
}

/** ListMeta describes metadata that synthetic resources must have, including lists and various status objects. */
export interface ListMeta {
  selfLink?: string
  resourceVersion?: string
  continue?: string
  remainingItemCount?: number
  shardInfo?: ShardInfo
}

/** ShardInfo describes the shard selector that was applied to produce a list response. */
export interface ShardInfo {
  selector: string
}

/** ListOptions is the query options to a standard REST list call. */
export interface ListOptions {
  kind?: string
  apiVersion?: string
  labelSelector?: string
  fieldSelector?: string
  watch?: boolean
  allowWatchBookmarks?: boolean
  resourceVersion?: string
  resourceVersionMatch?: string
  timeoutSeconds?: number
  limit?: number
  continue?: string
  sendInitialEvents?: boolean
  shardSelector?: string
}

/** GetOptions is the standard query options to the standard REST get call. */
export interface GetOptions {
  kind?: string
  apiVersion?: string
  resourceVersion?: string
}

/** DeleteOptions may be provided when deleting an API object. */
export interface DeleteOptions {
  kind?: string
  apiVersion?: string
  gracePeriodSeconds?: number
  preconditions?: Preconditions
  orphanDependents?: boolean
  propagationPolicy?: string
  dryRun?: string[]
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean
}

/** CreateOptions may be provided when creating an API object. */
export interface CreateOptions {
  kind?: string
  apiVersion?: string
  dryRun?: string[]
  fieldManager?: string
  fieldValidation?: string
}

/** PatchOptions may be provided when patching an API object. */
export interface PatchOptions {
  kind?: string
  apiVersion?: string
  dryRun?: string[]
  force?: boolean
  fieldManager?: string
  fieldValidation?: string
}

/** ApplyOptions may be provided when applying an API object. */
export interface ApplyOptions {
  kind?: string
  apiVersion?: string
  dryRun?: string[]
  force: boolean
  fieldManager: string
}

/** UpdateOptions may be provided when updating an API object. */
export interface UpdateOptions {
  kind?: string
  apiVersion?: string
  dryRun?: string[]
  fieldManager?: string
  fieldValidation?: string
}

/** Preconditions must be fulfilled before an operation (update, delete, etc.) is carried out. */
export interface Preconditions {
  uid?: string
  resourceVersion?: string
}

/** List holds a list of objects, which may not be known by the server. */
export interface List {
  kind?: string
  apiVersion?: string
  metadata?: ListMeta
  items: Json[]
}

/** APIVersions lists the versions that are available, to allow clients to discover the API at /api, which is the root path of the legacy v1 API. */
export interface APIVersions {
  kind?: string
  apiVersion?: string
  versions: string[]
  serverAddressByClientCIDRs: ServerAddressByClientCIDR[]
}

/** APIGroupList is a list of APIGroup, to allow clients to discover the API at /apis. */
export interface APIGroupList {
  kind?: string
  apiVersion?: string
  groups: APIGroup[]
}

/** APIGroup contains the name, the supported versions, and the preferred version of a group. */
export interface APIGroup {
  kind?: string
  apiVersion?: string
  name: string
  versions: GroupVersionForDiscovery[]
  preferredVersion?: GroupVersionForDiscovery
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[]
}

/** ServerAddressByClientCIDR helps the client to determine the server address that they should use, depending on the clientCIDR that they match. */
export interface ServerAddressByClientCIDR {
  clientCIDR: string
  serverAddress: string
}

/** GroupVersion contains the "group/version" and "version" string of a version. */
export interface GroupVersionForDiscovery {
  groupVersion: string
  version: string
}

/** APIResource specifies the name of a resource and whether it is namespaced. */
export interface APIResource {
  name: string
  singularName: string
  namespaced: boolean
  group?: string
  version?: string
  kind: string
  verbs: string[]
  shortNames?: string[]
  categories?: string[]
  storageVersionHash?: string
}

/** APIResourceList is a list of APIResource, it is used to expose the name of the resources supported in a specific group and version, and if the resource is namespaced. */
export interface APIResourceList {
  kind?: string
  apiVersion?: string
  groupVersion: string
  resources: APIResource[]
}

/** RootPaths lists the paths available at root. */
export interface RootPaths {
  paths: string[]
}

/** A label selector is a label query over a set of resources. */
export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: LabelSelectorRequirement[]
}

/** A label selector requirement is a selector that contains values, a key, and an operator that relates the key and values. */
export interface LabelSelectorRequirement {
  key: string
  operator: string
  values?: string[]
}

/** FieldSelectorRequirement is a selector that contains values, a key, and an operator that relates the key and values. */
export interface FieldSelectorRequirement {
  key: string
  operator: string
  values?: string[]
}

/** Table is a tabular representation of a set of API resources. */
export interface Table {
  kind?: string
  apiVersion?: string
  metadata?: ListMeta
  columnDefinitions: TableColumnDefinition[]
  rows: TableRow[]
}

/** TableColumnDefinition contains information about a column returned in the Table. */
export interface TableColumnDefinition {
  name: string
  type: string
  format: string
  description: string
  priority: number
}

/** TableRow is an individual row in a table. */
export interface TableRow {
  cells: Json[]
  conditions?: TableRowCondition[]
  object?: Json
}

/** TableRowCondition allows a row to be marked with additional information. */
export interface TableRowCondition {
  type: string
  status: string
  reason?: string
  message?: string
}

/** TableOptions are used when a Table is requested by the caller. */
export interface TableOptions {
  kind?: string
  apiVersion?: string
  includeObject?: string
}

/** PartialObjectMetadata is a generic representation of any object with ObjectMeta. */
export interface PartialObjectMetadata extends KubeObject {}

/** PartialObjectMetadataList contains a list of objects containing only their metadata */
export interface PartialObjectMetadataList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: PartialObjectMetadata[]
}

/** Condition contains details for one aspect of the current state of this API Resource. */
export interface Condition {
  type: string
  status: string
  observedGeneration?: number
  lastTransitionTime: string
  reason: string
  message: string
}

/** Event represents a single event to a watched resource. */
export interface WatchEvent {
  type: string
  object: Json
}
