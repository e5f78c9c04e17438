import {
  DEDUCED,
  mergeTypeOf,
  type MergeField,
  type MergeKey,
  type MergeMap,
  type MergeType,
} from '../../meta/merge-type.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import { schemaOf } from '../schemas.ts'
import type { Structural } from './structural.ts'

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'

/**
 * A custom resource as managed fields and server-side apply see it. Without a schema everything is
 * owned key by key. Source: kube-openapi pkg/schemaconv/openapi.go, over what
 * apiextensions-apiserver publishes.
 */
export function customMergeType(node: Structural): MergeMap {
  const text: MergeType = { kind: 'scalar', accepts: 'string' }
  const types = new Map<string, () => MergeType>()
  for (const [name, each] of node.properties) types.set(name, () => typeOf(each, node.preserve))
  types.set('apiVersion', () => text)
  types.set('kind', () => text)
  types.set('metadata', () => mergeTypeOf(schemaOf(OBJECT_META)))
  const open = node.preserve || node.properties.size === 0
  return new CustomMap(types, open ? DEDUCED : undefined, node.schema['x-kubernetes-map-type'] === 'atomic')
}

function typeOf(node: Structural, inherited: boolean): MergeType {
  const preserve = inherited || node.preserve
  switch (node.type) {
    case 'object':
      return objectType(node, preserve)
    case 'array':
      return listType(node, preserve)
    case 'integer':
    case 'number':
      return { kind: 'scalar', accepts: 'numeric' }
    case 'boolean':
      return { kind: 'scalar', accepts: 'boolean' }
    case 'string': {
      const { format = '' } = node.schema
      return { kind: 'scalar', accepts: format === '' || format === 'byte' ? 'string' : 'untyped' }
    }
    default:
      return DEDUCED
  }
}

function objectType(node: Structural, preserve: boolean): MergeMap {
  const types = new Map<string, () => MergeType>()
  for (const [name, each] of node.properties) types.set(name, () => typeOf(each, preserve))
  if (node.embedded) types.set('metadata', () => mergeTypeOf(schemaOf(OBJECT_META)))
  return new CustomMap(types, restOf(node, preserve), node.schema['x-kubernetes-map-type'] === 'atomic')
}

function restOf(node: Structural, preserve: boolean): MergeType | undefined {
  if (node.additional === undefined)
    return preserve || node.properties.size === 0 ? DEDUCED : undefined
  if (node.additional !== null) return typeOf(node.additional, preserve)
  return node.schema.additionalProperties === true ? DEDUCED : undefined
}

function listType(node: Structural, preserve: boolean): MergeType {
  const kind = node.schema['x-kubernetes-list-type'] ?? 'atomic'
  const names = kind === 'map' ? (node.schema['x-kubernetes-list-map-keys'] ?? []) : []
  const keys = names.toSorted().map(
    (name): MergeKey => ({ name, missing: node.items?.properties.get(name)?.fallback }),
  )
  const items: MergeType = node.items ? typeOf(node.items, preserve) : DEDUCED
  return { kind: 'list', atomic: kind !== 'map' && kind !== 'set', keys, items }
}

/** A class because each field waits for its first use. */
class CustomMap implements MergeMap {
  readonly kind = 'map'
  readonly atomic: boolean
  readonly fields: ReadonlyMap<string, MergeField>
  readonly rest: MergeType | undefined

  constructor(types: ReadonlyMap<string, () => MergeType>, rest: MergeType | undefined, atomic: boolean) {
    const names = [...types.keys()].sort()
    this.fields = new Map(names.map((name, order) => [name, new CustomField(name, order, types.get(name)!)]))
    this.rest = rest
    this.atomic = atomic
  }

  fieldsIn(object: JsonObject): readonly MergeField[] {
    return Object.keys(object)
      .map((key) => this.fields.get(key))
      .filter((field) => field !== undefined)
      .sort((a, b) => a.order - b.order)
  }
}

class CustomField implements MergeField {
  readonly name: string
  readonly element: string
  readonly jsonKey: string
  readonly order: number
  /** Nothing is written of a custom resource that its author did not write. */
  readonly zero: Json | undefined = undefined
  private readonly make: () => MergeType
  private made: MergeType | undefined

  constructor(name: string, order: number, make: () => MergeType) {
    this.name = name
    this.element = `f:${name}`
    this.jsonKey = `${JSON.stringify(this.element)}:`
    this.order = order
    this.make = make
  }

  get type(): MergeType {
    return (this.made ??= this.make())
  }
}
