import { equalValues } from '../../meta/compare-objects.ts'
import type { Json } from '../../meta/object.ts'
import type {
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../generated/apiextensions.gen.ts'

/** Parts that a version may have of its own. */
export type VersionPart = 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'

/**
 * A spec as upstream's internal type holds it: what all versions say alike stands once, above them, and
 * errors name it there: `spec.validation` instead of `spec.versions[0].schema`. Source:
 * apiextensions/v1/conversion.go.
 */
export interface Hoisted {
  /** Parts that are the same in all versions. */
  readonly shared: ReadonlySet<VersionPart>
  readonly versions: readonly CustomResourceDefinitionVersion[]
}

const PARTS: readonly VersionPart[] = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields']

/** Finds what versions share. */
export function hoisted({ versions = [] }: CustomResourceDefinitionSpec): Hoisted {
  const [first] = versions
  const same = (part: VersionPart): boolean =>
    first !== undefined && versions.every((version) => isSame(version[part], first[part]))
  return { shared: new Set(PARTS.filter(same)), versions }
}

/** An empty list is no list. */
const isSame = (a: unknown, b: unknown): boolean => {
  const none = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0)
  return none(a) || none(b) ? none(a) && none(b) : equalValues(a as Json, b as Json)
}

/** The part of the first version, if it stands above all of them. */
export const above = <P extends VersionPart>(
  { shared, versions }: Hoisted,
  part: P,
): CustomResourceDefinitionVersion[P] | undefined => (shared.has(part) ? versions[0]?.[part] : undefined)

/** The part that a version alone has. */
export const own = <P extends VersionPart>(
  { shared }: Hoisted,
  version: CustomResourceDefinitionVersion,
  part: P,
): CustomResourceDefinitionVersion[P] | undefined => (shared.has(part) ? undefined : version[part])
