// Written by tools/import-api from k8s.io/api/admission/v1; change that, not this.
import type { Json } from '../../meta/object.ts'
import type { Status } from '../../meta/status.ts'
import type { UserInfo } from './authentication.gen.ts'
import type { GroupVersionKind, GroupVersionResource } from './meta.gen.ts'

/** AdmissionReview describes an admission review request/response. */
export interface AdmissionReview {
  kind?: string
  apiVersion?: string
  request?: AdmissionRequest
  response?: AdmissionResponse
}

/** AdmissionRequest describes the admission.Attributes for the admission request. */
export interface AdmissionRequest {
  uid?: string
  kind?: GroupVersionKind
  resource?: GroupVersionResource
  subResource?: string
  requestKind?: GroupVersionKind
  requestResource?: GroupVersionResource
  requestSubResource?: string
  name?: string
  namespace?: string
  operation?: string
  userInfo?: UserInfo
  object?: Json
  oldObject?: Json
  dryRun?: boolean
  options?: Json
}

/** AdmissionResponse describes an admission response. */
export interface AdmissionResponse {
  uid?: string
  allowed?: boolean
  status?: Status
  patch?: string
  patchType?: string
  auditAnnotations?: Record<string, string>
  warnings?: string[]
}
