import type { GroupVersionKind } from '../meta/kind.ts'
import type { Json } from '../meta/object.ts'
import { listSchemaName, type FindSchema, type OpenApiKind } from './openapi-input.ts'
import { PATCH_TYPE } from './openapi-operations.ts'
import { addType, type Definitions } from './openapi-schema.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/**
 * Adds the patch body and marks the definitions that are kinds: `kubectl explain` and client-side
 * apply find a kind's definition by `x-kubernetes-group-version-kind`.
 */
export function addKindTypes(
  definitions: Definitions,
  kinds: readonly OpenApiKind[],
  find: FindSchema,
): void {
  const mark = (name: string, gvk: GroupVersionKind): void => {
    const type = find(name)
    if (!type) return
    addType(definitions, type)
    const definition = definitions.done.get(name)!
    const known = (definition['x-kubernetes-group-version-kind'] ?? []) as Json[]
    const text = JSON.stringify(gvk)
    if (known.some((k) => JSON.stringify(k) === text)) return
    definition['x-kubernetes-group-version-kind'] = [...known, { ...gvk }]
  }
  for (const each of kinds) {
    const { group, version, kind, schemaName, subresources, listKind = `${kind}List` } = each
    mark(schemaName, { group, version, kind })
    mark(listSchemaName(each), { group, version, kind: listKind })
    mark(`${META}.DeleteOptions`, { group, version, kind: 'DeleteOptions' })
    for (const sub of subresources) {
      if (sub.schemaName === undefined || sub.kind === undefined) continue
      mark(sub.schemaName, {
        group: sub.group ?? group,
        version: sub.version ?? version,
        kind: sub.kind,
      })
    }
  }
  mark(`${META}.Status`, { group: '', version: 'v1', kind: 'Status' })
  definitions.done.set(PATCH_TYPE, { description: 'The body of a PATCH.', type: 'object' })
}
