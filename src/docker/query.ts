/**
 * Docker's `filters` parameter: names to lists, empty ones left out; undefined when nothing
 * filters.
 */
export function filterText(filters: Record<string, string[] | undefined>): string | undefined {
  const kept = Object.entries(filters).filter(
    ([, values]) => values !== undefined && values.length > 0,
  )
  return kept.length === 0 ? undefined : JSON.stringify(Object.fromEntries(kept))
}

/** A name as one path segment. */
export const segment = (name: string): string => encodeURIComponent(name)

/** An image reference in a path: slashes stay, so that the daemon finds the repository. */
export const referencePath = (reference: string): string =>
  reference
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%3A', ':').replaceAll('%40', '@'))
    .join('/')
