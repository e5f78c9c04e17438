import { err, ok, type Result } from '../../base/result.ts'
import { labelSelectorOf, matches } from '../../meta/label-selector.ts'
import { apiVersionOf, parseApiVersion } from '../../meta/kind.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { Entry } from '../../projections/entry.ts'
import type { ParamKind, ParamRef } from '../../resources/generated/admissionregistration.gen.ts'
import type { Registry, Served } from '../../resources/registry.ts'
import type { AdmissionRequest } from '../environment.ts'

/** The kind of a policy's params; an error when it is not served. Source: policy_source.go ensureParamsForPolicyLocked. */
export function paramKindOf(kind: ParamKind | undefined, registry: Registry): Result<Served | undefined, string> {
  if (!kind) return ok(undefined)
  const { group, version } = parseApiVersion(kind.apiVersion ?? '') ?? { group: '', version: '' }
  const served = registry.byKind(group, version, kind.kind ?? '')
  if (served) return ok(served)
  return err(`failed to find resource referenced by paramKind: '${group}/${version}, Kind=${kind.kind}'`)
}

/** One evaluation each; undefined is one without params. Source: policy_dispatcher.go CollectParams. */
export function paramsOf(
  served: Served | undefined, ref: ParamRef | undefined, request: AdmissionRequest,
): Result<readonly (KubeObject | undefined)[], string> {
  if (!served || !ref) return ok([undefined])
  const namespace = namespaceOf(served, ref, request)
  if (!namespace.ok) return namespace
  const found = entriesOf(served.definition.resource, namespace.value, ref, request)
  if (!found.ok) return found
  if (found.value.length === 0 && ref.parameterNotFoundAction === 'Deny')
    return err('no params found for policy binding with `Deny` parameterNotFoundAction')
  return ok(found.value.map(({ object }) => shown(served, object)))
}

function namespaceOf({ definition }: Served, ref: ParamRef, request: AdmissionRequest): Result<string, string> {
  if (!definition.namespaced)
    return ref.namespace ? err('paramRef.namespace must not be provided for a cluster-scoped `paramKind`') : ok('')
  const own = request.definition.namespaced ? request.namespace : namespaceName(request)
  const namespace = ref.namespace || own
  return namespace === ''
    ? err('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
    : ok(namespace)
}

/** A request about a namespace counts as in it. */
const namespaceName = ({ definition, name }: AdmissionRequest): string =>
  definition.isNamespace ? name : ''

function entriesOf(
  resource: string, namespace: string, { name, selector }: ParamRef, { state }: AdmissionRequest,
): Result<readonly Entry[], string> {
  if (name) {
    const entry = state.get(resource, namespace, name)
    return ok(entry ? [entry] : [])
  }
  if (!selector) return err('one of name or selector must be provided')
  const compiled = labelSelectorOf(selector)
  if (!compiled.ok) return compiled
  const all = state.entries(resource, namespace === '' ? undefined : namespace)
  return ok(all.filter(({ labels }) => matches(compiled.value, labels ?? {})))
}

const shown = ({ definition, version }: Served, object: KubeObject): KubeObject => ({
  ...(version.fromStorage ? version.fromStorage(object) : object), apiVersion: apiVersionOf(version), kind: definition.kind,
})
