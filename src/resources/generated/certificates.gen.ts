// Written by tools/import-api from k8s.io/api/certificates/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { Condition, ListMeta } from './meta.gen.ts'

/** CertificateSigningRequest objects provide a mechanism to obtain x509 certificates by submitting a certificate signing request, and having it asynchronously approved and issued. */
export interface CertificateSigningRequest extends KubeObject {
  spec: CertificateSigningRequestSpec
  status?: CertificateSigningRequestStatus
}

/** CertificateSigningRequestSpec contains the certificate request. */
export interface CertificateSigningRequestSpec {
  request: string
  signerName: string
  expirationSeconds?: number
  usages?: string[]
  username?: string
  uid?: string
  groups?: string[]
  extra?: Record<string, string[]>
}

/** CertificateSigningRequestStatus contains conditions used to indicate approved/denied/failed status of the request, and the issued certificate. */
export interface CertificateSigningRequestStatus {
  conditions?: CertificateSigningRequestCondition[]
  certificate?: string
}

/** CertificateSigningRequestCondition describes a condition of a CertificateSigningRequest object */
export interface CertificateSigningRequestCondition {
  type: string
  status: string
  reason?: string
  message?: string
  lastUpdateTime?: string
  lastTransitionTime?: string
}

/** CertificateSigningRequestList is a collection of CertificateSigningRequest objects */
export interface CertificateSigningRequestList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: CertificateSigningRequest[]
}

/** ClusterTrustBundle is a cluster-scoped container for X.509 trust anchors (root certificates). */
export interface ClusterTrustBundle extends KubeObject {
  spec: ClusterTrustBundleSpec
}

/** ClusterTrustBundleSpec contains the signer and trust anchors. */
export interface ClusterTrustBundleSpec {
  signerName?: string
  trustBundle: string
}

/** ClusterTrustBundleList is a collection of ClusterTrustBundle objects */
export interface ClusterTrustBundleList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: ClusterTrustBundle[]
}

/** PodCertificateRequest encodes a pod requesting a certificate from a given signer. */
export interface PodCertificateRequest extends KubeObject {
  spec: PodCertificateRequestSpec
  status?: PodCertificateRequestStatus
}

/** PodCertificateRequestSpec describes the certificate request. */
export interface PodCertificateRequestSpec {
  signerName: string
  podName: string
  podUID: string
  serviceAccountName: string
  serviceAccountUID: string
  nodeName: string
  nodeUID: string
  maxExpirationSeconds?: number
  stubPKCS10Request: string
  unverifiedUserAnnotations?: Record<string, string>
}

/** PodCertificateRequestStatus describes the status of the request, and holds the certificate data if the request is issued. */
export interface PodCertificateRequestStatus {
  conditions?: Condition[]
  certificateChain?: string
  notBefore?: string
  beginRefreshAt?: string
  notAfter?: string
}

/** PodCertificateRequestList is a collection of PodCertificateRequest objects */
export interface PodCertificateRequestList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: PodCertificateRequest[]
}
