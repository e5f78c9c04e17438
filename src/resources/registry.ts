import type { ResourceDefinition, ServedVersion } from './define.ts'
import { mutatingAdmissionPolicy } from './admissionregistration/mutatingadmissionpolicy.ts'
import { mutatingAdmissionPolicyBinding, validatingAdmissionPolicyBinding } from './admissionregistration/policybinding.ts'
import { validatingAdmissionPolicy } from './admissionregistration/validatingadmissionpolicy.ts'
import { mutatingWebhookConfiguration, validatingWebhookConfiguration } from './admissionregistration/webhookconfiguration.ts'
import { apiService } from './apiregistration/apiservice.ts'
import { certificateSigningRequest } from './certificates/certificatesigningrequest.ts'
import { clusterTrustBundle } from './certificates/clustertrustbundle.ts'
import { podCertificateRequest } from './certificates/podcertificaterequest.ts'
import { controllerRevision } from './apps/controllerrevision.ts'
import { daemonSet } from './apps/daemonset.ts'
import { deployment } from './apps/deployment.ts'
import { replicaSet } from './apps/replicaset.ts'
import { statefulSet } from './apps/statefulset.ts'
import { horizontalPodAutoscaler } from './autoscaling/horizontalpodautoscaler.ts'
import { cronJob } from './batch/cronjob.ts'
import { job } from './batch/job.ts'
import { lease } from './coordination/lease.ts'
import { configMap } from './core/configmap.ts'
import { endpoints } from './core/endpoints.ts'
import { event } from './core/event.ts'
import { limitRange } from './core/limitrange.ts'
import { namespace } from './core/namespace.ts'
import { node } from './core/node.ts'
import { persistentVolume } from './core/persistentvolume.ts'
import { persistentVolumeClaim } from './core/persistentvolumeclaim.ts'
import { pod } from './core/pod/pod.ts'
import { podTemplate } from './core/podtemplate.ts'
import { replicationController } from './core/replicationcontroller.ts'
import { resourceQuota } from './core/resourcequota.ts'
import { secret } from './core/secret.ts'
import { service } from './core/service/service.ts'
import { serviceAccount } from './core/serviceaccount.ts'
import { endpointSlice } from './discovery/endpointslice.ts'
import { flowSchema } from './flowcontrol/flowschema.ts'
import { priorityLevelConfiguration } from './flowcontrol/prioritylevelconfiguration.ts'
import { ingress } from './networking/ingress.ts'
import { ingressClass } from './networking/ingressclass.ts'
import { ipAddress } from './networking/ipaddress.ts'
import { networkPolicy } from './networking/networkpolicy.ts'
import { serviceCidr } from './networking/servicecidr.ts'
import { runtimeClass } from './node/runtimeclass.ts'
import { customResourceDefinition } from './apiextensions/customresourcedefinition.ts'
import { podDisruptionBudget } from './policy/poddisruptionbudget.ts'
import { clusterRole } from './rbac/clusterrole.ts'
import { clusterRoleBinding } from './rbac/clusterrolebinding.ts'
import { role } from './rbac/role.ts'
import { roleBinding } from './rbac/rolebinding.ts'
import { deviceClass } from './resource/deviceclass.ts'
import { resourceClaim } from './resource/resourceclaim.ts'
import { resourceClaimTemplate } from './resource/resourceclaimtemplate.ts'
import { resourceSlice } from './resource/resourceslice.ts'
import { deviceTaintRule } from './resource/devicetaintrule.ts'
import { review } from './review.ts'
import { priorityClass } from './scheduling/priorityclass.ts'
import { csiDriver } from './storage/csidriver.ts'
import { csiNode } from './storage/csinode.ts'
import { csiStorageCapacity } from './storage/csistoragecapacity.ts'
import { storageClass } from './storage/storageclass.ts'
import { volumeAttachment } from './storage/volumeattachment.ts'
import { volumeAttributesClass } from './storage/volumeattributesclass.ts'
import { storageVersionMigration } from './storagemigration/storageversionmigration.ts'

/** A kind in one of the versions it is served in. */
export interface Served {
  readonly definition: ResourceDefinition
  readonly version: ServedVersion
}

/** Finds definitions. A value, so that one with CRDs can be made beside the built-in one. */
export interface Registry {
  readonly definitions: readonly ResourceDefinition[]
  /** Groups that are served; '' is the core. */
  readonly groups: ReadonlySet<string>
  /** By storage resource: `pods`, `deployments.apps`. */
  byResource(resource: string): ResourceDefinition | undefined
  /** By what stands in a URL path: '' or `apps`, `v1`, `deployments`. */
  byPath(group: string, version: string, plural: string): Served | undefined
  byKind(group: string, version: string, kind: string): Served | undefined
}

/** A registry of these kinds; a later definition takes the place of an earlier one. */
export function createRegistry(definitions: readonly ResourceDefinition[]): Registry {
  const resources = new Map(definitions.map((d) => [d.resource, d]))
  const paths = new Map<string, Served>()
  const kinds = new Map<string, Served>()
  for (const definition of definitions)
    for (const version of definition.served) {
      const prefix = `${version.group}/${version.version}/`
      paths.set(prefix + definition.plural, { definition, version })
      kinds.set(prefix + definition.kind, { definition, version })
    }
  return {
    definitions,
    groups: new Set(definitions.flatMap(({ served }) => served.map(({ group }) => group))),
    byResource: (resource) => resources.get(resource),
    byPath: (group, version, plural) => paths.get(`${group}/${version}/${plural}`),
    byKind: (group, version, kind) => kinds.get(`${group}/${version}/${kind}`),
  }
}

/** Storage resources, each once. */
export const resourcesOf = ({ definitions }: Registry): string[] => [
  ...new Set(definitions.map(({ resource }) => resource)),
]

/** Every kind klio knows without a CRD; the only list of kinds. */
export const builtIn: readonly ResourceDefinition[] = [
  namespace,
  pod,
  replicationController,
  service,
  endpoints,
  node,
  event,
  configMap,
  secret,
  serviceAccount,
  deployment,
  replicaSet,
  endpointSlice,
  lease,
  controllerRevision,
  limitRange,
  podTemplate,
  resourceQuota,
  runtimeClass,
  priorityClass,
  csiDriver,
  csiNode,
  csiStorageCapacity,
  storageClass,
  volumeAttributesClass,
  certificateSigningRequest,
  clusterTrustBundle,
  podCertificateRequest,
  review('authentication', 'TokenReview'),
  review('authentication', 'SelfSubjectReview'),
  review('authorization', 'SubjectAccessReview'),
  review('authorization', 'SelfSubjectAccessReview'),
  review('authorization', 'SelfSubjectRulesReview'),
  review('authorization', 'LocalSubjectAccessReview', true),
  serviceCidr,
  ipAddress,
  ingressClass,
  ingress,
  networkPolicy,
  role,
  clusterRole,
  roleBinding,
  clusterRoleBinding,
  podDisruptionBudget,
  persistentVolume,
  persistentVolumeClaim,
  volumeAttachment,
  daemonSet,
  flowSchema,
  priorityLevelConfiguration,
  statefulSet,
  mutatingWebhookConfiguration,
  validatingWebhookConfiguration,
  validatingAdmissionPolicy,
  validatingAdmissionPolicyBinding,
  mutatingAdmissionPolicy,
  mutatingAdmissionPolicyBinding,
  customResourceDefinition,
  job,
  cronJob,
  horizontalPodAutoscaler,
  deviceTaintRule,
  deviceClass,
  resourceClaim,
  resourceClaimTemplate,
  resourceSlice,
  storageVersionMigration,
  apiService,
]
