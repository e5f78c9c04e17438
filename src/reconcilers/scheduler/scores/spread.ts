import type { Score } from './score.ts'

/**
 * Prefers nodes with fewer pods of the same controller. Source: podtopologyspread, its system
 * default over hosts.
 */
export const spread: Score = {
  weight: 2,
  normalise: 'low',
  of: ({ group }, node) => (group === '' ? 0 : (node.groups.get(group) ?? 0)),
}
