import type { Clock } from './base/clock.ts'
import type { Log as Logger } from './base/log.ts'
import type { Core } from './control-plane.ts'
import type { Identity } from './identity.ts'
import { apiServiceRegistration } from './reconcilers/controllers/api-service-registration.ts'
import { crdConditions } from './reconcilers/controllers/crd-conditions.ts'
import { crdFinalizer } from './reconcilers/controllers/crd-finalizer.ts'
import { clusterRoleAggregation } from './reconcilers/controllers/clusterrole-aggregation.ts'
import type { ScaledKinds } from './reconcilers/controllers/budget-pods.ts'
import { deploymentController } from './reconcilers/controllers/deployment.ts'
import { disruptionController } from './reconcilers/controllers/disruption-budget.ts'
import { endpointsController } from './reconcilers/controllers/endpoints.ts'
import { endpointSliceController } from './reconcilers/controllers/endpointslice.ts'
import { endpointSliceMirroring } from './reconcilers/controllers/endpointslice-mirroring.ts'
import { garbageCollector } from './reconcilers/controllers/garbage.ts'
import { eventTtlController } from './reconcilers/controllers/event-ttl.ts'
import { fairnessObjects } from './fairness-objects.ts'
import { fairnessConfig } from './reconcilers/controllers/fairness-config.ts'
import { ipAddressController } from './reconcilers/controllers/ip-address.ts'
import { kubernetesService } from './reconcilers/controllers/kubernetes-service.ts'
import { namespaceController } from './reconcilers/controllers/namespace.ts'
import { nodeLifecycleController } from './reconcilers/controllers/node-lifecycle.ts'
import { podGarbageCollector } from './reconcilers/controllers/pod-gc.ts'
import { replicaSetController } from './reconcilers/controllers/replicaset.ts'
import { replicationControllerController } from './reconcilers/controllers/replicationcontroller.ts'
import { resourceQuotaController } from './reconcilers/controllers/resource-quota.ts'
import { rootCaPublisher } from './reconcilers/controllers/root-ca.ts'
import { serviceAccountController } from './reconcilers/controllers/serviceaccount.ts'
import { serviceCidrController } from './reconcilers/controllers/service-cidr.ts'
import { loadBalancerRange, serviceLoadBalancer } from './reconcilers/controllers/service-loadbalancer.ts'
import {
  attributesClassProtection, claimProtection, volumeProtection,
} from './reconcilers/controllers/storage-protection.ts'
import { taintEvictionController } from './reconcilers/controllers/taint-eviction.ts'
import { systemNamespaces } from './reconcilers/controllers/system-namespaces.ts'
import type { Budget } from './reconcilers/runtime/budget.ts'
import { type Arrivals, LocalSource, localSink } from './reconcilers/runtime/local.ts'
import type { Reconciler } from './reconcilers/runtime/reconciler.ts'
import { eventRecorder } from './reconcilers/runtime/recorder.ts'
import { Runner } from './reconcilers/runtime/runner.ts'
import { parseApiVersion } from './meta/kind.ts'
import { builtIn, resourcesOf, type Registry } from './resources/registry.ts'
import type { Authorizer } from './rights/attributes.ts'
import { addressAt, API_OFFSET } from './commands/admission/service-address.ts'

/** What controllers are made with; a replay makes them with the same. */
export interface ControllerWish {
  readonly core: { readonly registry: Registry }
  readonly identity: Identity
  /** When they are made is when they begin to look: nobody is judged by what was before. */
  readonly clock: Pick<Clock, 'now'>
  /** PEM of the cluster's authority. */
  readonly authority: string
  /** An address of the API that pods reach, and its port. */
  readonly apiAddress: string
  readonly apiPort: number
}

/** What they run on. */
export interface RunnerParts {
  readonly core: Core
  readonly identity: Identity
  readonly clock: Clock
  readonly logger: Logger
  readonly budget: Budget
  /** Ids and times of the reconcilers' requests; a simulation gives its own. */
  readonly arrivals?: Arrivals
  /** Asked before each write; left out where no roles are kept. */
  readonly authorizer?: Authorizer
}

/** Every controller that this klio runs, in no order: each is level-based. */
export function controllersOf({ core, identity, clock, authority, apiAddress, apiPort }: ControllerWish): Reconciler[] {
  const { registry } = core
  return [
    systemNamespaces(),
    serviceAccountController(),
    rootCaPublisher(authority),
    clusterRoleAggregation(),
    kubernetesService({
      clusterIP: addressAt(identity.serviceCidr, API_OFFSET), address: apiAddress, port: apiPort,
    }),
    namespaceController(() => contentOf(registry)),
    garbageCollector(garbageScope(registry)),
    deploymentController(),
    replicaSetController(),
    replicationControllerController(),
    endpointsController(),
    endpointSliceController(),
    endpointSliceMirroring(),
    serviceCidrController(identity.serviceCidr),
    ipAddressController(),
    disruptionController(scaledKinds(registry)),
    nodeLifecycleController(clock.now()),
    taintEvictionController(),
    podGarbageCollector(),
    eventTtlController(),
    claimProtection(),
    volumeProtection(),
    attributesClassProtection(),
    resourceQuotaController(() => contentOf(registry).map(({ resource }) => resource)),
    serviceLoadBalancer(loadBalancerRange(identity.loadBalancerCidr)),
  ]
}

/** Controllers that belong to the API itself: they run where it is served, as in kube-apiserver. */
export const apiControllers = (): Reconciler[] => [
  crdConditions(), crdFinalizer(), apiServiceRegistration(builtIn.flatMap(({ served }) => served)),
  fairnessConfig(fairnessObjects()),
]

/** Runs reconcilers in this process, at the side of its own writer. */
export function runLocally(parts: RunnerParts, reconcilers: readonly Reconciler[]): Runner {
  const { core, clock, logger, budget } = parts
  return new Runner(
    {
      source: new LocalSource(core.view),
      sinkOf: (user) => localSink({ ...core, authorizer: parts.authorizer }, user, parts.arrivals),
      recorder: eventRecorder(clock, parts.identity.nodeName),
      clock,
      budget,
      report: (problem) =>
        problem.problem === 'bug'
          ? logger.error('a reconciler failed', { ...problem })
          : logger.warn('a reconciler held the main thread', { ...problem }),
    },
    reconcilers,
  )
}

/** Kinds in namespaces, each once. */
const contentOf = (registry: Registry) =>
  resourcesOf(registry)
    .map((resource) => registry.byResource(resource)!)
    .filter((definition) => definition.namespaced)
    .map(({ resource, plural, served }) => ({ resource, plural, group: served[0]!.group }))

function garbageScope(registry: Registry) {
  let of: Registry['definitions'] | undefined
  let resources: readonly string[] = []
  return {
    /** Made once for each state of the registry: asked for every object that goes. */
    get resources() {
      if (of !== registry.definitions) {
        of = registry.definitions
        resources = resourcesOf(registry).filter((resource) => resource !== 'events')
      }
      return resources
    },
    resourceOf: (apiVersion: string, kind: string) => {
      const gv = parseApiVersion(apiVersion)
      const found = gv && registry.byKind(gv.group, gv.version, kind)
      return found && { resource: found.definition.resource, namespaced: found.definition.namespaced }
    },
  }
}

/** Kinds whose objects say how many pods they want. */
const scaledKinds = (registry: Registry): ScaledKinds => (apiVersion, kind) => {
  const gv = parseApiVersion(apiVersion)
  const found = gv && registry.byKind(gv.group, gv.version, kind)
  return found && { resource: found.definition.resource, replicas: found.definition.scale?.replicas }
}
