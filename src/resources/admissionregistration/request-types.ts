import {
  DECLARED, declaredList, declaredMap, declaredObject,
  type DeclaredType,
} from '../../cel/declared-types.ts'

const { string, bool, int, timestamp, dyn } = DECLARED
/** No size is promised. */
const UNLIMITED = -1
const texts = declaredList(string, UNLIMITED)
const textMap = declaredMap(string, UNLIMITED)
const kind = declaredObject('kubernetes.GroupVersionKind', { group: string, version: string, kind: string })
const resource = declaredObject('kubernetes.GroupVersionResource', { group: string, version: string, resource: string })

/** The variable `request`. Source: admission/plugin/cel/compile.go BuildRequestType. */
export const REQUEST_TYPE: DeclaredType = declaredObject('kubernetes.AdmissionRequest', {
  kind, resource, subResource: string, requestKind: kind, requestResource: resource, requestSubResource: string,
  name: string, namespace: string, operation: string, dryRun: bool, options: dyn,
  userInfo: declaredObject('kubernetes.UserInfo', {
    username: string, uid: string, groups: texts, extra: declaredMap(texts, UNLIMITED),
  }),
})

/** The variable `namespaceObject`. Source: BuildNamespaceType. */
export const NAMESPACE_TYPE: DeclaredType = declaredObject('kubernetes.Namespace', {
  metadata: declaredObject('kubernetes.NamespaceMetadata', {
    name: string, generateName: string, namespace: string, labels: textMap, annotations: textMap, UID: string,
    creationTimestamp: timestamp, deletionGracePeriodSeconds: int, deletionTimestamp: timestamp, generation: int,
    resourceVersion: string, finalizers: texts,
  }),
  spec: declaredObject('kubernetes.NamespaceSpec', { finalizers: texts }),
  status: declaredObject('kubernetes.NamespaceStatus', {
    conditions: declaredList(
      declaredObject('kubernetes.NamespaceCondition', {
        status: string, type: string, lastTransitionTime: timestamp, message: string, reason: string,
      }), UNLIMITED),
    phase: string,
  }),
})
