// Written by tools/import-api from k8s.io/api/batch/v1; change that, not this.
import type { KubeObject, ObjectMeta } from '../../meta/object.ts'
import type { ObjectReference, PodTemplateSpec } from './core.gen.ts'
import type { LabelSelector, ListMeta } from './meta.gen.ts'
import type { WorkloadPodGroupDisruptionMode, WorkloadPodGroupResourceClaim, WorkloadPodGroupSchedulingConstraints, WorkloadPodGroupSchedulingPolicy } from './scheduling-v1alpha3.gen.ts'

/** Job represents the configuration of a single job. */
export interface Job extends KubeObject {
  spec?: JobSpec
  status?: JobStatus
}

/** JobList is a collection of jobs. */
export interface JobList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: Job[]
}

/** PodFailurePolicyOnExitCodesRequirement describes the requirement for handling a failed pod based on its container exit codes. */
export interface PodFailurePolicyOnExitCodesRequirement {
  containerName?: string
  operator: string
  values: number[]
}

/** PodFailurePolicyOnPodConditionsPattern describes a pattern for matching an actual pod condition type. */
export interface PodFailurePolicyOnPodConditionsPattern {
  type: string
  status?: string
}

/** PodFailurePolicyRule describes how a pod failure is handled when the requirements are met. */
export interface PodFailurePolicyRule {
  action: string
  onExitCodes?: PodFailurePolicyOnExitCodesRequirement
  onPodConditions?: PodFailurePolicyOnPodConditionsPattern[]
}

/** PodFailurePolicy describes how failed pods influence the backoffLimit. */
export interface PodFailurePolicy {
  rules: PodFailurePolicyRule[]
}

/** SuccessPolicy describes when a Job can be declared as succeeded based on the success of some indexes. */
export interface SuccessPolicy {
  rules: SuccessPolicyRule[]
}

/** SuccessPolicyRule describes rule for declaring a Job as succeeded. */
export interface SuccessPolicyRule {
  succeededIndexes?: string
  succeededCount?: number
}

/** JobSpec describes how the job execution will look like. */
export interface JobSpec {
  parallelism?: number
  completions?: number
  activeDeadlineSeconds?: number
  podFailurePolicy?: PodFailurePolicy
  successPolicy?: SuccessPolicy
  backoffLimit?: number
  backoffLimitPerIndex?: number
  maxFailedIndexes?: number
  selector?: LabelSelector
  manualSelector?: boolean
  template: PodTemplateSpec
  ttlSecondsAfterFinished?: number
  completionMode?: string
  suspend?: boolean
  podReplacementPolicy?: string
  managedBy?: string
  scheduling?: JobSchedulingConfiguration
}

/** JobSchedulingConfiguration composes the reusable workload-aware scheduling building blocks. */
export interface JobSchedulingConfiguration {
  schedulingPolicy?: WorkloadPodGroupSchedulingPolicy
  schedulingConstraints?: WorkloadPodGroupSchedulingConstraints
  disruptionMode?: WorkloadPodGroupDisruptionMode
  resourceClaims?: WorkloadPodGroupResourceClaim[]
}

/** JobStatus represents the current state of a Job. */
export interface JobStatus {
  conditions?: JobCondition[]
  startTime?: string
  completionTime?: string
  active?: number
  succeeded?: number
  failed?: number
  terminating?: number
  completedIndexes?: string
  failedIndexes?: string
  uncountedTerminatedPods?: UncountedTerminatedPods
  ready?: number
}

/** UncountedTerminatedPods holds UIDs of Pods that have terminated but haven't been accounted in Job status counters. */
export interface UncountedTerminatedPods {
  succeeded?: string[]
  failed?: string[]
}

/** JobCondition describes current state of a job. */
export interface JobCondition {
  type: string
  status: string
  lastProbeTime?: string
  lastTransitionTime?: string
  reason?: string
  message?: string
}

/** JobTemplateSpec describes the data a Job should have when created from a template */
export interface JobTemplateSpec {
  metadata?: ObjectMeta
  spec?: JobSpec
}

/** CronJob represents the configuration of a single cron job. */
export interface CronJob extends KubeObject {
  spec: CronJobSpec
  status?: CronJobStatus
}

/** CronJobList is a collection of cron jobs. */
export interface CronJobList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: CronJob[]
}

/** CronJobSpec describes how the job execution will look like and when it will actually run. */
export interface CronJobSpec {
  schedule: string
  timeZone?: string
  startingDeadlineSeconds?: number
  concurrencyPolicy?: string
  suspend?: boolean
  jobTemplate: JobTemplateSpec
  successfulJobsHistoryLimit?: number
  failedJobsHistoryLimit?: number
}

/** CronJobStatus represents the current state of a cron job. */
export interface CronJobStatus {
  active?: ObjectReference[]
  lastScheduleTime?: string
  lastSuccessfulTime?: string
}
