// Written by tools/import-api from k8s.io/api/resource/v1; change that, not this.
import type { Json, KubeObject, ObjectMeta } from '../../meta/object.ts'
import type { NodeSelector } from './core.gen.ts'
import type { Condition, ListMeta } from './meta.gen.ts'

/** ResourceSlice represents one or more resources in a pool of similar resources, managed by a common driver. */
export interface ResourceSlice extends KubeObject {
  spec: ResourceSliceSpec
}

/** ResourceSliceSpec contains the information published by the driver in one ResourceSlice. */
export interface ResourceSliceSpec {
  driver: string
  pool: ResourcePool
  nodeName?: string
  nodeSelector?: NodeSelector
  allNodes?: boolean
  devices?: Device[]
  perDeviceNodeSelection?: boolean
  sharedCounters?: CounterSet[]
  partitionTypeAttribute?: string
  skipNodeOperations?: string[]
}

/** CounterSet defines a named set of counters that are available to be used by devices defined in the ResourcePool. */
export interface CounterSet {
  name: string
  counters: Record<string, Counter>
}

/** ResourcePool describes the pool that ResourceSlices belong to. */
export interface ResourcePool {
  name: string
  generation: number
  resourceSliceCount: number
}

/** Device represents one individual hardware instance that can be selected based on its attributes. */
export interface Device {
  name: string
  attributes?: Record<string, DeviceAttribute>
  capacity?: Record<string, DeviceCapacity>
  consumesCounters?: DeviceCounterConsumption[]
  nodeName?: string
  nodeSelector?: NodeSelector
  allNodes?: boolean
  taints?: DeviceTaint[]
  bindsToNode?: boolean
  bindingConditions?: string[]
  bindingFailureConditions?: string[]
  allowMultipleAllocations?: boolean
  nodeAllocatableResources?: Record<string, NodeAllocatableResource>
}

/** NodeAllocatableResource defines the translation between the DRA device/capacity units requested to the corresponding quantity of the node allocatable resource. */
export interface NodeAllocatableResource {
  mapping?: NodeAllocatableMapping
  overhead?: NodeAllocatableOverhead
}

/** NodeAllocatableMapping defines how a DRA allocation directly translates into a node allocatable resource quantity. */
export interface NodeAllocatableMapping {
  capacityKey?: string
  capacityMultiplier?: string
  deviceMultiplier?: string
}

/** NodeAllocatableOverhead defines auxiliary resource overheads incurred when allocating a device. */
export interface NodeAllocatableOverhead {
  perPod?: string
  perContainer?: string
}

/** DeviceCounterConsumption defines a set of counters that a device will consume from a CounterSet. */
export interface DeviceCounterConsumption {
  counterSet: string
  counters: Record<string, Counter>
  compatibilityGroups?: string[]
}

/** DeviceCapacity describes a quantity associated with a device. */
export interface DeviceCapacity {
  value: string
  requestPolicy?: CapacityRequestPolicy
}

/** Counter describes a quantity associated with a device. */
export interface Counter {
  value: string
}

/** CapacityRequestPolicy defines how requests consume device capacity. */
export interface CapacityRequestPolicy {
  default?: string
  validValues?: string[]
  validRange?: CapacityRequestPolicyRange
}

/** CapacityRequestPolicyRange defines a valid range for consumable capacity values. */
export interface CapacityRequestPolicyRange {
  min: string
  max?: string
  step?: string
}

/** DeviceAttribute must have exactly one field set. */
export interface DeviceAttribute {
  int?: number
  bool?: boolean
  string?: string
  version?: string
  ints?: number[]
  bools?: boolean[]
  strings?: string[]
  versions?: string[]
}

/** The device this taint is attached to has the "effect" on any claim which does not tolerate the taint and, through the claim, to pods using the claim. */
export interface DeviceTaint {
  key: string
  value?: string
  effect: string
  timeAdded?: string
}

/** DeviceTaintRule adds one taint to all devices which match the selector. */
export interface DeviceTaintRule extends KubeObject {
  spec: DeviceTaintRuleSpec
  status?: DeviceTaintRuleStatus
}

/** DeviceTaintRuleSpec specifies the selector and one taint. */
export interface DeviceTaintRuleSpec {
  deviceSelector?: DeviceTaintSelector
  taint: DeviceTaint
}

/** DeviceTaintSelector defines which device(s) a DeviceTaintRule applies to. */
export interface DeviceTaintSelector {
  driver?: string
  pool?: string
  device?: string
}

/** DeviceTaintRuleStatus provides information about an on-going pod eviction. */
export interface DeviceTaintRuleStatus {
  conditions?: Condition[]
}

/** DeviceTaintRuleList is a collection of DeviceTaintRules. */
export interface DeviceTaintRuleList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: DeviceTaintRule[]
}

/** ResourceSliceList is a collection of ResourceSlices. */
export interface ResourceSliceList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: ResourceSlice[]
}

/** ResourceClaim describes a request for access to resources in the cluster, for use by workloads. */
export interface ResourceClaim extends KubeObject {
  spec?: ResourceClaimSpec
  status?: ResourceClaimStatus
}

/** ResourceClaimSpec defines what is being requested in a ResourceClaim and how to configure it. */
export interface ResourceClaimSpec {
  devices?: DeviceClaim
}

/** DeviceClaim defines how to request devices with a ResourceClaim. */
export interface DeviceClaim {
  requests?: DeviceRequest[]
  constraints?: DeviceConstraint[]
  config?: DeviceClaimConfiguration[]
}

/** DeviceRequest is a request for devices required for a claim. */
export interface DeviceRequest {
  name: string
  exactly?: ExactDeviceRequest
  firstAvailable?: DeviceSubRequest[]
}

/** ExactDeviceRequest is a request for one or more identical devices. */
export interface ExactDeviceRequest {
  deviceClassName: string
  selectors?: DeviceSelector[]
  allocationMode?: string
  count?: number
  adminAccess?: boolean
  tolerations?: DeviceToleration[]
  capacity?: CapacityRequirements
  derivedAttributes?: DeviceDerivedAttribute[]
}

/** DeviceSubRequest describes a request for device provided in the claim.spec.devices.requests[].firstAvailable array. */
export interface DeviceSubRequest {
  name: string
  deviceClassName: string
  selectors?: DeviceSelector[]
  allocationMode?: string
  count?: number
  tolerations?: DeviceToleration[]
  capacity?: CapacityRequirements
  derivedAttributes?: DeviceDerivedAttribute[]
}

/** CapacityRequirements defines the capacity requirements for a specific device request. */
export interface CapacityRequirements {
  requests?: Record<string, string>
}

/** DeviceSelector must have exactly one field set. */
export interface DeviceSelector {
  cel?: CELDeviceSelector
}

/** CELDeviceSelector contains a CEL expression for selecting a device. */
export interface CELDeviceSelector {
  expression: string
}

/** DeviceDerivedAttribute defines a derived attribute computed via CEL. */
export interface DeviceDerivedAttribute {
  name: string
  expression: string
}

/** DeviceConstraint must have exactly one field set besides Requests. */
export interface DeviceConstraint {
  requests?: string[]
  matchAttribute?: string
  distinctAttribute?: string
}

/** DeviceClaimConfiguration is used for configuration parameters in DeviceClaim. */
export interface DeviceClaimConfiguration {
  requests?: string[]
  opaque?: OpaqueDeviceConfiguration
}

/** DeviceConfiguration must have exactly one field set. */
export interface DeviceConfiguration {
  opaque?: OpaqueDeviceConfiguration
}

/** OpaqueDeviceConfiguration contains configuration parameters for a driver in a format defined by the driver vendor. */
export interface OpaqueDeviceConfiguration {
  driver: string
  parameters: Json
}

/** The ResourceClaim this DeviceToleration is attached to tolerates any taint that matches the triple <key,value,effect> using the matching operator <operator>. */
export interface DeviceToleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
  tolerationSeconds?: number
}

/** ResourceClaimStatus tracks whether the resource has been allocated and what the result of that was. */
export interface ResourceClaimStatus {
  allocation?: AllocationResult
  reservedFor?: ResourceClaimConsumerReference[]
  devices?: AllocatedDeviceStatus[]
}

/** ResourceClaimConsumerReference contains enough information to let you locate the consumer of a ResourceClaim. */
export interface ResourceClaimConsumerReference {
  apiGroup?: string
  resource: string
  name: string
  uid: string
}

/** AllocationResult contains attributes of an allocated resource. */
export interface AllocationResult {
  devices?: DeviceAllocationResult
  nodeSelector?: NodeSelector
  allocationTimestamp?: string
}

/** DeviceAllocationResult is the result of allocating devices. */
export interface DeviceAllocationResult {
  results?: DeviceRequestAllocationResult[]
  config?: DeviceAllocationConfiguration[]
}

/** DeviceRequestAllocationResult contains the allocation result for one request. */
export interface DeviceRequestAllocationResult {
  request: string
  driver: string
  pool: string
  device: string
  adminAccess?: boolean
  tolerations?: DeviceToleration[]
  bindingConditions?: string[]
  bindingFailureConditions?: string[]
  shareID?: string
  consumedCapacity?: Record<string, string>
  skipNodeOperations?: string[]
}

/** DeviceAllocationConfiguration gets embedded in an AllocationResult. */
export interface DeviceAllocationConfiguration {
  source: string
  requests?: string[]
  opaque?: OpaqueDeviceConfiguration
}

/** ResourceClaimList is a collection of claims. */
export interface ResourceClaimList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: ResourceClaim[]
}

/** DeviceClass is a vendor- or admin-provided resource that contains device configuration and selectors. */
export interface DeviceClass extends KubeObject {
  spec?: DeviceClassSpec
}

/** DeviceClassSpec is used in a [DeviceClass] to define what can be allocated and how to configure it. */
export interface DeviceClassSpec {
  selectors?: DeviceSelector[]
  config?: DeviceClassConfiguration[]
  extendedResourceName?: string
}

/** DeviceClassConfiguration is used in DeviceClass. */
export interface DeviceClassConfiguration {
  opaque?: OpaqueDeviceConfiguration
}

/** DeviceClassList is a collection of classes. */
export interface DeviceClassList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: DeviceClass[]
}

/** ResourceClaimTemplate is used to produce ResourceClaim objects. */
export interface ResourceClaimTemplate extends KubeObject {
  spec?: ResourceClaimTemplateSpec
}

/** ResourceClaimTemplateSpec contains the metadata and fields for a ResourceClaim. */
export interface ResourceClaimTemplateSpec {
  metadata?: ObjectMeta
  spec?: ResourceClaimSpec
}

/** ResourceClaimTemplateList is a collection of claim templates. */
export interface ResourceClaimTemplateList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: ResourceClaimTemplate[]
}

/** AllocatedDeviceStatus contains the status of an allocated device, if the driver chooses to report it. */
export interface AllocatedDeviceStatus {
  driver: string
  pool: string
  device: string
  shareID?: string
  conditions?: Condition[]
  data?: Json
  networkData?: NetworkDeviceData
}

/** NetworkDeviceData provides network-related details for the allocated device. */
export interface NetworkDeviceData {
  interfaceName?: string
  ips?: string[]
  hardwareAddress?: string
}
