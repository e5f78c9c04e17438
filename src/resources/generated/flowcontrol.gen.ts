// Written by tools/import-api from k8s.io/api/flowcontrol/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { ListMeta } from './meta.gen.ts'

/** FlowSchema defines the schema of a group of flows. */
export interface FlowSchema extends KubeObject {
  spec: FlowSchemaSpec
  status?: FlowSchemaStatus
}

/** FlowSchemaList is a list of FlowSchema objects. */
export interface FlowSchemaList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: FlowSchema[]
}

/** FlowSchemaSpec describes how the FlowSchema's specification looks like. */
export interface FlowSchemaSpec {
  priorityLevelConfiguration: PriorityLevelConfigurationReference
  matchingPrecedence?: number
  distinguisherMethod?: FlowDistinguisherMethod
  rules?: PolicyRulesWithSubjects[]
}

/** FlowDistinguisherMethod specifies the method of a flow distinguisher. */
export interface FlowDistinguisherMethod {
  type: string
}

/** PriorityLevelConfigurationReference contains information that points to the "request-priority" being used. */
export interface PriorityLevelConfigurationReference {
  name: string
}

/** PolicyRulesWithSubjects prescribes a test that applies to a request to an apiserver. */
export interface PolicyRulesWithSubjects {
  subjects: Subject[]
  resourceRules?: ResourcePolicyRule[]
  nonResourceRules?: NonResourcePolicyRule[]
}

/** Subject matches the originator of a request, as identified by the request authentication system. */
export interface Subject {
  kind: string
  user?: UserSubject
  group?: GroupSubject
  serviceAccount?: ServiceAccountSubject
}

/** UserSubject holds detailed information for user-kind subject. */
export interface UserSubject {
  name: string
}

/** GroupSubject holds detailed information for group-kind subject. */
export interface GroupSubject {
  name: string
}

/** ServiceAccountSubject holds detailed information for service-account-kind subject. */
export interface ServiceAccountSubject {
  namespace: string
  name: string
}

/** ResourcePolicyRule is a predicate that matches some resource requests, testing the request's verb and the target resource. */
export interface ResourcePolicyRule {
  verbs: string[]
  apiGroups: string[]
  resources: string[]
  clusterScope?: boolean
  namespaces?: string[]
}

/** NonResourcePolicyRule is a predicate that matches non-resource requests according to their verb and the target non-resource URL. */
export interface NonResourcePolicyRule {
  verbs: string[]
  nonResourceURLs: string[]
}

/** FlowSchemaStatus represents the current state of a FlowSchema. */
export interface FlowSchemaStatus {
  conditions?: FlowSchemaCondition[]
}

/** FlowSchemaCondition describes conditions for a FlowSchema. */
export interface FlowSchemaCondition {
  type: string
  status?: string
  lastTransitionTime?: string
  reason?: string
  message?: string
}

/** PriorityLevelConfiguration represents the configuration of a priority level. */
export interface PriorityLevelConfiguration extends KubeObject {
  spec: PriorityLevelConfigurationSpec
  status?: PriorityLevelConfigurationStatus
}

/** PriorityLevelConfigurationList is a list of PriorityLevelConfiguration objects. */
export interface PriorityLevelConfigurationList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: PriorityLevelConfiguration[]
}

/** PriorityLevelConfigurationSpec specifies the configuration of a priority level. */
export interface PriorityLevelConfigurationSpec {
  type: string
  limited?: LimitedPriorityLevelConfiguration
  exempt?: ExemptPriorityLevelConfiguration
}

/** LimitedPriorityLevelConfiguration specifies how to handle requests that are subject to limits. */
export interface LimitedPriorityLevelConfiguration {
  nominalConcurrencyShares?: number
  limitResponse: LimitResponse
  lendablePercent?: number
  borrowingLimitPercent?: number
}

/** ExemptPriorityLevelConfiguration describes the configurable aspects of the handling of exempt requests. */
export interface ExemptPriorityLevelConfiguration {
  nominalConcurrencyShares?: number
  lendablePercent?: number
}

/** LimitResponse defines how to handle requests that can not be executed right now. */
export interface LimitResponse {
  type: string
  queuing?: QueuingConfiguration
}

/** QueuingConfiguration holds the configuration parameters for queuing */
export interface QueuingConfiguration {
  queues?: number
  handSize?: number
  queueLengthLimit?: number
}

/** PriorityLevelConfigurationStatus represents the current state of a "request-priority". */
export interface PriorityLevelConfigurationStatus {
  conditions?: PriorityLevelConfigurationCondition[]
}

/** PriorityLevelConfigurationCondition defines the condition of priority level. */
export interface PriorityLevelConfigurationCondition {
  type: string
  status?: string
  lastTransitionTime?: string
  reason?: string
  message?: string
}
