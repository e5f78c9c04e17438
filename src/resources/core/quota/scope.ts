import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../../generated/core.gen.ts'

/** All that an object must match for the quota to count it. Source: quota generic getScopeSelectorsFromQuota. */
export const scopesOf = ({ spec }: ResourceQuota): ScopedResourceSelectorRequirement[] => [
  ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
  ...(spec?.scopeSelector?.matchExpressions ?? []),
]

/**
 * Whether one of the classes that an object names matches; an object without any has no such label.
 * Source: core/helper ScopedResourceSelectorRequirementsAsSelector, labels.Requirement.
 */
export function classMatches(
  { operator, values = [] }: ScopedResourceSelectorRequirement,
  classes: readonly (string | undefined)[],
): boolean {
  const named = classes.filter((name): name is string => name !== undefined && name !== '')
  switch (operator) {
    case 'Exists': return named.length > 0
    case 'DoesNotExist': return named.length === 0
    case 'In': return named.some((name) => values.includes(name))
    default: return named.length === 0 || named.some((name) => !values.includes(name))
  }
}
