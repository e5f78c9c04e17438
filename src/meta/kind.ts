/** A group's version; the core group is the empty string. */
export interface GroupVersion {
  group: string
  version: string
}

/** Source: apimachinery schema.GroupVersionKind. */
export interface GroupVersionKind extends GroupVersion {
  kind: string
}

/** Source: apimachinery schema.GroupVersionResource; `resource` is the lower-case plural. */
export interface GroupVersionResource extends GroupVersion {
  resource: string
}

/** `v1` or `apps/v1`, as `apiVersion` spells it. */
export const apiVersionOf = ({ group, version }: GroupVersion): string =>
  group === '' ? version : `${group}/${version}`

/** Parses `apiVersion`; undefined when it has more than one slash. */
export function parseApiVersion(text: string): GroupVersion | undefined {
  const parts = text.split('/')
  if (parts.length > 2) return undefined
  return parts.length === 1
    ? { group: '', version: parts[0]! }
    : { group: parts[0]!, version: parts[1]! }
}
