import { createHash } from 'node:crypto'
import { pageNotFound } from '../meta/status.ts'
import type { TypeSchema } from '../meta/schema.ts'
import type { OpenApiKind } from '../resources/openapi-input.ts'
import { openApiV2 } from '../resources/openapi-v2.ts'
import { OPENAPI_V2_PROTOBUF, openApiV2Protobuf } from '../resources/openapi-v2-protobuf.ts'
import { openApiV3, openApiV3Index } from '../resources/openapi-v3.ts'
import type { ResourceDefinition } from '../resources/define.ts'
import type { Registry } from '../resources/registry.ts'
import { schemaOf } from '../resources/schemas.ts'
import { subresources } from './discovery.ts'
import type { Exchange } from './exchange.ts'
import { verbsOf } from './verbs/resource-request.ts'

/** A built document: bytes and their hash. */
interface Built {
  readonly bytes: Uint8Array
  readonly etag: string
}

/** Serves /openapi/v2 and /openapi/v3. Documents are built when first asked for and kept. */
export class OpenApi {
  readonly #registry: Registry
  readonly #built = new Map<string, Built>()
  #made: Kinds | undefined

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** `/openapi/v2`: Swagger in JSON, or in protobuf for clients that take nothing else. */
  v2(exchange: Exchange): void {
    const accept = exchange.header('accept') ?? ''
    const protobuf = accept.includes('proto-openapi.spec.v2') && !accept.includes('application/json')
    const { kinds, find } = this.#kinds()
    const built = protobuf
      ? this.#document('v2 protobuf', () => openApiV2Protobuf(openApiV2(kinds, find)))
      : this.#document('v2', () => encode(openApiV2(kinds, find)))
    answer(exchange, built, protobuf ? OPENAPI_V2_PROTOBUF : 'application/json')
  }

  /** `/openapi/v3` and `/openapi/v3/apis/apps/v1`. */
  v3(exchange: Exchange): void {
    const path = exchange.path.split('/').filter(Boolean).slice(2).join('/')
    const made = this.#kinds()
    const { find } = made
    if (path === '')
      return answer(exchange, this.#document('v3', () => encode(openApiV3Index(made.kinds))), 'application/json')
    const kinds = made.kinds.filter((kind) => groupVersionPath(kind) === path)
    if (kinds.length === 0) return exchange.refuse(pageNotFound())
    const built = this.#document(`v3 ${path}`, () => encode(openApiV3(kinds, find)))
    answer(exchange, built, 'application/json', exchange.query.has('hash'))
  }

  #document(key: string, build: () => Uint8Array): Built {
    const known = this.#built.get(key)
    if (known) return known
    const bytes = build()
    const built = { bytes, etag: `"${createHash('sha256').update(bytes).digest('hex').toUpperCase()}"` }
    this.#built.set(key, built)
    return built
  }

  /** Kinds of today's registry. A change of it voids the documents of the groups that it touches. */
  #kinds(): Kinds {
    const { definitions } = this.#registry
    if (this.#made?.definitions === definitions) return this.#made
    const made = { definitions, kinds: kindsOf(definitions), find: finderOf(definitions) }
    for (const path of changedPaths(this.#made?.kinds ?? [], made.kinds)) this.#built.delete(`v3 ${path}`)
    for (const key of ['v2', 'v2 protobuf', 'v3']) this.#built.delete(key)
    this.#made = made
    return made
  }
}

/** What documents are made from. */
interface Kinds {
  readonly definitions: readonly ResourceDefinition[]
  readonly kinds: readonly OpenApiKind[]
  readonly find: (name: string) => TypeSchema | undefined
}

/** Groups and versions whose kinds are not the same any more. */
function changedPaths(before: readonly OpenApiKind[], after: readonly OpenApiKind[]): string[] {
  const [old, now] = [before, after].map((kinds) => new Map(Map.groupBy(kinds, groupVersionPath)))
  const paths = new Set([...old!.keys(), ...now!.keys()])
  return [...paths].filter((path) => JSON.stringify(old!.get(path)) !== JSON.stringify(now!.get(path)))
}

function kindsOf(definitions: readonly ResourceDefinition[]): OpenApiKind[] {
    return definitions.filter(({ hidden }) => !hidden).flatMap((definition) =>
      definition.served.map((version) => ({
        group: version.group,
        version: version.version,
        kind: definition.kind,
        plural: definition.plural,
        ...(definition.listKind !== undefined && { listKind: definition.listKind }),
        ...(version.revision !== undefined && { revision: version.revision }),
        namespaced: definition.namespaced,
        verbs: verbsOf({ definition, version }),
        schemaName: version.schema,
        subresources: subresources(definition).map(({ name, kind, verbs, group, version: v }) => ({
          name: name.slice(definition.plural.length + 1),
          verbs,
          ...(kind !== definition.kind && { kind, group, version: v }),
        })),
      })),
    )
}

const groupVersionPath = ({ group, version }: OpenApiKind): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`

const encode = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document))

/** Finds the types of custom kinds and those that are built in. */
function finderOf(definitions: readonly ResourceDefinition[]): Kinds['find'] {
  const custom = new Map(
    definitions.flatMap(({ served }) => served.flatMap(({ types = [] }) => types.map((type) => [type.name, type]))),
  )
  return (name) => {
    try {
      return custom.get(name) ?? schemaOf(name)
    } catch {
      // No such type upstream, as a List of a kind that has none.
      return undefined
    }
  }
}

function answer(exchange: Exchange, { bytes, etag }: Built, type: string, forEver = false): void {
  exchange.outgoing.setHeader('etag', etag)
  exchange.outgoing.setHeader('vary', 'Accept')
  if (exchange.header('if-none-match') === etag) {
    exchange.outgoing.writeHead(304, exchange.headers({ etag }))
    return void exchange.outgoing.end()
  }
  const more: Record<string, string> = forEver ? { 'cache-control': 'public, immutable' } : {}
  exchange.outgoing.writeHead(200, exchange.headers({ 'content-type': type, 'content-length': bytes.length, ...more }))
  exchange.outgoing.end(bytes)
}
