import type { GroupVersionKind } from '../../meta/kind.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import type { AdmissionRequest } from '../environment.ts'
import { kindOfRequest, type Version } from './subject.ts'

/**
 * An AdmissionRequest without its uid and objects, as webhooks and expressions are shown it; `resource` and `kind`
 * are those that it was matched with. Source: CreateV1AdmissionReview, cel.CreateAdmissionRequest.
 */
export function requestJson(request: AdmissionRequest, resource: Version, kind: GroupVersionKind): JsonObject {
  const { definition, served, subresource, name, namespace, operation, dryRun, context } = request
  const { plural } = definition
  const [shownName, shownNamespace] = [nameOf(request), namespaceOf(request, namespace, name)]
  return {
    kind: { ...kind },
    resource: { group: resource.group, version: resource.version, resource: plural },
    ...(subresource !== '' && { subResource: subresource }),
    requestKind: { ...kindOfRequest(request) },
    requestResource: { group: served.group, version: served.version, resource: plural },
    ...(subresource !== '' && { requestSubResource: subresource }),
    ...(shownName !== '' && { name: shownName }),
    ...(shownNamespace !== '' && { namespace: shownNamespace }),
    operation,
    userInfo: {
      ...(context.caller.name !== '' && { username: context.caller.name }),
      ...(context.caller.uid && { uid: context.caller.uid }),
      groups: [...context.caller.groups],
      ...(context.caller.extra && { extra: context.caller.extra as unknown as Json }),
    },
    dryRun,
    options: optionsOf(request),
  }
}

/** Upstream does not know a name that it generates yet. */
const nameOf = ({ name, object }: AdmissionRequest): string =>
  name !== '' && name === object.metadata.generateName && object.metadata.name === undefined ? '' : name

/** A namespace counts as in itself. */
const namespaceOf = ({ definition }: AdmissionRequest, namespace: string, name: string): string =>
  definition.isNamespace ? name : namespace

const OPTION_KINDS = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const

/** The options of the request, as they are known from its query and body. */
function optionsOf({ operation, options, context, dryRun }: AdmissionRequest): JsonObject {
  const query = new URLSearchParams(context.query)
  const text = (key: string): JsonObject => {
    const value = query.get(key)
    return value ? { [key]: value } : {}
  }
  return {
    kind: OPTION_KINDS[operation], apiVersion: 'meta.k8s.io/v1',
    ...(operation === 'DELETE' ? (options as JsonObject | undefined) : { ...text('fieldManager'), ...text('fieldValidation') }),
    ...(dryRun && { dryRun: ['All'] }),
  }
}
