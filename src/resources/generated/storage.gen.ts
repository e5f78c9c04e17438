// Written by tools/import-api from k8s.io/api/storage/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { PersistentVolumeSpec, TopologySelectorTerm } from './core.gen.ts'
import type { LabelSelector, ListMeta } from './meta.gen.ts'

/** StorageClass describes the parameters for a class of storage for which PersistentVolumes can be dynamically provisioned. */
export interface StorageClass extends KubeObject {
  provisioner: string
  parameters?: Record<string, string>
  reclaimPolicy?: string
  mountOptions?: string[]
  allowVolumeExpansion?: boolean
  volumeBindingMode?: string
  allowedTopologies?: TopologySelectorTerm[]
}

/** StorageClassList is a collection of storage classes. */
export interface StorageClassList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: StorageClass[]
}

/** VolumeAttachment captures the intent to attach or detach the specified volume to/from the specified node. */
export interface VolumeAttachment extends KubeObject {
  spec: VolumeAttachmentSpec
  status?: VolumeAttachmentStatus
}

/** VolumeAttachmentList is a collection of VolumeAttachment objects. */
export interface VolumeAttachmentList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: VolumeAttachment[]
}

/** VolumeAttachmentSpec is the specification of a VolumeAttachment request. */
export interface VolumeAttachmentSpec {
  attacher: string
  source: VolumeAttachmentSource
  nodeName: string
}

/** VolumeAttachmentSource represents a volume that should be attached. */
export interface VolumeAttachmentSource {
  persistentVolumeName?: string
  inlineVolumeSpec?: PersistentVolumeSpec
}

/** VolumeAttachmentStatus is the status of a VolumeAttachment request. */
export interface VolumeAttachmentStatus {
  attached: boolean
  attachmentMetadata?: Record<string, string>
  attachError?: VolumeError
  detachError?: VolumeError
}

/** VolumeError captures an error encountered during a volume operation. */
export interface VolumeError {
  time?: string
  message?: string
  errorCode?: number
}

/** CSIDriver captures information about a Container Storage Interface (CSI) volume driver deployed on the cluster. */
export interface CSIDriver extends KubeObject {
  spec: CSIDriverSpec
}

/** CSIDriverList is a collection of CSIDriver objects. */
export interface CSIDriverList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: CSIDriver[]
}

/** CSIDriverSpec is the specification of a CSIDriver. */
export interface CSIDriverSpec {
  attachRequired?: boolean
  podInfoOnMount?: boolean
  volumeLifecycleModes?: string[]
  storageCapacity?: boolean
  fsGroupPolicy?: string
  tokenRequests?: TokenRequest[]
  requiresRepublish?: boolean
  seLinuxMount?: boolean
  nodeAllocatableUpdatePeriodSeconds?: number
  serviceAccountTokenInSecrets?: boolean
  preventPodSchedulingIfMissing?: boolean
}

/** TokenRequest contains parameters of a service account token. */
export interface TokenRequest {
  audience: string
  expirationSeconds?: number
}

/** CSINode holds information about all CSI drivers installed on a node. */
export interface CSINode extends KubeObject {
  spec: CSINodeSpec
  status?: CSINodeStatus
}

/** CSINodeSpec holds information about the specification of all CSI drivers installed on a node */
export interface CSINodeSpec {
  drivers: CSINodeDriver[]
}

/** CSINodeDriver holds information about the specification of one CSI driver installed on a node */
export interface CSINodeDriver {
  name: string
  nodeID: string
  topologyKeys?: string[]
  allocatable?: VolumeNodeResources
}

/** VolumeNodeResources is a set of resource limits for scheduling of volumes. */
export interface VolumeNodeResources {
  count?: number
}

/** StorageHealthCondition represents an adverse health condition reported by a CSI driver for its storage backend on a node. */
export interface StorageHealthCondition {
  status: string
  reason: string
  message?: string
  accessMode?: string
  volumeMode?: string
  lastTransitionTime?: string
}

/** StorageHealth contains storage backend health reported by a CSI driver on a node. */
export interface StorageHealth {
  name: string
  healthConditions?: StorageHealthCondition[]
}

/** CSINodeStatus contains health and status information for storage on a node. */
export interface CSINodeStatus {
  storageHealth?: StorageHealth[]
}

/** CSINodeList is a collection of CSINode objects. */
export interface CSINodeList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: CSINode[]
}

/** CSIStorageCapacity stores the result of one CSI GetCapacity call. */
export interface CSIStorageCapacity extends KubeObject {
  nodeTopology?: LabelSelector
  storageClassName: string
  capacity?: string
  maximumVolumeSize?: string
}

/** CSIStorageCapacityList is a collection of CSIStorageCapacity objects. */
export interface CSIStorageCapacityList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: CSIStorageCapacity[]
}

/** VolumeAttributesClass represents a specification of mutable volume attributes defined by the CSI driver. */
export interface VolumeAttributesClass extends KubeObject {
  driverName: string
  parameters?: Record<string, string>
}

/** VolumeAttributesClassList is a collection of VolumeAttributesClass objects. */
export interface VolumeAttributesClassList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: VolumeAttributesClass[]
}
