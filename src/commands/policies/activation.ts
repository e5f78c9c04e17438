import { authorizerValue, requestResourceValue } from '../../cel/library-authz.ts'
import type { Bindings } from '../../cel/program.ts'
import { jsonValue } from '../../cel/raw-values.ts'
import type { Value } from '../../cel/values.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { Authorizer } from '../../rights/attributes.ts'
import type { AdmissionRequest } from '../environment.ts'
import { requestJson } from '../matching/request-json.ts'
import type { Version } from '../matching/subject.ts'
import type { VersionedView } from '../matching/versions.ts'
import { authorizerHost } from './authorizer-host.ts'

/** What variables are made of; the objects are in the version of the view, null where there is none. */
export interface Activation {
  readonly request: AdmissionRequest
  readonly matched: Version
  readonly view: VersionedView
  readonly object: KubeObject | null
  readonly oldObject: KubeObject | null
  /** The namespace that conditions do not see, and what has none does not have. */
  readonly namespaceObject?: KubeObject
  readonly params?: KubeObject
  readonly authorizer: Authorizer
}

/** The values of the variables of an expression. Source: admission/plugin/cel/activation.go newActivation. */
export function bindingsOf(activation: Activation): Bindings {
  const { request, matched, view, object, oldObject, namespaceObject, params, authorizer } = activation
  const host = authorizerHost(authorizer, request.context.caller)
  const { served, definition, subresource, namespace, name } = request
  return {
    object: jsonValue(object),
    oldObject: jsonValue(oldObject),
    params: jsonValue(params ?? null),
    request: jsonValue(requestJson(request, matched, view.kind)),
    namespaceObject: jsonValue(namespaceObject ?? null),
    authorizer: authorizerValue(host),
    'authorizer.requestResource': requestResourceValue(host, {
      group: served.group, resource: definition.plural, subresource, namespace, name,
    }),
  } satisfies Record<string, Value>
}

/** The namespace of the request as expressions see it; a namespace is not in itself. Source: CreateNamespaceObject. */
export function namespaceOf({ definition, namespace, state }: AdmissionRequest): KubeObject | undefined {
  if (!definition.namespaced || namespace === '') return undefined
  const entry = state.get('namespaces', '', namespace)
  if (!entry) return undefined
  const { metadata, ...rest } = entry.object
  const { managedFields: _, ownerReferences: __, ...shown } = metadata
  return { ...rest, metadata: shown } as KubeObject
}
