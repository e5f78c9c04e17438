const KUBE_VERSION = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/
const STAGES = ['alpha', 'beta', undefined]

/**
 * Versions from the preferred one to the least: `v2`, `v1`, `v2beta1`, `v1alpha1`, then all other
 * names in their order. Source: apimachinery version/helpers.go CompareKubeAwareVersionStrings.
 */
export const versionsInOrder = (versions: readonly string[]): string[] => versions.toSorted(compareVersions)

/** Below zero when `a` is preferred. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [KUBE_VERSION.exec(a), KUBE_VERSION.exec(b)]
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0
  const stage = STAGES.indexOf(right[2]) - STAGES.indexOf(left[2])
  if (stage !== 0) return stage
  return Number(right[1]) - Number(left[1]) || Number(right[3] ?? 0) - Number(left[3] ?? 0)
}
