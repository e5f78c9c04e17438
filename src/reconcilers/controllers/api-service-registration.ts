import type { Command } from '../../commands/command.ts'
import type { View, ViewChange } from '../../projections/view.ts'
import { API_SERVICES } from '../../resources/apiregistration/apiservice.ts'
import { DEFINITIONS } from '../../resources/apiextensions/customresourcedefinition.ts'
import type { CustomResourceDefinition } from '../../resources/generated/apiextensions.gen.ts'
import type { APIService } from '../../resources/generated/apiregistration.gen.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { CUSTOM, priorityOf, type Priority } from './api-service-priorities.ts'

/** How an APIService is kept: made when it is missing, or as long as its definition is there. */
const MANAGED = 'kube-aggregator.kubernetes.io/automanaged'

/** A group and version that klio serves itself. */
export interface OwnVersion {
  readonly group: string
  readonly version: string
}

/**
 * An APIService for each group and version that klio answers itself, built in or custom. Source:
 * kube-aggregator controllers/autoregister, controlplane/controller/crdregistration.
 */
export function apiServiceRegistration(own: readonly OwnVersion[]): Reconciler {
  const builtIn = new Map<string, { own: OwnVersion; priority: Priority }>()
  for (const each of own) {
    const priority = priorityOf(each.group, each.version)
    if (priority) builtIn.set(nameOf(each), { own: each, priority })
  }
  return {
    name: 'autoregister-controller',
    user: 'system:apiserver',
    startKeys: [...builtIn.keys()],
    watches: [
      { resource: API_SERVICES, keysOf: ({ name }) => [name] },
      { resource: DEFINITIONS, keysOf: versionsIn },
    ],
    reconcile(name, view) {
      const current = view.get<APIService>(API_SERVICES, '', name)
      const known = builtIn.get(name)
      if (known) return current ? NOTHING : made(known.own, known.priority, 'onstart')
      const custom = customOf(name, view)
      if (custom) return current ? NOTHING : made(custom, CUSTOM, 'true')
      return current && isLeftover(current) ? removal(current) : NOTHING
    },
  }
}

const nameOf = ({ group, version }: OwnVersion): string => `${version}.${group}`

const servedBy = ({ spec }: CustomResourceDefinition): OwnVersion[] =>
  spec.versions.filter(({ served }) => served).map(({ name }) => ({ group: spec.group, version: name }))

const versionsIn = (change: ViewChange): string[] =>
  [change.before(), change.after()]
    .filter((crd) => crd !== undefined)
    .flatMap((crd) => servedBy(crd as CustomResourceDefinition).map(nameOf))

const customOf = (name: string, view: View): OwnVersion | undefined =>
  view.list<CustomResourceDefinition>(DEFINITIONS).flatMap(servedBy).find((own) => nameOf(own) === name)

/** What stands for another server is its owner's. */
const isLeftover = ({ metadata, spec }: APIService): boolean =>
  !spec?.service && metadata.labels?.[MANAGED] === 'true'

function made(own: OwnVersion, priority: Priority, managed: string): Plan {
  const object: APIService = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: nameOf(own), labels: { [MANAGED]: managed } },
    spec: {
      group: own.group,
      version: own.version,
      groupPriorityMinimum: priority.group,
      versionPriority: priority.version,
    },
  }
  const command: Command = {
    verb: 'create', resource: API_SERVICES, namespace: '', name: nameOf(own), object, why: 'klio serves it',
  }
  return { commands: [command] }
}

function removal({ metadata }: APIService): Plan {
  const { name = '', uid } = metadata
  const options = { preconditions: { uid } }
  return {
    commands: [
      { verb: 'delete', resource: API_SERVICES, namespace: '', name, options, why: 'no definition serves it any more' },
    ],
  }
}
