import { forbiddenTo, notFound } from '../../meta/status.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'

/** Namespaces that cannot be deleted. Source: admission/plugin/namespace/lifecycle. */
const IMMORTAL = ['default', 'kube-system', 'kube-public']

/** Nothing is created in a namespace that is absent or being deleted; some namespaces never go. */
export const namespaceLifecycle: AdmissionRule = {
  name: 'NamespaceLifecycle',
  subresources: 'all',
  operations: ['CREATE', 'DELETE'],
  admit: (request) =>
    request.operation === 'DELETE' ? keepImmortal(request) : needNamespace(request),
}

function keepImmortal({ definition, name }: AdmissionRequest) {
  if (definition.resource !== 'namespaces' || !IMMORTAL.includes(name)) return undefined
  return forbiddenTo({ group: '', resource: 'namespaces' }, name, 'this namespace may not be deleted')
}

function needNamespace(request: AdmissionRequest) {
  const { definition, namespace, name, state } = request
  if (!definition.namespaced) return undefined
  const found = state.get('namespaces', '', namespace)
  if (!found) return notFound({ group: '', resource: 'namespaces' }, namespace)
  if (found.object.metadata.deletionTimestamp === undefined || request.subresource !== '')
    return undefined
  const refusal = forbiddenTo(
    { group: definition.served[0]!.group, resource: definition.plural },
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  )
  refusal.details!.causes = [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ]
  return refusal
}
