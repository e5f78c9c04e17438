import { equalValues } from '../../meta/compare-objects.ts'
import type { Json } from '../../meta/object.ts'
import { at } from '../field-path.ts'
import type {
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from '../generated/apiextensions.gen.ts'
import { defaultErrors } from './default-rules.ts'
import { hasSchemaWith, schemasOf } from './schema-walk.ts'
import { looseMapKeyErrors, setItemErrors, type Leniency } from './schema-rules.ts'
import { structuralErrors } from './structural-rules.ts'

/** What is not held against a definition that was stored before a rule came. */
export interface SpecLeniency extends Leniency {
  readonly noSchema: boolean
  readonly nonStructural: boolean
  readonly unprunedDefaults: boolean
  readonly anyReview: boolean
  /** Versions whose selectable fields, more than eight, did not change; '' for those of all versions. */
  readonly manyFields: ReadonlySet<string>
  /** Rules that were accepted before, and versions whose schema did not change. */
  readonly knownRules: ReadonlySet<string>
  readonly unchanged: ReadonlySet<string>
}

/** Nothing is forgiven a new definition. */
export const STRICT: SpecLeniency = {
  anyType: false, nonAtomicSets: false, looseMapKeys: false, noSchema: false, nonStructural: false,
  unprunedDefaults: false, anyReview: false, manyFields: new Set(), knownRules: new Set(), unchanged: new Set(),
}

const TYPES = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object'])

/** What an older state of a definition did wrong already. Source: apiextensions/validation/validation.go. */
export function leniencyOf(
  spec: CustomResourceDefinitionSpec,
  old: CustomResourceDefinitionSpec,
): SpecLeniency {
  const schemas = schemasOf(old)
  const some = (wrong: (schema: JSONSchemaProps) => boolean): boolean =>
    schemas.some((schema) => hasSchemaWith(schema, wrong))
  const reviews = old.conversion?.webhook?.conversionReviewVersions ?? []
  return {
    anyType: some(({ type = '' }) => type !== '' && !TYPES.has(type)),
    nonAtomicSets: some((schema) => setItemErrors(schema, undefined).length > 0),
    looseMapKeys: some((schema) => looseMapKeyErrors(schema, undefined).length > 0),
    noSchema: old.versions.some(({ schema }) => !schema?.openAPIV3Schema),
    nonStructural: schemas.some((schema) => structuralErrors(undefined, schema).length > 0),
    unprunedDefaults: schemas.some(hasUnprunedDefaults),
    anyReview: reviews.length > 0 && !reviews.some((review) => review === 'v1' || review === 'v1beta1'),
    manyFields: new Set(spec.versions.filter((version) => keepsMany(version, old)).map(({ name }) => name)),
    knownRules: rulesOf(schemas),
    unchanged: new Set(spec.versions.filter((version) => keepsSchema(version, old)).map(({ name }) => name)),
  }
}

const UNKNOWN = 'must not have unknown fields'

const hasUnprunedDefaults = (schema: JSONSchemaProps): boolean =>
  structuralErrors(undefined, schema).length === 0 &&
  defaultErrors(schema, at(undefined, 'x'), false).some(({ message }) => message.endsWith(UNKNOWN))

function rulesOf(schemas: readonly JSONSchemaProps[]): Set<string> {
  const rules = new Set<string>()
  for (const schema of schemas)
    hasSchemaWith(schema, (each) => {
      for (const { rule } of each['x-kubernetes-validations'] ?? []) rules.add(rule)
      return false
    })
  return rules
}

function keepsSchema({ name, schema }: CustomResourceDefinitionVersion, old: CustomResourceDefinitionSpec): boolean {
  const before = old.versions.find((version) => version.name === name)?.schema
  return before !== undefined && schema !== undefined && equalValues(before as unknown as Json, schema as unknown as Json)
}

const SELECTABLE_FIELDS_MAX = 8

function keepsMany(
  { name, selectableFields = [] }: CustomResourceDefinitionVersion,
  old: CustomResourceDefinitionSpec,
): boolean {
  const before = old.versions.find((version) => version.name === name)?.selectableFields ?? []
  return before.length > SELECTABLE_FIELDS_MAX && equalValues(before as unknown as Json, selectableFields as unknown as Json)
}
