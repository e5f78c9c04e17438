import { forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { isEverything, labelSelectorOf, matches } from '../../meta/label-selector.ts'
import { validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { templateErrors } from '../core/pod-template.ts'
import { at, where, type Path } from '../field-path.ts'
import type { PodTemplateSpec } from '../generated/core.gen.ts'
import type { LabelSelector } from '../generated/meta.gen.ts'

interface Workload {
  readonly selector?: LabelSelector
  readonly template?: PodTemplateSpec
}

/**
 * Selector and template of a Deployment or ReplicaSet: each fine, and the one matching the other.
 * Source: apps/validation ValidateReplicaSetSpec, ValidatePodTemplateSpecForReplicaSet.
 */
export function selectorAndTemplateErrors(
  errors: FieldError[],
  path: Path,
  { selector, template = {} }: Workload,
): void {
  const field = where(path, 'selector')
  if (!selector) errors.push(required(field, ''))
  else {
    errors.push(...validateLabelSelector(field, selector))
    if (isEmpty(selector))
      errors.push(invalid(field, selector, 'empty selector is invalid for deployment'))
  }
  const compiled = labelSelectorOf(selector)
  if (!compiled.ok) return void errors.push(invalid(field, selector, 'invalid label selector'))
  const { metadata, spec } = template
  if (!isEverything(compiled.value) && !matches(compiled.value, metadata?.labels))
    errors.push(
      invalid(
        where(path, 'template', 'metadata', 'labels'),
        metadata?.labels,
        '`selector` does not match template `labels`',
      ),
    )
  templateErrors(errors, at(path, 'template'), template)
  if (spec?.restartPolicy !== 'Always')
    errors.push(
      notSupported(where(path, 'template', 'spec', 'restartPolicy'), spec?.restartPolicy ?? '', [
        'Always',
      ]),
    )
  if (spec?.activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden(
        where(path, 'template', 'spec', 'activeDeadlineSeconds'),
        'activeDeadlineSeconds in ReplicaSet is not Supported',
      ),
    )
}

/** Whether a selector has no condition at all. */
export const isEmpty = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
  Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length === 0
