import type { Pod } from '../../generated/core.gen.ts'

/** Source: pkg/api/pod/warnings.go GetWarningsForPod. */
export function podWarnings(_pod: Pod): string[] {
  return []
}
