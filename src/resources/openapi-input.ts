import type { TypeSchema } from '../meta/schema.ts'

/** A subresource as discovery and OpenAPI show it: `status`, `scale`, `exec`. */
export interface ServedSubresource {
  readonly name: string
  readonly verbs: readonly string[]
  /** What its body is, when it is not the resource's own kind: Scale, Eviction, PodExecOptions. */
  readonly kind?: string
  readonly group?: string
  readonly version?: string
  /** OpenAPI name of that body's type; left out: the resource's own. */
  readonly schemaName?: string
}

/** One kind in one group and version, as far as OpenAPI needs to know it. */
export interface OpenApiKind {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly subresources: readonly ServedSubresource[]
  /** `io.k8s.api.apps.v1.Deployment`. */
  readonly schemaName: string
  /** Kind of its lists; left out: the kind with `List` after it. */
  readonly listKind?: string
  /** Changes when its type does, which built-in types never do. */
  readonly revision?: string
}

/** OpenAPI name of the type of a kind's lists. */
export const listSchemaName = ({ schemaName, kind, listKind = `${kind}List` }: OpenApiKind): string =>
  schemaName.slice(0, schemaName.lastIndexOf('.') + 1) + listKind

/** Finds a type by its OpenAPI name; undefined when there is none (a kind without a List type). */
export type FindSchema = (name: string) => TypeSchema | undefined
