import { invalid, required, type FieldError } from '../meta/field-error.ts'
import type { KubeObject } from '../meta/object.ts'
import { badRequest, invalidObject, type Status } from '../meta/status.ts'
import type { LocalSubjectAccessReview, SubjectAccessReview } from '../resources/generated/authorization.gen.ts'
import type { TokenReview } from '../resources/generated/authentication.gen.ts'
import { equal } from '../resources/equal.ts'

type Access = SubjectAccessReview | LocalSubjectAccessReview

/**
 * What is wrong with a question; undefined when it can be answered. Source: pkg/apis/authorization/validation,
 * registry/authorization/selfsubjectrulesreview, registry/authentication/tokenreview.
 */
export function reviewProblem(kind: string, review: KubeObject, namespace: string): Status | undefined {
  switch (kind) {
    case 'SelfSubjectRulesReview':
      return (review as { spec?: { namespace?: string } }).spec?.namespace ? undefined : badRequest('no namespace on request')
    case 'TokenReview':
      return (review as TokenReview).spec?.token
        ? undefined
        : badRequest('token is required for TokenReview in authentication')
    case 'SubjectAccessReview':
      return refused([...specErrors(review as Access, true), ...metaErrors(review, 'must be empty')])
    case 'SelfSubjectAccessReview':
      return refused([...specErrors(review as Access, false), ...metaErrors(review, 'must be empty')])
    case 'LocalSubjectAccessReview':
      return localProblem(review as LocalSubjectAccessReview, namespace)
    default:
      return undefined
  }
}

/** Upstream asks its internal object for its kind, which it has not. */
const refused = (errors: readonly FieldError[]): Status | undefined =>
  errors.length === 0 ? undefined : invalidObject('authorization.k8s.io', '', '', errors)

function localProblem(review: LocalSubjectAccessReview, namespace: string): Status | undefined {
  const { namespace: own = '', ...metadata } = review.metadata ?? {}
  const { resourceAttributes: resource, nonResourceAttributes: path } = review.spec ?? {}
  const errors = [
    ...specErrors(review, true),
    ...metaErrors({ ...review, metadata }, 'must be empty except for namespace'),
  ]
  if (resource && (resource.namespace ?? '') !== own)
    errors.push(invalid('spec.resourceAttributes.namespace', resource.namespace ?? '', 'must match metadata.namespace'))
  if (path) errors.push(invalid('spec.nonResourceAttributes', path, 'disallowed on this kind of request'))
  const wrong = refused(errors)
  if (wrong || own === namespace) return wrong
  return badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`)
}

function specErrors({ spec }: Access, named: boolean): FieldError[] {
  const { resourceAttributes: resource, nonResourceAttributes: path, user = '', groups = [] } = spec ?? {}
  const errors: FieldError[] = []
  if ((resource === undefined) === (path === undefined))
    errors.push(
      invalid('spec', path ?? null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'),
    )
  if (named && user === '' && groups.length === 0)
    errors.push(invalid('spec.user', user, 'at least one of user or group must be specified'))
  for (const name of ['fieldSelector', 'labelSelector'] as const) {
    const selector = resource?.[name]
    if (!selector) continue
    const field = `spec.resourceAttributes.${name}`
    const { rawSelector = '', requirements = [] } = selector
    if (rawSelector !== '' && requirements.length > 0)
      errors.push(invalid(`${field}.rawSelector`, rawSelector, 'may not specified at the same time as requirements'))
    if (rawSelector === '' && requirements.length === 0)
      errors.push(required(`${field}.requirements`, `when ${field} is specified, requirements or rawSelector is required`))
  }
  return errors
}

function metaErrors({ metadata }: Pick<KubeObject, 'metadata'>, why: string): FieldError[] {
  const { managedFields: _, creationTimestamp, ...own } = metadata ?? {}
  const nothing = equal(own, {}) && !creationTimestamp
  return nothing ? [] : [invalid('metadata', metadata, why)]
}
