import { forbidden, invalid, required, type FieldError } from '../../../meta/field-error.ts'
import { nameIsDnsLabel } from '../../../meta/names.ts'
import { validateLabelSelector } from '../../../meta/validate-label-selector.ts'
import { addInvalid, checkQualified } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type {
  Affinity,
  NodeAffinity,
  PodAffinityTerm,
  PodAntiAffinity,
} from '../../generated/core.gen.ts'
import type { LabelSelector } from '../../generated/meta.gen.ts'
import { nodeSelectorErrors, nodeTermErrors } from '../node-selector.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
const WEIGHT = 'must be in the range 1-100'

/** Source: core/validation validateAffinity. */
export function affinityErrors(errors: FieldError[], path: Path, affinity: Affinity): void {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity
  if (nodeAffinity) nodeAffinityErrors(errors, at(path, 'nodeAffinity'), nodeAffinity)
  if (podAffinity) podAffinityErrors(errors, at(path, 'podAffinity'), podAffinity)
  if (podAntiAffinity) podAffinityErrors(errors, at(path, 'podAntiAffinity'), podAntiAffinity)
}

function nodeAffinityErrors(errors: FieldError[], path: Path, affinity: NodeAffinity): void {
  const { [REQUIRED]: needed, [PREFERRED]: preferred } = affinity
  if (needed) nodeSelectorErrors(errors, at(path, REQUIRED), needed)
  for (const [i, { weight = 0, preference }] of (preferred ?? []).entries()) {
    const own = at(at(path, PREFERRED), i)
    weightErrors(errors, own, weight)
    nodeTermErrors(errors, at(own, 'preference'), preference ?? {}, false)
  }
}

function weightErrors(errors: FieldError[], path: Path, weight: number): void {
  if (weight <= 0 || weight > 100) errors.push(invalid(where(path, 'weight'), weight, WEIGHT))
}

/** Source: core/validation validatePodAffinity, validatePodAntiAffinity. */
function podAffinityErrors(errors: FieldError[], path: Path, affinity: PodAntiAffinity): void {
  const { [REQUIRED]: needed, [PREFERRED]: preferred } = affinity
  for (const [i, term] of (needed ?? []).entries())
    termErrors(errors, at(at(path, REQUIRED), i), term)
  for (const [i, { weight = 0, podAffinityTerm }] of (preferred ?? []).entries()) {
    const own = at(at(path, PREFERRED), i)
    weightErrors(errors, own, weight)
    termErrors(errors, at(own, 'podAffinityTerm'), podAffinityTerm ?? { topologyKey: '' })
  }
}

function termErrors(errors: FieldError[], path: Path, term: PodAffinityTerm): void {
  const { labelSelector, namespaceSelector, topologyKey = '' } = term
  errors.push(...validateLabelSelector(where(path, 'labelSelector'), labelSelector))
  errors.push(...validateLabelSelector(where(path, 'namespaceSelector'), namespaceSelector))
  for (const name of term.namespaces ?? [])
    addInvalid(errors, path, 'namespace', name, nameIsDnsLabel(name, false))
  labelKeyErrors(errors, path, term, labelSelector)
  if (topologyKey === '') errors.push(required(where(path, 'topologyKey'), 'can not be empty'))
  checkQualified(errors, path, 'topologyKey', topologyKey)
}

interface LabelKeys {
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}

/** Source: core/validation ValidateMatchLabelKeysAndMismatchLabelKeys. */
export function labelKeyErrors(
  errors: FieldError[],
  path: Path,
  { matchLabelKeys = [], mismatchLabelKeys = [] }: LabelKeys,
  selector: LabelSelector | undefined,
): void {
  keyErrors(errors, at(path, 'matchLabelKeys'), matchLabelKeys, selector)
  keyErrors(errors, at(path, 'mismatchLabelKeys'), mismatchLabelKeys, selector)
  // Keys were merged into the selector once; a second mention must be the user's own.
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}))
  for (const { key } of selector?.matchExpressions ?? []) {
    const i = matchLabelKeys.lastIndexOf(key)
    if (i >= 0 && seen.has(key))
      errors.push(invalid(where(path, i), key, 'exists in both matchLabelKeys and labelSelector'))
    seen.add(key)
  }
  for (const [i, key] of matchLabelKeys.entries())
    if (mismatchLabelKeys.includes(key))
      errors.push(
        invalid(
          where(path, 'matchLabelKeys', i),
          key,
          'exists in both matchLabelKeys and mismatchLabelKeys',
        ),
      )
}

function keyErrors(
  errors: FieldError[],
  path: Path,
  keys: readonly string[],
  selector: LabelSelector | undefined,
): void {
  if (keys.length > 0 && !selector)
    errors.push(forbidden(where(path), 'must not be specified when labelSelector is not set'))
  else for (const [i, key] of keys.entries()) checkQualified(errors, path, i, key)
}
