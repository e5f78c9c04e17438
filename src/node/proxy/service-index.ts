import type { View, ViewChange } from '../../projections/view.ts'
import type { Service } from '../../resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'
import { planService, SERVICE_NAME_LABEL } from './plan-rules.ts'
import type { NodeFacts, ServiceRules } from './rules.ts'

/** What a proxy reads. */
export const PROXY_RESOURCES = ['services', 'endpointslices.discovery.k8s.io'] as const

/** Knows which slices belong to which Service, and which Services changed: 10,000 are not looked at for one. */
export class ServiceIndex {
  readonly #slices = new Map<string, Set<string>>()
  readonly #dirty = new Set<string>()

  get isDirty(): boolean {
    return this.#dirty.size > 0
  }

  hear(change: ViewChange): void {
    if (change.resource === 'services') return void this.#dirty.add(`${change.namespace}/${change.name}`)
    const before = serviceOf(change.before() as EndpointSlice | undefined)
    const after = serviceOf(change.after() as EndpointSlice | undefined)
    if (before !== undefined && before !== after) {
      const names = this.#slices.get(before)
      names?.delete(change.name)
      if (names?.size === 0) this.#slices.delete(before)
      this.#dirty.add(before)
    }
    if (after === undefined) return
    const names = this.#slices.get(after)
    if (names) names.add(change.name)
    else this.#slices.set(after, new Set([change.name]))
    this.#dirty.add(after)
  }

  /** At most `limit` changed Services, each once; they are clean then. */
  take(limit: number): string[] {
    const taken: string[] = []
    for (const key of this.#dirty) {
      if (taken.length === limit) break
      taken.push(key)
      this.#dirty.delete(key)
    }
    return taken
  }

  /** What a Service asks now; undefined when there is none. */
  plan(key: string, view: View, facts: NodeFacts): ServiceRules | undefined {
    const [namespace = '', name = ''] = key.split('/')
    const service = view.get<Service>('services', namespace, name)
    if (!service) return undefined
    const slices: EndpointSlice[] = []
    for (const slice of [...(this.#slices.get(key) ?? [])].sort()) {
      const found = view.get<EndpointSlice>('endpointslices.discovery.k8s.io', namespace, slice)
      if (found) slices.push(found)
    }
    return planService(service, slices, facts)
  }
}

function serviceOf(slice: EndpointSlice | undefined): string | undefined {
  const name = slice?.metadata.labels?.[SERVICE_NAME_LABEL]
  return name === undefined || name === '' ? undefined : `${slice!.metadata.namespace}/${name}`
}
