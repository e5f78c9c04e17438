import { at } from '../field-path.ts'
import type { CustomResourceDefinition } from '../generated/apiextensions.gen.ts'
import { structuralErrors } from './structural-rules.ts'

/**
 * Why a definition's objects are not pruned and defaulted as they should be, as Go's aggregated errors read;
 * undefined when all is well. Source: apiextensions-apiserver controller/nonstructuralschema.
 */
export function nonStructuralReasons({ spec }: CustomResourceDefinition): string | undefined {
  const errors = (spec.versions ?? []).flatMap(({ schema }, i) => {
    const path = at(at(at(at(at(undefined, 'spec'), 'versions'), i), 'schema'), 'openAPIV3Schema')
    return schema?.openAPIV3Schema ? structuralErrors(path, schema.openAPIV3Schema) : []
  })
  const texts = errors.map(({ field, message }) => `${field}: ${message}`)
  if (spec.preserveUnknownFields) texts.unshift('spec.preserveUnknownFields: Invalid value: true: must be false')
  if (texts.length === 0) return undefined
  return texts.length === 1 ? texts[0]! : `[${[...new Set(texts)].join(', ')}]`
}
