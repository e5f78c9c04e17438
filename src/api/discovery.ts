import { createHash } from 'node:crypto'
import { apiVersionOf } from '../meta/kind.ts'
import type { ResourceDefinition, ServedVersion } from '../resources/define.ts'
import type { Registry } from '../resources/registry.ts'
import type { Exchange } from './exchange.ts'
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

/** Answers /api, /apis and everything below that lists what is served; undefined for other paths. */
export function discover(exchange: Exchange, registry: Registry): boolean {
  const parts = exchange.path.split('/').filter((part) => part !== '')
  const [root, group, version] = parts
  if (parts.length === 1) return answerRoot(exchange, registry, root!)
  if (root === 'api' && parts.length === 2 && group === 'v1') return answerVersion(exchange, registry, '', 'v1')
  if (root !== 'apis') return false
  if (parts.length === 2) return answerGroup(exchange, registry, group!)
  return parts.length === 3 && answerVersion(exchange, registry, group!, version!)
}

function answerRoot(exchange: Exchange, registry: Registry, root: string): boolean {
  if (root !== 'api' && root !== 'apis') return false
  if (wantsAggregated(exchange)) return answerAggregated(exchange, registry, root === 'api')
  if (root === 'api')
    exchange.json(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] })
  else
    exchange.json(200, {
      kind: 'APIGroupList', apiVersion: 'v1',
      groups: groupNames(registry).filter((g) => g !== '').map((g) => groupOf(registry, g)),
    })
  return true
}

/** The first acceptable form decides, so a client that lists v2 first gets it. */
const wantsAggregated = (exchange: Exchange): boolean =>
  AGGREGATED.test((exchange.header('accept') ?? '').replaceAll(' ', ''))

function answerAggregated(exchange: Exchange, registry: Registry, core: boolean): boolean {
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
    return true
  }
  exchange.outgoing.setHeader('etag', etag)
  exchange.outgoing.setHeader('vary', 'Accept')
  exchange.send(200, 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', body)
  return true
}

const aggregatedGroup = (registry: Registry, group: string) => ({
  metadata: { name: group === '' ? undefined : group, creationTimestamp: null },
  versions: versionsOf(registry, group).map((version) => ({
    version,
    resources: kindsOf(registry, group, version).map(({ definition, served }) => aggregatedKind(definition, served)),
    freshness: 'Current',
  })),
})

const scopeOf = ({ namespaced }: ResourceDefinition): string => (namespaced ? 'Namespaced' : 'Cluster')

const aggregatedKind = (definition: ResourceDefinition, served: ServedVersion) => ({
  resource: definition.plural,
  responseKind: { group: served.group, version: served.version, kind: definition.kind },
  scope: scopeOf(definition),
  singularResource: definition.singular,
  verbs: verbsOf({ definition, version: served }),
  ...(definition.shortNames && { shortNames: definition.shortNames }),
  ...(definition.categories && { categories: definition.categories }),
  ...(subresources(definition).length > 0 && {
    subresources: subresources(definition).map(({ name, kind, verbs, group, version }) => ({
      subresource: name.slice(definition.plural.length + 1),
      responseKind: { group: group ?? served.group, version: version ?? served.version, kind },
      verbs,
    })),
  }),
})

function answerGroup(exchange: Exchange, registry: Registry, group: string): boolean {
  if (versionsOf(registry, group).length === 0) return false
  exchange.json(200, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(registry, group) })
  return true
}

function groupOf(registry: Registry, group: string) {
  const versions = versionsOf(registry, group).map((version) => ({
    groupVersion: apiVersionOf({ group, version }), version,
  }))
  return { name: group, versions, preferredVersion: versions[0] }
}

function answerVersion(exchange: Exchange, registry: Registry, group: string, version: string): boolean {
  const kinds = kindsOf(registry, group, version)
  if (kinds.length === 0) return false
  exchange.json(200, {
    kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf({ group, version }),
    resources: kinds.flatMap(({ definition, served }) => [ownResource(definition, served), ...subresources(definition)]),
  })
  return true
}

const ownResource = (definition: ResourceDefinition, served: ServedVersion): ApiResource => ({
  name: definition.plural,
  singularName: definition.singular,
  namespaced: definition.namespaced,
  kind: definition.kind,
  verbs: verbsOf({ definition, version: served }),
  ...(definition.shortNames && { shortNames: definition.shortNames }),
  ...(definition.categories && { categories: definition.categories }),
  storageVersionHash: storageHash(definition),
})

/** Source: discovery.StorageVersionHash: base64 of the first 8 bytes of SHA-256 of group/version/kind. */
function storageHash({ served, kind }: ResourceDefinition): string {
  const { group, version } = served[0]!
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

/** Core first, then by upstream's habit: the order of the registry. */
const groupNames = ({ definitions }: Registry): string[] => [
  ...new Set(['', ...definitions.flatMap((d) => d.served.map((s) => s.group))]),
]

/** Versions of a group, newest stable first. */
const versionsOf = ({ definitions }: Registry, group: string): string[] =>
  [
    ...new Set(definitions.flatMap((d) => d.served.filter((s) => s.group === group).map((s) => s.version))),
  ].sort((a, b) => (a < b ? 1 : -1))

const kindsOf = (registry: Registry, group: string, version: string) =>
  registry.definitions.flatMap((definition) =>
    definition.served
      .filter((served) => served.group === group && served.version === version)
      .map((served) => ({ definition, served })),
  )
