import type { KubeObject } from '../../../src/meta/object.ts'
import type { ViewChange } from '../../../src/projections/view.ts'
import type { ViewSource } from '../../../src/reconcilers/runtime/ports.ts'
import { MemoryView } from '../../support/memory-view.ts'

/** A source that tests write to: each step is heard at once. */
export class MemorySource implements ViewSource {
  readonly view = new MemoryView()
  readonly #listeners = new Set<{ resources: readonly string[]; hear: (changes: ViewChange[]) => void }>()

  subscribe(resources: readonly string[], hear: (changes: ViewChange[]) => void): () => void {
    const listener = { resources, hear }
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async synced(): Promise<void> {}

  put(resource: string, object: KubeObject): void {
    this.#step(resource, object.metadata.namespace ?? '', object.metadata.name ?? '', object)
  }

  delete(resource: string, namespace: string, name: string): void {
    this.#step(resource, namespace, name, undefined)
  }

  #step(resource: string, namespace: string, name: string, after: KubeObject | undefined): void {
    const table = this.view.table(resource)
    const before = table.get(`${namespace}/${name}`)
    if (after) table.set(`${namespace}/${name}`, after)
    else table.delete(`${namespace}/${name}`)
    const revision = ++this.view.revision
    const change: ViewChange = { resource, namespace, name, revision, before: () => before, after: () => after }
    for (const { resources, hear } of this.#listeners) if (resources.includes(resource)) hear([change])
  }
}
