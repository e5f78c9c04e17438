import { DEFINITIONS } from '../resources/apiextensions/customresourcedefinition.ts'
import type { LiveRegistry } from './live-registry.ts'
import type { LiveView } from './live-view.ts'

/**
 * Keeps the registry at the view's revision: what is committed is served before its writer is answered.
 * Called once, before anybody else listens to the view.
 */
export function followDefinitions(view: LiveView, registry: LiveRegistry): void {
  registry.fold(view.table(DEFINITIONS).entries().map((entry) => ({ entry, gone: false })))
  view.onSteps((resource, items) => {
    if (resource === DEFINITIONS)
      registry.fold(items.map(({ entry, op }) => ({ entry, gone: op === 'delete' })))
  })
}
