import { err, ok, type Result } from '../../base/result.ts'
import { labelSelectorOf, matches, type LabelSelectorSpec } from '../../meta/label-selector.ts'
import type { KubeObject } from '../../meta/object.ts'
import { internalError, notFound, type Status } from '../../meta/status.ts'
import type { PendingState } from '../../projections/pending-state.ts'
import type { Subject } from './subject.ts'

type Labels = Readonly<Record<string, string>> | undefined

/** What selectors look at. */
export interface Selected {
  readonly object: KubeObject | undefined
  readonly before: KubeObject | undefined
  readonly state: Pick<PendingState, 'get'>
}

/**
 * Whether the namespace is selected; what has none always is. An absent namespace is told, since nothing can be
 * said of it. Source: webhook/predicates/namespace/matcher.go.
 */
export function namespaceSelected(
  selector: LabelSelectorSpec | undefined, subject: Subject, selected: Selected,
): Result<boolean, Status> {
  if (subject.namespace === '' || isEmpty(selector)) return ok(true)
  const own = subject.isNamespace && subject.operation !== 'DELETE' && subject.subresource === ''
  const entry = own ? undefined : selected.state.get('namespaces', '', subject.namespace)
  if (!own && !entry) return err(notFound({ group: '', resource: 'namespaces' }, subject.namespace))
  return meets(selector, own ? selected.object?.metadata.labels : entry!.labels)
}

/** Whether the object is selected, as it is or as it was. Source: webhook/predicates/object/matcher.go. */
export function objectSelected(
  selector: LabelSelectorSpec | undefined, { object, before }: Selected,
): Result<boolean, Status> {
  if (isEmpty(selector)) return ok(true)
  for (const one of [object, before]) {
    const met = one ? meets(selector, one.metadata?.labels) : ok(false)
    if (!met.ok || met.value) return met
  }
  return ok(false)
}

const isEmpty = (selector: LabelSelectorSpec | undefined): boolean =>
  !selector || (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0)

function meets(selector: LabelSelectorSpec | undefined, labels: Labels): Result<boolean, Status> {
  const compiled = labelSelectorOf(selector)
  return compiled.ok ? ok(matches(compiled.value, labels ?? {})) : err(internalError(compiled.error))
}
