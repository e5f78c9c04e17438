import { goQuote } from '../../meta/go-quote.ts'

/** Annotation that a definition in one of Kubernetes' own groups needs. */
export const APPROVED_ANNOTATION = 'api-approved.kubernetes.io'
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111'

/** `k8s.io`, `kubernetes.io` and what is below them. Source: apihelpers IsProtectedCommunityGroup. */
export const isProtectedGroup = (group: string): boolean =>
  /(^|\.)(k8s|kubernetes)\.io$/.test(group)

/** What the annotation says; the reason is upstream's text. Source: apihelpers GetAPIApprovalState. */
export function apiApproval(annotations: Readonly<Record<string, string>> | undefined): {
  readonly state: 'Missing' | 'Unapproved' | 'Approved' | 'Invalid'
  readonly reason: string
} {
  const text = annotations?.[APPROVED_ANNOTATION] ?? ''
  const must = `protected groups must have approval annotation ${goQuote(APPROVED_ANNOTATION)}`
  if (text === '') return { state: 'Missing', reason: `${must}, ${SEE}` }
  if (text.startsWith('unapproved')) return { state: 'Unapproved', reason: `not approved: ${goQuote(text)}` }
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/\s]+[^\s]*$/.test(text))
    return { state: 'Approved', reason: `approved in ${text}` }
  return {
    state: 'Invalid',
    reason: `${must} with either a URL or a reason starting with "unapproved", ${SEE}`,
  }
}
