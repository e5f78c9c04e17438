import { createHash } from 'node:crypto'
import { apiVersionOf } from '../meta/kind.ts'
import type { ResourceDefinition, ServedVersion } from '../resources/define.ts'
import type { Registry } from '../resources/registry.ts'
import type { Exchange } from './exchange.ts'
import { methodNotSupported, pageNotFound } from '../meta/status.ts'
import { versionsInOrder } from '../resources/custom/version-order.ts'
import { verbsOf } from './verbs/resource-request.ts'

/** Source: meta/v1 APIResource. */
export interface ApiResource {
  name: string
  singularName: string
  namespaced: boolean
  group?: string
  version?: string
  kind: string
  verbs: readonly string[]
  shortNames?: readonly string[]
  categories?: readonly string[]
  storageVersionHash?: string
}

const AGGREGATED = /application\/json[^,]*;g=apidiscovery\.k8s\.io;v=v2;as=APIGroupDiscoveryList/

/** Answers /, /api, /apis and everything below that lists what is served; 404 for other paths. */
export function discover(exchange: Exchange, registry: Registry): void {
  const { path } = exchange
  const [root, ...rest] = path.split('/').filter((part) => part !== '')
  if (path === '/') return exchange.json(200, { paths: rootPaths(registry) })
  if (path.includes('//') || (root !== 'api' && root !== 'apis')) return exchange.plainNotFound()
  const [group = '', version = '', ...more] = root === 'api' ? ['', ...rest] : rest
  if (group !== '') {
    if (versionsOf(registry, group).length === 0) return exchange.plainNotFound()
    if (version === '') return answerGroup(exchange, registry, group)
  }
  if (more.length > 0 || (version !== '' && kindsOf(registry, group, version).length === 0))
    return exchange.refuse(pageNotFound())
  if (exchange.incoming.method !== 'GET') return exchange.refuse(methodNotSupported())
  return version === '' ? answerRoot(exchange, registry, root) : answerVersion(exchange, registry, group, version)
}

/** What there is, for people. Source: apiserver server/routes/index.go. */
function rootPaths(registry: Registry): string[] {
  const groups = groupNames(registry).filter((group) => group !== '')
  const versions = groups.flatMap((group) => [
    `/apis/${group}`, ...versionsOf(registry, group).map((version) => `/apis/${group}/${version}`),
  ])
  const others = ['/api', '/api/v1', '/apis', '/apis/', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/openapi/v3/', '/readyz', '/version']
  return [...others, ...versions].sort()
}

function answerRoot(exchange: Exchange, registry: Registry, root: string): void {
  if (wantsAggregated(exchange)) return answerAggregated(exchange, registry, root === 'api')
  if (root === 'api')
    return exchange.json(200, {
      kind: 'APIVersions', versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: ownAddress(exchange) }],
    })
  exchange.json(200, {
    kind: 'APIGroupList', apiVersion: 'v1',
    groups: groupNames(registry).filter((g) => g !== '').map((g) => groupOf(registry, g)),
  })
}

/** Where this request came in. */
function ownAddress({ incoming }: Exchange): string {
  const { localAddress = '127.0.0.1', localPort = 0 } = incoming.socket ?? {}
  return `${localAddress}:${localPort}`
}

/** The first acceptable form decides, so a client that lists v2 first gets it. */
const wantsAggregated = (exchange: Exchange): boolean =>
  AGGREGATED.test((exchange.header('accept') ?? '').replaceAll(' ', ''))

function answerAggregated(exchange: Exchange, registry: Registry, core: boolean): void {
  const groups = groupNames(registry).filter((group) => (group === '') === core)
  const body = JSON.stringify({
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => aggregatedGroup(registry, group)),
  })
  const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`
  if (exchange.header('if-none-match') === etag) {
    exchange.outgoing.writeHead(304, exchange.headers({ etag }))
    exchange.outgoing.end()
    return
  }
  exchange.outgoing.setHeader('etag', etag)
  exchange.outgoing.setHeader('vary', 'Accept')
  exchange.send(200, 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', body)
}

const aggregatedGroup = (registry: Registry, group: string) => ({
  metadata: { name: group === '' ? undefined : group, creationTimestamp: null },
  versions: versionsOf(registry, group).map((version) => ({
    version,
    resources: kindsOf(registry, group, version)
      .map(({ definition, served }) => aggregatedKind(definition, served))
      .sort((a, b) => (a.resource < b.resource ? -1 : 1)),
    freshness: 'Current',
  })),
})

/** Of a kind that is going no object is made or changed. */
const ENDING_VERBS = ['delete', 'deletecollection', 'get', 'list', 'watch']

const toldVerbs = (definition: ResourceDefinition, version: ServedVersion): readonly string[] =>
  definition.ending ? ENDING_VERBS : verbsOf({ definition, version })

const scopeOf = ({ namespaced }: ResourceDefinition): string => (namespaced ? 'Namespaced' : 'Cluster')

/** Of built-in kinds group and version are named only where they differ, as upstream does. */
const ownGroup = ({ custom }: ResourceDefinition, { group, version }: ServedVersion) =>
  custom ? { group, version } : { group: '', version: '' }

const aggregatedKind = (definition: ResourceDefinition, served: ServedVersion) => ({
  resource: definition.plural,
  responseKind: { ...ownGroup(definition, served), kind: definition.kind },
  scope: scopeOf(definition),
  singularResource: definition.singular,
  verbs: toldVerbs(definition, served),
  ...(definition.shortNames && { shortNames: definition.shortNames }),
  ...(definition.categories && { categories: definition.categories }),
  ...(subresources(definition).length > 0 && {
    subresources: subresources(definition).map(({ name, kind, verbs, group, version }) => ({
      subresource: name.slice(definition.plural.length + 1),
      responseKind: { ...ownGroup(definition, served), ...(group !== undefined && { group, version }), kind },
      verbs,
    })),
  }),
})

const answerGroup = (exchange: Exchange, registry: Registry, group: string): void =>
  exchange.json(200, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(registry, group) })


function groupOf(registry: Registry, group: string) {
  const versions = versionsOf(registry, group).map((version) => ({
    groupVersion: apiVersionOf({ group, version }), version,
  }))
  return { name: group, versions, preferredVersion: versions[0] }
}

const answerVersion = (exchange: Exchange, registry: Registry, group: string, version: string): void =>
  exchange.json(200, {
    kind: 'APIResourceList',
    // The legacy path says no version of itself, as upstream's.
    ...(group !== '' && { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources: kindsOf(registry, group, version)
      .flatMap(({ definition, served }) => [ownResource(definition, served), ...subresources(definition)])
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  })


const ownResource = (definition: ResourceDefinition, served: ServedVersion): ApiResource => ({
  name: definition.plural,
  singularName: definition.singular,
  namespaced: definition.namespaced,
  kind: definition.kind,
  verbs: toldVerbs(definition, served),
  ...(definition.shortNames && { shortNames: definition.shortNames }),
  ...(definition.categories && { categories: definition.categories }),
  storageVersionHash: storageHash(definition),
})

/** Source: discovery.StorageVersionHash: base64 of the first 8 bytes of SHA-256 of group/version/kind. */
function storageHash({ served, storage, kind }: ResourceDefinition): string {
  const { group, version } = storage ?? served[0]!
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')
}

const PART_VERBS = ['get', 'patch', 'update']

/** Subresources of a kind as discovery lists them, by name. */
export function subresources(definition: ResourceDefinition): ApiResource[] {
  const { plural, namespaced } = definition
  const listed = new Map<string, Omit<ApiResource, 'name' | 'singularName' | 'namespaced'>>()
  if (definition.status) listed.set('status', { kind: definition.kind, verbs: PART_VERBS })
  if (definition.scale)
    listed.set('scale', { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: PART_VERBS })
  for (const part of Object.keys(definition.parts ?? {}))
    listed.set(part, { kind: definition.kind, verbs: PART_VERBS })
  for (const [name, { kind, verbs, group, version }] of Object.entries(definition.subresources ?? {}))
    listed.set(name, { kind, verbs, group, version })
  return [...listed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, rest]) => ({
    name: `${plural}/${name}`, singularName: '', namespaced, ...rest,
  }))
}

/** Clients look a kind up in this order. Source: kube-apiserver aggregator.go apiVersionPriorities. */
const GROUP_ORDER = [
  '', 'apiregistration.k8s.io', 'apps', 'events.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io', 'autoscaling',
  'batch', 'certificates.k8s.io', 'networking.k8s.io', 'policy', 'rbac.authorization.k8s.io', 'storage.k8s.io',
  'admissionregistration.k8s.io', 'apiextensions.k8s.io', 'scheduling.k8s.io', 'coordination.k8s.io', 'node.k8s.io',
  'discovery.k8s.io', 'resource.k8s.io', 'flowcontrol.apiserver.k8s.io',
]

/** Groups that are served: upstream's in its order, then all others. */
function groupNames({ definitions }: Registry): string[] {
  const served = new Set(['', ...definitions.flatMap((d) => (d.hidden ? [] : d.served.map((s) => s.group)))])
  const known = GROUP_ORDER.filter((group) => served.has(group))
  return [...known, ...[...served].filter((group) => !GROUP_ORDER.includes(group)).sort()]
}

/** Versions of a group, newest stable first. */
const versionsOf = (registry: Registry, group: string): string[] =>
  versionsInOrder([
    ...new Set(told(registry).flatMap((d) => d.served.filter((s) => s.group === group).map((s) => s.version))),
  ])

/** Kinds that discovery tells of. */
const told = ({ definitions }: Registry): ResourceDefinition[] => definitions.filter(({ hidden }) => !hidden)

const kindsOf = (registry: Registry, group: string, version: string) =>
  told(registry).flatMap((definition) =>
    definition.served
      .filter((served) => served.group === group && served.version === version)
      .map((served) => ({ definition, served })),
  )
