import type { Json } from '../../meta/object.ts'
import type { JSONSchemaProps } from '../generated/apiextensions.gen.ts'

/**
 * A node of a custom resource's schema with what pruning, defaulting and apply ask of every value at
 * hand. Made once for each version of a definition. Source: apiextensions-apiserver
 * apiserver/schema/structural.go.
 */
export interface Structural {
  readonly schema: JSONSchemaProps
  readonly type: string
  readonly nullable: boolean
  /** x-kubernetes-preserve-unknown-fields, x-kubernetes-embedded-resource, x-kubernetes-int-or-string. */
  readonly preserve: boolean
  readonly embedded: boolean
  readonly intOrString: boolean
  /** `default`; undefined when there is none. */
  readonly fallback: Json | undefined
  readonly properties: ReadonlyMap<string, Structural>
  /** Schema of keys that are no property; null for `additionalProperties: true` or false. */
  readonly additional: Structural | null | undefined
  readonly items: Structural | undefined
}

/** The nodes of a schema. */
export function structuralOf(schema: JSONSchemaProps): Structural {
  const { additionalProperties: additional, items } = schema
  const fallback = schema.default
  return {
    schema,
    type: schema.type ?? '',
    nullable: schema.nullable ?? false,
    preserve: schema['x-kubernetes-preserve-unknown-fields'] ?? false,
    embedded: schema['x-kubernetes-embedded-resource'] ?? false,
    intOrString: schema['x-kubernetes-int-or-string'] ?? false,
    fallback: fallback === null ? undefined : fallback,
    properties: new Map(
      Object.entries(schema.properties ?? {}).map(([name, each]) => [name, structuralOf(each)]),
    ),
    additional:
      additional === undefined
        ? undefined
        : typeof additional === 'object'
          ? structuralOf(additional)
          : null,
    items: items && !Array.isArray(items) ? structuralOf(items) : undefined,
  }
}

/** The schema of a key of an object; undefined when the schema does not say. */
export const nodeOfKey = (node: Structural | undefined, key: string): Structural | undefined =>
  node?.properties.get(key) ?? node?.additional ?? undefined
