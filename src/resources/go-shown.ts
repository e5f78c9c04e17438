import type { NodeSelectorTerm, ObjectReference, Toleration } from './generated/core.gen.ts'

/**
 * Values as messages show them. Upstream prints its internal types there: all fields, in Go's names and
 * order. Source: util/validation/field ErrorBody, which falls back to encoding/json.
 */

/** Source: pkg/apis/core ObjectReference. */
export const shownReference = (ref: ObjectReference | undefined): object | null =>
  ref
    ? {
        Kind: ref.kind ?? '',
        Namespace: ref.namespace ?? '',
        Name: ref.name ?? '',
        UID: ref.uid ?? '',
        APIVersion: ref.apiVersion ?? '',
        ResourceVersion: ref.resourceVersion ?? '',
        FieldPath: ref.fieldPath ?? '',
      }
    : null

/** Source: pkg/apis/core NodeSelectorTerm. */
export function shownTerm({ matchExpressions, matchFields }: NodeSelectorTerm): object {
  const list = (requirements: NodeSelectorTerm['matchFields']): object[] | null =>
    requirements?.map(({ key = '', operator = '', values }) => ({
      Key: key,
      Operator: operator,
      Values: values ?? null,
    })) ?? null
  return { MatchExpressions: list(matchExpressions), MatchFields: list(matchFields) }
}

/** A struct whose fields are Go's names of the JSON ones: `ipMode` is `IPMode` only by hand. */
export const shownStruct = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key[0]!.toUpperCase() + key.slice(1), field]),
  )

/** A toleration under the names of upstream's internal type. Source: pkg/apis/core/types.go. */
export const shownToleration = (toleration: Toleration): object => ({
  Key: toleration.key ?? '',
  Operator: toleration.operator ?? '',
  Value: toleration.value ?? '',
  Effect: toleration.effect ?? '',
  TolerationSeconds: toleration.tolerationSeconds ?? null,
})
