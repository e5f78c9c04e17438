import type { CustomResourceDefinition } from '../generated/apiextensions.gen.ts'

/**
 * Why a definition's objects are not pruned and defaulted as they should be; undefined when all is well.
 * Source: apiextensions-apiserver controller/nonstructuralschema.
 */
export function nonStructuralReasons({ spec }: CustomResourceDefinition): string | undefined {
  return spec.preserveUnknownFields ? 'spec.preserveUnknownFields: Invalid value: true: must be false' : undefined
}
