import { at, type Path } from '../../field-path.ts'
import type { Container, EphemeralContainer, PodSpec } from '../../generated/core.gen.ts'

/** Visits all containers, init ones first. Source: pkg/api/v1/pod VisitContainersWithPath. */
export function eachContainer(
  spec: PodSpec,
  path: Path,
  visit: (container: Container | EphemeralContainer, path: Path) => void,
): void {
  for (const list of LISTS) {
    const containers = spec[list]
    if (!containers) continue
    const own = at(path, list)
    for (let i = 0; i < containers.length; i++) visit(containers[i]!, at(own, i))
  }
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const
