import { at, type Path } from '../../field-path.ts'
import type { Container, EphemeralContainer, PodSpec } from '../../generated/core.gen.ts'

/** Visits all containers, init ones first. Source: pkg/api/v1/pod VisitContainersWithPath. */
export function eachContainer(
  spec: PodSpec,
  path: Path,
  visit: (container: Container | EphemeralContainer, path: Path) => void,
): void {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, container] of (spec[list] ?? []).entries())
      visit(container, at(at(path, list), i))
}
