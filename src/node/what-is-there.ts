import type { ViewChange } from '../projections/view.ts'
import type { ViewSource } from '../reconcilers/runtime/ports.ts'

/** Everything a source holds of a resource, as if it had just been made: where a follower begins. */
export function whatIsThere(source: ViewSource, resource: string): Iterable<ViewChange> {
  if (source.current) return source.current(resource)
  return source.view.list(resource).map((object) => ({
    resource,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name ?? '',
    revision: Number(object.metadata.resourceVersion ?? 0),
    before: () => undefined,
    after: () => object,
  }))
}
