import { invalid, type FieldError } from '../../../meta/field-error.ts'
import { equal, equalMaps } from '../../equal.ts'
import { where, type Path } from '../../field-path.ts'
import type { NodeAffinity, NodeSelectorTerm, PodSpec } from '../../generated/core.gen.ts'
import { shownTerm } from '../../go-shown.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'

/**
 * While gates hold a Pod back, where it may run can be narrowed. Puts what was changed back into
 * `munged`, once judged. Source: core/validation ValidatePodUpdate, KEP-3838.
 */
export function gatedErrors(
  errors: FieldError[],
  path: Path,
  munged: PodSpec,
  old: PodSpec,
): void {
  if (!equalMaps(munged.nodeSelector, old.nodeSelector)) {
    const kept = Object.entries(old.nodeSelector ?? {}).every(
      ([key, value]) => munged.nodeSelector?.[key] === value,
    )
    if (!kept)
      errors.push(
        invalid(
          where(path, 'nodeSelector'),
          munged.nodeSelector ?? null,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      )
    put(munged, 'nodeSelector', old.nodeSelector)
  }
  const before = old.affinity?.nodeAffinity
  if (equal(munged.affinity?.nodeAffinity, before)) return
  affinityErrors(errors, path, munged.affinity?.nodeAffinity, before)
  const { nodeAffinity: _, ...others } = munged.affinity ?? {}
  const restored = { ...others, ...(before && { nodeAffinity: before }) }
  put(munged, 'affinity', old.affinity || Object.keys(restored).length > 0 ? restored : undefined)
}

function put<K extends 'nodeSelector' | 'affinity'>(
  spec: PodSpec,
  key: K,
  value: PodSpec[K],
): void {
  if (value === undefined) delete spec[key]
  else spec[key] = value
}

/** Source: core/validation validateNodeAffinityMutation. */
function affinityErrors(
  errors: FieldError[],
  path: Path,
  now: NodeAffinity | undefined,
  before: NodeAffinity | undefined,
): void {
  const old = before?.[REQUIRED]?.nodeSelectorTerms ?? []
  const terms = now?.[REQUIRED]?.nodeSelectorTerms ?? []
  const field = (...steps: number[]): string =>
    where(path, 'affinity', 'nodeAffinity', REQUIRED, 'nodeSelectorTerms', ...steps)
  if (old.length > 0 && old.length !== terms.length)
    return void errors.push(
      invalid(
        field(),
        terms.length > 0 ? terms.map(shownTerm) : null,
        'no additions/deletions to non-empty NodeSelectorTerms list are allowed',
      ),
    )
  for (const [i, term] of old.entries())
    if (!hasOnlyAdditions(terms[i]!, term))
      errors.push(
        invalid(field(i), shownTerm(terms[i]!), 'only additions are allowed (no mutations or deletions)'),
      )
}

function hasOnlyAdditions(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const
  const empty = (one: NodeSelectorTerm): boolean => lists.every((list) => !one[list]?.length)
  if (empty(old)) return empty(term)
  return lists.every((list) => {
    const before = old[list] ?? []
    return before.length === 0 || equal(term[list]?.slice(0, before.length), before)
  })
}
