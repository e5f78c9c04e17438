import type { MergeType } from '../../meta/merge-type.ts'
import type { Json } from '../../meta/object.ts'
import { isJsonObject } from '../../meta/own-property.ts'

/**
 * Parts of an apply configuration that would take the place of the whole value there, by their paths: a policy
 * may not set them. Source: policy/mutating/patch/smd.go findAtomics.
 */
export function atomicParts(type: MergeType, value: Json, path = ''): string[] {
  if (type.kind === 'map' && isJsonObject(value))
    return [
      ...(type.atomic ? [path] : []),
      ...Object.entries(value).flatMap(([key, inner]) => {
        const field = type.fields.get(key)
        return field ? atomicParts(field.type, inner, `${path}.${key}`) : []
      }),
    ]
  if (type.kind === 'list' && Array.isArray(value))
    return [
      ...(type.atomic ? [path] : []),
      ...value.flatMap((item, i) => atomicParts(type.items, item, `${path}[${i}]`)),
    ]
  return []
}
