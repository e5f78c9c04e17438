import type { Namespace } from '../../resources/generated/core.gen.ts'
import { NOTHING, type Reconciler } from '../runtime/reconciler.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/**
 * Keeps the namespaces that every cluster has. Source: controlplane/controller/systemnamespaces.
 */
export function systemNamespaces(): Reconciler {
  return {
    name: 'system-namespaces-controller',
    user: 'system:apiserver',
    startKeys: NAMESPACES,
    watches: [
      {
        resource: 'namespaces',
        keysOf: (change) => (NAMESPACES.includes(change.name) ? [change.name] : []),
      },
    ],
    reconcile(name, view) {
      if (view.get('namespaces', '', name)) return NOTHING
      const object: Namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      const why = 'every cluster has it'
      return {
        commands: [{ verb: 'create', resource: 'namespaces', namespace: '', name, object, why }],
      }
    },
  }
}
