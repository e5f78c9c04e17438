import { nameColumn } from '../meta/table.ts'
import { define, type ResourceDefinition } from './define.ts'

/**
 * A kind that is asked and answered, never stored: reviews of tokens and rights. Discovery shows it with
 * the one verb `create`; api/reviews.ts answers. Source: registry/authorization, registry/authentication.
 */
export const review = (
  group: 'authentication' | 'authorization',
  kind: string,
  namespaced = false,
): ResourceDefinition => {
  const singular = kind.toLowerCase()
  return define({
    resource: `${singular}s.${group}.k8s.io`,
    kind,
    plural: `${singular}s`,
    singular,
    namespaced,
    served: [{ group: `${group}.k8s.io`, version: 'v1', schema: `io.k8s.api.${group}.v1.${kind}` }],
    verbs: ['create'],
    validateName: () => [],
    validate: () => [],
    validateUpdate: () => [],
    columns: [nameColumn('Name must be unique within a namespace.')],
    cells: (object) => [object.metadata.name ?? ''],
  })
}
