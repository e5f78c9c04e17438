import type { ConfigMap, Namespace } from '../../resources/generated/core.gen.ts'
import { NOTHING, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'

const NAME = 'root-ca-certificate-publisher-controller'
/**
 * The ConfigMap that pods read the cluster's CA from. Source:
 * pkg/controller/certificates/rootcacertpublisher.
 */
const ROOT_CA = 'kube-root-ca.crt'
const DESCRIPTION = 'kubernetes.io/description'
const TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal ' +
  'endpoints such as the internal service IP or kubernetes.default.svc. No other usage is ' +
  'guaranteed across distributions of Kubernetes clusters.'

/** Keeps the cluster's CA certificate (PEM) in every namespace. */
export function rootCaPublisher(pem: string): Reconciler {
  return {
    name: NAME,
    user: controllerUser('root-ca-cert-publisher'),
    watches: [
      { resource: 'namespaces', keysOf: (change) => [change.name] },
      {
        resource: 'configmaps',
        keysOf: (change) => (change.name === ROOT_CA ? [change.namespace] : []),
      },
    ],
    reconcile(namespace, view) {
      const found = view.get<Namespace>('namespaces', '', namespace)
      if (!found || found.metadata.deletionTimestamp !== undefined) return NOTHING
      const current = view.get<ConfigMap>('configmaps', namespace, ROOT_CA)
      if (current && isAsWanted(current, pem)) return NOTHING
      const base = current?.metadata ?? { name: ROOT_CA, namespace }
      const annotations = { ...base.annotations, [DESCRIPTION]: TEXT }
      const object: ConfigMap = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...base, annotations },
        data: { 'ca.crt': pem },
      }
      const verb = current ? 'update' : 'create'
      return {
        commands: [
          { verb, resource: 'configmaps', namespace, name: ROOT_CA, object, why: 'the cluster CA' },
        ],
      }
    },
  }
}

const isAsWanted = ({ data, metadata }: ConfigMap, pem: string): boolean =>
  data?.['ca.crt'] === pem &&
  Object.keys(data).length === 1 &&
  metadata.annotations?.[DESCRIPTION] === TEXT
