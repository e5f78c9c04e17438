import { err, ok, type Result } from '../../base/result.ts'
import { goQuote } from '../../meta/go-quote.ts'
import type { GroupVersionKind } from '../../meta/kind.ts'
import type { Json, JsonObject, KubeObject } from '../../meta/object.ts'
import { isJsonObject } from '../../meta/own-property.ts'
import type { Status } from '../../meta/status.ts'
import type { AdmissionRequest } from '../../commands/environment.ts'
import { requestJson } from '../../commands/matching/request-json.ts'
import type { Version } from '../../commands/matching/subject.ts'

/** Versions of AdmissionReview that klio speaks. */
const VERSIONS = ['v1', 'v1beta1']

/** What a webhook is shown. */
export interface Review {
  readonly uid: string
  /** The webhook's wish; the first that klio speaks is taken. */
  readonly versions: readonly string[]
  readonly request: AdmissionRequest
  /** The version and kind in which the objects are. */
  readonly resource: Version
  readonly kind: GroupVersionKind
  readonly object: KubeObject | null
  readonly oldObject: KubeObject | null
}

/** What a webhook answered, of either version. Source: webhook/request/admissionreview.go AdmissionResponse. */
export interface ReviewAnswer {
  readonly allowed: boolean
  readonly result: Partial<Status> | undefined
  /** A JSON patch, in base64. */
  readonly patch: string | undefined
  readonly patchType: string | undefined
  readonly warnings: readonly string[]
}

/** The version to speak with a webhook; undefined when it knows none of klio's. */
export const reviewVersion = (versions: readonly string[] = []): string | undefined =>
  versions.find((version) => VERSIONS.includes(version))

/** The body of the call. Source: CreateV1AdmissionReview. */
export function admissionReview(review: Review, version: string): Json {
  const { uid, request, resource, kind, object, oldObject } = review
  return {
    kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`,
    request: {
      uid, ...requestJson(request, resource, kind),
      object: object as unknown as Json, oldObject: oldObject as unknown as Json,
    },
  }
}

/** Reads an answer; errors are upstream's. Source: VerifyAdmissionResponse. */
export function readReview(answer: Json, uid: string, version: string, mutating: boolean): Result<ReviewAnswer, string> {
  if (!isJsonObject(answer)) return err('webhook response was absent')
  const { response } = answer
  if (!isJsonObject(response)) return err('webhook response was absent')
  if (version === 'v1') {
    if (response['uid'] !== uid)
      return err(`expected response.uid=${goQuote(uid)}, got ${goQuote(String(response['uid'] ?? ''))}`)
    const wrong = kindProblem(answer) ?? patchProblem(response, mutating)
    if (wrong !== undefined) return err(wrong)
  }
  const patch = typeof response['patch'] === 'string' && response['patch'] !== '' ? response['patch'] : undefined
  return ok({
    allowed: response['allowed'] === true,
    result: isJsonObject(response['status']) ? (response['status'] as Partial<Status>) : undefined,
    patch: mutating ? patch : undefined,
    patchType: version === 'v1' ? (response['patchType'] as string | undefined) : 'JSONPatch',
    warnings: Array.isArray(response['warnings']) ? response['warnings'].filter((text) => typeof text === 'string') : [],
  })
}

function kindProblem({ apiVersion, kind }: JsonObject): string | undefined {
  if (apiVersion === 'admission.k8s.io/v1' && kind === 'AdmissionReview') return undefined
  const slash = String(apiVersion ?? '').split('/')
  const [group, version] = slash.length > 1 ? slash : ['', slash[0]]
  return `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${group}/${version ?? ''}, Kind=${kind ?? ''}`
}

function patchProblem({ patch, patchType }: JsonObject, mutating: boolean): string | undefined {
  const isPatched = typeof patch === 'string' && patch !== ''
  const isTyped = patchType !== undefined && patchType !== null
  if (!mutating) {
    if (isPatched) return 'validating webhook may not return response.patch'
    return isTyped ? 'validating webhook may not return response.patchType' : undefined
  }
  if (isPatched && !isTyped) return 'webhook returned response.patch but not response.patchType'
  if (!isPatched && isTyped) return 'webhook returned response.patchType but not response.patch'
  return patchType === '' ? 'webhook returned invalid response.patchType of ""' : undefined
}

/** The refusal of a webhook in the words of its answer. Source: webhook/errors ToStatusErr. */
export function rejection(name: string, result: Partial<Status> = {}): Status {
  const denied = `admission webhook ${goQuote(name)} denied the request`
  const why = result.message ? `: ${result.message}` : result.reason ? `: ${result.reason}` : ' without explanation'
  const code = typeof result.code === 'number' && result.code >= 400 ? result.code : 400
  return {
    kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: denied + why,
    ...(result.reason && { reason: String(result.reason) }),
    ...(isJsonObject(result.details as Json) && { details: result.details }),
    code,
  }
}
