// Written by tools/import-api from k8s.io/api/scheduling/v1alpha3; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { Condition, ListMeta } from './meta.gen.ts'

/** Workload allows for expressing scheduling constraints that should be used when managing the lifecycle of workloads from the scheduling perspective, including scheduling, preemption, eviction and other phases. */
export interface Workload extends KubeObject {
  spec: WorkloadSpec
}

/** WorkloadList contains a list of Workload resources. */
export interface WorkloadList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: Workload[]
}

/** WorkloadSpec defines the desired state of a Workload. */
export interface WorkloadSpec {
  controllerRef?: TypedLocalObjectReference
  podGroupTemplates?: PodGroupTemplate[]
  compositePodGroupTemplates?: CompositePodGroupTemplate[]
}

/** TypedLocalObjectReference allows to reference typed object inside the same namespace. */
export interface TypedLocalObjectReference {
  apiGroup?: string
  kind: string
  name: string
}

/** PodGroupTemplate represents a template for a set of pods with a scheduling policy. */
export interface PodGroupTemplate {
  name: string
  schedulingPolicy: PodGroupSchedulingPolicy
  schedulingConstraints?: PodGroupSchedulingConstraints
  resourceClaims?: PodGroupResourceClaim[]
  disruptionMode?: DisruptionMode
  priorityClassName?: string
  priority?: number
  preemptionPolicy?: string
}

/** CompositePodGroupTemplate represents a template for a CompositePodGroup with a scheduling policy. */
export interface CompositePodGroupTemplate {
  name: string
  schedulingPolicy: CompositePodGroupSchedulingPolicy
  schedulingConstraints?: CompositePodGroupSchedulingConstraints
  disruptionMode?: CompositeDisruptionMode
  priorityClassName?: string
  priority?: number
  preemptionPolicy?: string
  podGroupTemplates?: PodGroupTemplate[]
  compositePodGroupTemplates?: CompositePodGroupTemplate[]
}

/** PodGroupSchedulingPolicy defines the scheduling configuration for a PodGroup. */
export interface PodGroupSchedulingPolicy {
  basic?: BasicSchedulingPolicy
  gang?: GangSchedulingPolicy
}

/** BasicSchedulingPolicy indicates that standard Kubernetes scheduling behavior should be used. */
export interface BasicSchedulingPolicy {}

/** GangSchedulingPolicy defines the parameters for gang scheduling. */
export interface GangSchedulingPolicy {
  minCount: number
}

/** PodGroupResourceClaim references exactly one ResourceClaim, either directly or by naming a ResourceClaimTemplate which is then turned into a ResourceClaim for the PodGroup. */
export interface PodGroupResourceClaim {
  name: string
  resourceClaimName?: string
  resourceClaimTemplateName?: string
}

/** DisruptionMode defines how individual entities within a group can be disrupted. */
export interface DisruptionMode {
  single?: SingleDisruptionMode
  all?: AllDisruptionMode
}

/** SingleDisruptionMode specifies that children can be disrupted independently. */
export interface SingleDisruptionMode {}

/** AllDisruptionMode specifies that children can only be disrupted together. */
export interface AllDisruptionMode {}

/** PodGroup represents a runtime instance of pods grouped together. */
export interface PodGroup extends KubeObject {
  spec: PodGroupSpec
  status?: PodGroupStatus
}

/** PodGroupList contains a list of PodGroup resources. */
export interface PodGroupList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: PodGroup[]
}

/** PodGroupSpec defines the desired state of a PodGroup. */
export interface PodGroupSpec {
  parentCompositePodGroupName?: string
  workloadRef?: WorkloadReference
  schedulingPolicy: PodGroupSchedulingPolicy
  schedulingConstraints?: PodGroupSchedulingConstraints
  resourceClaims?: PodGroupResourceClaim[]
  disruptionMode?: DisruptionMode
  priorityClassName?: string
  priority?: number
  preemptionPolicy?: string
}

/** PodGroupStatus represents information about the status of a pod group. */
export interface PodGroupStatus {
  conditions?: Condition[]
  resourceClaimStatuses?: PodGroupResourceClaimStatus[]
}

/** PodGroupResourceClaimStatus is stored in the PodGroupStatus for each PodGroupResourceClaim which references a ResourceClaimTemplate. */
export interface PodGroupResourceClaimStatus {
  name: string
  resourceClaimName?: string
}

/** WorkloadReference references the Workload object together with the template that was used to create a particular PodGroup. */
export interface WorkloadReference {
  workloadName: string
  templateName: string
}

/** PodGroupSchedulingConstraints defines scheduling constraints (e.g. topology) for a PodGroup. */
export interface PodGroupSchedulingConstraints {
  topology?: TopologyConstraint[]
}

/** TopologyConstraint defines a topology constraint for a PodGroup. */
export interface TopologyConstraint {
  key: string
}

/** WorkloadPodGroupSchedulingPolicy defines the scheduling policy for a group of pods managed by a workload controller. */
export interface WorkloadPodGroupSchedulingPolicy {
  basic?: WorkloadPodGroupBasicSchedulingPolicy
  gang?: WorkloadPodGroupGangSchedulingPolicy
}

/** WorkloadPodGroupBasicSchedulingPolicy indicates standard Kubernetes scheduling behavior. */
export interface WorkloadPodGroupBasicSchedulingPolicy {}

/** WorkloadPodGroupGangSchedulingPolicy defines the parameters for gang (all-or-nothing) scheduling. */
export interface WorkloadPodGroupGangSchedulingPolicy {
  minCount?: number
}

/** WorkloadPodGroupSchedulingConstraints defines leaf-level scheduling constraints, such as topology. */
export interface WorkloadPodGroupSchedulingConstraints {
  topology?: TopologyConstraint[]
}

/** WorkloadPodGroupResourceClaim references a dynamic resource claim that is shared across pods in the group. */
export interface WorkloadPodGroupResourceClaim {
  name: string
  resourceClaimName?: string
  resourceClaimTemplateName?: string
}

/** WorkloadPodGroupDisruptionMode defines how individual pods within a group can be disrupted. */
export interface WorkloadPodGroupDisruptionMode {
  single?: WorkloadPodGroupSingleDisruptionMode
  all?: WorkloadPodGroupAllDisruptionMode
}

/** WorkloadPodGroupSingleDisruptionMode indicates that individual pods can be disrupted independently. */
export interface WorkloadPodGroupSingleDisruptionMode {}

/** WorkloadPodGroupAllDisruptionMode indicates that all pods in the group must be disrupted together. */
export interface WorkloadPodGroupAllDisruptionMode {}

/** WorkloadCompositePodGroupSchedulingPolicy defines the scheduling policy for a CompositePodGroup (a group of groups) managed by a workload controller. */
export interface WorkloadCompositePodGroupSchedulingPolicy {
  basic?: WorkloadCompositePodGroupBasicSchedulingPolicy
  gang?: WorkloadCompositePodGroupGangSchedulingPolicy
}

/** WorkloadCompositePodGroupBasicSchedulingPolicy indicates that the child groups of a composite group should be scheduled independently. */
export interface WorkloadCompositePodGroupBasicSchedulingPolicy {}

/** WorkloadCompositePodGroupGangSchedulingPolicy defines the parameters for gang scheduling of a composite group's child groups. */
export interface WorkloadCompositePodGroupGangSchedulingPolicy {
  minGroupCount?: number
}

/** WorkloadCompositePodGroupSchedulingConstraints defines composite-level scheduling constraints, such as topology, for a CompositePodGroup (a group of groups) managed by a workload controller. */
export interface WorkloadCompositePodGroupSchedulingConstraints {
  topology?: TopologyConstraint[]
}

/** WorkloadCompositePodGroupDisruptionMode defines how the child groups of a composite group can be disrupted. */
export interface WorkloadCompositePodGroupDisruptionMode {
  single?: WorkloadCompositePodGroupSingleDisruptionMode
  all?: WorkloadCompositePodGroupAllDisruptionMode
}

/** WorkloadCompositePodGroupSingleDisruptionMode indicates that child groups can be disrupted independently. */
export interface WorkloadCompositePodGroupSingleDisruptionMode {}

/** WorkloadCompositePodGroupAllDisruptionMode indicates that all child groups must be disrupted together. */
export interface WorkloadCompositePodGroupAllDisruptionMode {}

/** CompositePodGroup represents a runtime instance of pod groups grouped together. */
export interface CompositePodGroup extends KubeObject {
  spec: CompositePodGroupSpec
  status?: CompositePodGroupStatus
}

/** CompositePodGroupList contains a list of CompositePodGroup resources. */
export interface CompositePodGroupList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: CompositePodGroup[]
}

/** CompositePodGroupSpec defines the desired state of CompositePodGroup. */
export interface CompositePodGroupSpec {
  parentCompositePodGroupName?: string
  workloadRef: WorkloadReference
  schedulingPolicy: CompositePodGroupSchedulingPolicy
  schedulingConstraints?: CompositePodGroupSchedulingConstraints
  disruptionMode?: CompositeDisruptionMode
  priorityClassName?: string
  priority?: number
  preemptionPolicy?: string
}

/** CompositePodGroupSchedulingPolicy defines the scheduling configuration for a CompositePodGroup. */
export interface CompositePodGroupSchedulingPolicy {
  basic?: CompositeBasicSchedulingPolicy
  gang?: CompositeGangSchedulingPolicy
}

/** CompositeBasicSchedulingPolicy indicates that the groups belonging to the composite group should be scheduled independently. */
export interface CompositeBasicSchedulingPolicy {}

/** CompositeGangSchedulingPolicy indicates that the groups belonging to the composite group should be scheduled using all-or-nothing semantics. */
export interface CompositeGangSchedulingPolicy {
  minGroupCount: number
}

/** CompositeDisruptionMode defines how individual entities within a composite pod group can be disrupted. */
export interface CompositeDisruptionMode {
  single?: SingleCompositeDisruptionMode
  all?: AllCompositeDisruptionMode
}

/** SingleCompositeDisruptionMode means that individual children of a CompositePodGroup can be disrupted or preempted independently. */
export interface SingleCompositeDisruptionMode {}

/** AllCompositeDisruptionMode means that children of a CompositePodGroup can only be disrupted or preempted together. */
export interface AllCompositeDisruptionMode {}

/** CompositePodGroupStatus represents information about the status of a composite pod group. */
export interface CompositePodGroupStatus {
  conditions?: Condition[]
}

/** CompositePodGroupSchedulingConstraints defines scheduling constraints (e.g. topology) for a CompositePodGroup. */
export interface CompositePodGroupSchedulingConstraints {
  topology?: TopologyConstraint[]
}
