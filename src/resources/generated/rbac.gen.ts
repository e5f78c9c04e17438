// Written by tools/import-api from k8s.io/api/rbac/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { LabelSelector, ListMeta } from './meta.gen.ts'

/** PolicyRule holds information that describes a policy rule, but does not contain information about who the rule applies to or which namespace the rule applies to. */
export interface PolicyRule {
  verbs: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

/** Subject contains a reference to the object or user identities a role binding applies to. */
export interface Subject {
  kind: string
  apiGroup?: string
  name: string
  namespace?: string
}

/** RoleRef contains information that points to the role being used */
export interface RoleRef {
  apiGroup?: string
  kind: string
  name: string
}

/** Role is a namespaced, logical grouping of PolicyRules that can be referenced as a unit by a RoleBinding. */
export interface Role extends KubeObject {
  rules?: PolicyRule[]
}

/** RoleBinding references a role, but does not contain it. */
export interface RoleBinding extends KubeObject {
  subjects?: Subject[]
  roleRef: RoleRef
}

/** RoleBindingList is a collection of RoleBindings */
export interface RoleBindingList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: RoleBinding[]
}

/** RoleList is a collection of Roles */
export interface RoleList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: Role[]
}

/** ClusterRole is a cluster level, logical grouping of PolicyRules that can be referenced as a unit by a RoleBinding or ClusterRoleBinding. */
export interface ClusterRole extends KubeObject {
  rules?: PolicyRule[]
  aggregationRule?: AggregationRule
}

/** AggregationRule describes how to locate ClusterRoles to aggregate into the ClusterRole */
export interface AggregationRule {
  clusterRoleSelectors?: LabelSelector[]
}

/** ClusterRoleBinding references a ClusterRole, but not contain it. */
export interface ClusterRoleBinding extends KubeObject {
  subjects?: Subject[]
  roleRef: RoleRef
}

/** ClusterRoleBindingList is a collection of ClusterRoleBindings */
export interface ClusterRoleBindingList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: ClusterRoleBinding[]
}

/** ClusterRoleList is a collection of ClusterRoles */
export interface ClusterRoleList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: ClusterRole[]
}
