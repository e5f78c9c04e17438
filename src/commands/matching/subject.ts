import { parseApiVersion, type GroupVersionKind } from '../../meta/kind.ts'
import type { AdmissionRequest } from '../environment.ts'

/** A group and version. */
export interface Version {
  readonly group: string
  readonly version: string
}

/** What rules of webhooks and policies look at. */
export interface Subject extends Version {
  readonly plural: string
  readonly subresource: string
  readonly operation: AdmissionRequest['operation']
  /** Of the object, or of a namespace itself; '' for what has none. */
  readonly namespace: string
  readonly name: string
  readonly isNamespace: boolean
  /** Versions that serve the same objects, the request's among them. */
  readonly equivalents: readonly Version[]
}

/** Configuration of admission itself is never looked at: nobody locks himself out. Source: predicates/rules IsExempt. */
const EXEMPT = [
  'validatingwebhookconfigurations', 'mutatingwebhookconfigurations', 'validatingadmissionpolicies',
  'validatingadmissionpolicybindings', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings',
].map((plural) => `${plural}.admissionregistration.k8s.io`)

/** Whether webhooks and policies may look at such an object at all. */
export const isExempt = (resource: string): boolean => EXEMPT.includes(resource)

/** The request as rules see it; undefined for what they never see. */
export function subjectOf(request: AdmissionRequest): Subject | undefined {
  const { definition, served, operation, subresource, namespace, name } = request
  if (isExempt(definition.resource)) return undefined
  const { isNamespace = false } = definition
  return {
    group: served.group, version: served.version, plural: definition.plural, subresource, operation,
    // Requests of a namespace count as in it.
    namespace: isNamespace ? name || (request.object.metadata.name ?? '') : definition.namespaced ? namespace : '',
    name, isNamespace, equivalents: definition.served,
  }
}

/** The kind of the request's object: a subresource may have one of its own. */
export function kindOfRequest({ definition, served, subresource, object }: AdmissionRequest): GroupVersionKind {
  const own = { group: served.group, version: served.version, kind: definition.kind }
  if (subresource === '' || object.kind === definition.kind) return own
  const version = parseApiVersion(object.apiVersion)
  return version ? { ...version, kind: object.kind } : own
}
