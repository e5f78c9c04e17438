import { goText } from '../../meta/go-text.ts'
import type { Json } from '../../meta/object.ts'
import type { ParamKind, ParamRef } from '../generated/admissionregistration.gen.ts'

/** Source: pkg/printers/internalversion printValidatingAdmissionPolicy. */
export const paramKindText = (kind: ParamKind | undefined): string =>
  kind ? `${kind.apiVersion ?? ''}/${kind.kind ?? ''}` : '<unset>'

/** Source: printValidatingAdmissionPolicyBinding. */
export function paramRefText(ref: ParamRef | undefined): string {
  if (ref?.name) return `${ref.namespace || '*'}/${ref.name}`
  if (!ref?.selector) return '<unset>'
  const { matchLabels = {}, matchExpressions = [] } = ref.selector
  const shown = matchExpressions.map(({ key, operator, values = [] }) =>
    `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:${goText(values as Json)},},`)
  return `&LabelSelector{MatchLabels:map[string]string{${Object.entries(matchLabels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}: ${value},`).join('')}},MatchExpressions:[]LabelSelectorRequirement{${shown.join('')}},}`
}
