import type { Namespace, ServiceAccount } from '../../resources/generated/core.gen.ts'
import { NOTHING, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'

const NAME = 'service-account-controller'
const DEFAULT = 'default'

/** Keeps a ServiceAccount `default` in every namespace. Source: pkg/controller/serviceaccount. */
export function serviceAccountController(): Reconciler {
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [
      { resource: 'namespaces', keysOf: (change) => [change.name] },
      {
        resource: 'serviceaccounts',
        keysOf: (change) => (change.name === DEFAULT ? [change.namespace] : []),
      },
    ],
    reconcile(namespace, view) {
      const found = view.get<Namespace>('namespaces', '', namespace)
      if (!found || found.metadata.deletionTimestamp !== undefined) return NOTHING
      if (view.get('serviceaccounts', namespace, DEFAULT)) return NOTHING
      const object: ServiceAccount = {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: DEFAULT, namespace },
      }
      const why = 'every namespace has one'
      return {
        commands: [
          { verb: 'create', resource: 'serviceaccounts', namespace, name: DEFAULT, object, why },
        ],
      }
    },
  }
}
