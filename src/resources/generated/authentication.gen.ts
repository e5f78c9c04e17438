// Written by tools/import-api from k8s.io/api/authentication/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'

/** TokenReview attempts to authenticate a token to a known user. */
export interface TokenReview extends KubeObject {
  spec: TokenReviewSpec
  status?: TokenReviewStatus
}

/** TokenReviewSpec is a description of the token authentication request. */
export interface TokenReviewSpec {
  token: string
  audiences?: string[]
}

/** TokenReviewStatus is the result of the token authentication request. */
export interface TokenReviewStatus {
  authenticated?: boolean
  user?: UserInfo
  audiences?: string[]
  error?: string
}

/** UserInfo holds the information about the user needed to implement the user.Info interface. */
export interface UserInfo {
  username?: string
  uid?: string
  groups?: string[]
  extra?: Record<string, string[]>
}

/** TokenRequest requests a token for a given service account. */
export interface TokenRequest extends KubeObject {
  spec?: TokenRequestSpec
  status?: TokenRequestStatus
}

/** TokenRequestSpec contains client provided parameters of a token request. */
export interface TokenRequestSpec {
  audiences?: string[]
  expirationSeconds?: number
  boundObjectRef?: BoundObjectReference
  attestations?: Record<string, string[]>
}

/** TokenRequestStatus is the result of a token request. */
export interface TokenRequestStatus {
  token?: string
  expirationTimestamp?: string
}

/** BoundObjectReference is a reference to an object that a token is bound to. */
export interface BoundObjectReference {
  kind?: string
  apiVersion?: string
  name?: string
  uid?: string
}

/** SelfSubjectReview contains the user information that the kube-apiserver has about the user making this request. */
export interface SelfSubjectReview extends KubeObject {
  status?: SelfSubjectReviewStatus
}

/** SelfSubjectReviewStatus is filled by the kube-apiserver and sent back to a user. */
export interface SelfSubjectReviewStatus {
  userInfo?: UserInfo
}
