import { matches, type LabelSelector } from '../../src/meta/label-selector.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { controllerOf } from '../../src/meta/owner.ts'
import type { ObjectRef, View } from '../../src/projections/view.ts'

/** A View over plain Maps, for tests of pure rooms: no index, every question walks the objects. */
export class MemoryView implements View {
  readonly #tables = new Map<string, Map<string, KubeObject>>()
  revision = 0

  table(resource: string): Map<string, KubeObject> {
    let table = this.#tables.get(resource)
    if (!table) this.#tables.set(resource, (table = new Map()))
    return table
  }

  resources(): string[] {
    return [...this.#tables.keys()]
  }

  /** The same objects, cut off from later changes. */
  copy(): MemoryView {
    const copy = new MemoryView()
    copy.revision = this.revision
    for (const [resource, table] of this.#tables)
      for (const [key, object] of table) copy.table(resource).set(key, object)
    return copy
  }

  get<O extends KubeObject>(resource: string, namespace: string, name: string): O | undefined {
    return this.#tables.get(resource)?.get(`${namespace}/${name}`) as O | undefined
  }

  list<O extends KubeObject>(resource: string, namespace?: string): O[] {
    const entries = [...(this.#tables.get(resource) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
    const objects = entries.map(([, object]) => object as O)
    if (namespace === undefined) return objects
    return objects.filter((o) => (o.metadata.namespace ?? '') === namespace)
  }

  byController<O extends KubeObject>(resource: string, uid: string, namespace?: string): O[] {
    return this.list<O>(resource, namespace).filter((o) => (controllerOf(o)?.uid ?? '') === uid)
  }

  byOwner<O extends KubeObject>(resource: string, uid: string): O[] {
    return this.list<O>(resource).filter((o) =>
      o.metadata.ownerReferences?.some((ref) => ref.uid === uid),
    )
  }

  byField<O extends KubeObject>(resource: string, field: string, value: string): O[] {
    return this.list<O>(resource).filter((o) => String(at(o, field) ?? '') === value)
  }

  bySelector<O extends KubeObject>(resource: string, namespace: string, of: LabelSelector): O[] {
    return this.list<O>(resource, namespace).filter((o) => matches(of, o.metadata.labels))
  }

  byUid(uid: string): ObjectRef | undefined {
    for (const [resource, table] of this.#tables)
      for (const o of table.values())
        if (o.metadata.uid === uid)
          return { resource, namespace: o.metadata.namespace ?? '', name: o.metadata.name ?? '' }
    return undefined
  }

  count(resource: string, namespace?: string): number {
    return this.list(resource, namespace).length
  }
}

function at(object: unknown, path: string): unknown {
  let value: unknown = object
  for (const part of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}
