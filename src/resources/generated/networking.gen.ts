// Written by tools/import-api from k8s.io/api/networking/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { TypedLocalObjectReference } from './core.gen.ts'
import type { Condition, LabelSelector, ListMeta } from './meta.gen.ts'

/** NetworkPolicy describes what network traffic is allowed for a set of Pods */
export interface NetworkPolicy extends KubeObject {
  spec?: NetworkPolicySpec
}

/** NetworkPolicySpec provides the specification of a NetworkPolicy */
export interface NetworkPolicySpec {
  podSelector?: LabelSelector
  ingress?: NetworkPolicyIngressRule[]
  egress?: NetworkPolicyEgressRule[]
  policyTypes?: string[]
}

/** NetworkPolicyIngressRule describes a particular set of traffic that is allowed to the pods matched by a NetworkPolicySpec's podSelector. */
export interface NetworkPolicyIngressRule {
  ports?: NetworkPolicyPort[]
  from?: NetworkPolicyPeer[]
}

/** NetworkPolicyEgressRule describes a particular set of traffic that is allowed out of pods matched by a NetworkPolicySpec's podSelector. */
export interface NetworkPolicyEgressRule {
  ports?: NetworkPolicyPort[]
  to?: NetworkPolicyPeer[]
}

/** NetworkPolicyPort describes a port to allow traffic on */
export interface NetworkPolicyPort {
  protocol?: string
  port?: number | string
  endPort?: number
}

/** IPBlock describes a particular CIDR (Ex. */
export interface IPBlock {
  cidr: string
  except?: string[]
}

/** NetworkPolicyPeer describes a peer to allow traffic to/from. */
export interface NetworkPolicyPeer {
  podSelector?: LabelSelector
  namespaceSelector?: LabelSelector
  ipBlock?: IPBlock
}

/** NetworkPolicyList is a list of NetworkPolicy objects. */
export interface NetworkPolicyList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: NetworkPolicy[]
}

/** Ingress is a collection of rules that allow inbound connections to reach the endpoints defined by a backend. */
export interface Ingress extends KubeObject {
  spec?: IngressSpec
  status?: IngressStatus
}

/** IngressList is a collection of Ingress. */
export interface IngressList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: Ingress[]
}

/** IngressSpec describes the Ingress the user wishes to exist. */
export interface IngressSpec {
  ingressClassName?: string
  defaultBackend?: IngressBackend
  tls?: IngressTLS[]
  rules?: IngressRule[]
}

/** IngressTLS describes the transport layer security associated with an ingress. */
export interface IngressTLS {
  hosts?: string[]
  secretName?: string
}

/** IngressStatus describe the current state of the Ingress. */
export interface IngressStatus {
  loadBalancer?: IngressLoadBalancerStatus
}

/** IngressLoadBalancerStatus represents the status of a load-balancer. */
export interface IngressLoadBalancerStatus {
  ingress?: IngressLoadBalancerIngress[]
}

/** IngressLoadBalancerIngress represents the status of a load-balancer ingress point. */
export interface IngressLoadBalancerIngress {
  ip?: string
  hostname?: string
  ports?: IngressPortStatus[]
}

/** IngressPortStatus represents the error condition of a service port */
export interface IngressPortStatus {
  port: number
  protocol: string
  error?: string
}

/** IngressRule represents the rules mapping the paths under a specified host to the related backend services. */
export interface IngressRule {
  host?: string
  http?: HTTPIngressRuleValue
}

/** IngressRuleValue represents a rule to apply against incoming requests. */
export interface IngressRuleValue {
  http?: HTTPIngressRuleValue
}

/** HTTPIngressRuleValue is a list of http selectors pointing to backends. */
export interface HTTPIngressRuleValue {
  paths: HTTPIngressPath[]
}

/** HTTPIngressPath associates a path with a backend. */
export interface HTTPIngressPath {
  path?: string
  pathType: string
  backend: IngressBackend
}

/** IngressBackend describes all endpoints for a given service and port. */
export interface IngressBackend {
  service?: IngressServiceBackend
  resource?: TypedLocalObjectReference
}

/** IngressServiceBackend references a Kubernetes Service as a Backend. */
export interface IngressServiceBackend {
  name: string
  port?: ServiceBackendPort
}

/** ServiceBackendPort is the service port being referenced. */
export interface ServiceBackendPort {
  name?: string
  number?: number
}

/** IngressClass represents the class of the Ingress, referenced by the Ingress Spec. */
export interface IngressClass extends KubeObject {
  spec?: IngressClassSpec
}

/** IngressClassSpec provides information about the class of an Ingress. */
export interface IngressClassSpec {
  controller?: string
  parameters?: IngressClassParametersReference
}

/** IngressClassParametersReference identifies an API object. */
export interface IngressClassParametersReference {
  apiGroup?: string
  kind: string
  name: string
  scope?: string
  namespace?: string
}

/** IngressClassList is a collection of IngressClasses. */
export interface IngressClassList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: IngressClass[]
}

/** IPAddress represents a single IP of a single IP Family. */
export interface IPAddress extends KubeObject {
  spec: IPAddressSpec
}

/** IPAddressSpec describe the attributes in an IP Address. */
export interface IPAddressSpec {
  parentRef: ParentReference
}

/** ParentReference describes a reference to a parent object. */
export interface ParentReference {
  group?: string
  resource: string
  namespace?: string
  name: string
}

/** IPAddressList contains a list of IPAddress. */
export interface IPAddressList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: IPAddress[]
}

/** ServiceCIDR defines a range of IP addresses using CIDR format (e.g. 192.168.0.0/24 or 2001:db2::/64). */
export interface ServiceCIDR extends KubeObject {
  spec?: ServiceCIDRSpec
  status?: ServiceCIDRStatus
}

/** ServiceCIDRSpec define the CIDRs the user wants to use for allocating ClusterIPs for Services. */
export interface ServiceCIDRSpec {
  cidrs?: string[]
}

/** ServiceCIDRStatus describes the current state of the ServiceCIDR. */
export interface ServiceCIDRStatus {
  conditions?: Condition[]
}

/** ServiceCIDRList contains a list of ServiceCIDR objects. */
export interface ServiceCIDRList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: ServiceCIDR[]
}
