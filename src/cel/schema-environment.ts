import { declareSchema, maxCardinality, providerOf, sizesBelow, type DeclaredType } from './declared-types.ts'
import type { Environment } from './environment.ts'
import { valueOfRaw } from './raw-values.ts'
import { valueSchema, type JsonSchema } from './schema-values.ts'
import { standardEnvironment } from './standard-environment.ts'
import { optionalType } from './types.ts'
import type { ValueSchema } from './value-schema.ts'
import { NO_VALUE, isFailure, optionalOf, type Value } from './values.ts'

/** What rules at a place of a schema see: `self` and `oldSelf` of its type. */
export interface SchemaRules {
  readonly declared: DeclaredType
  readonly values: ValueSchema
  /** How often a rule here can run for one object whose lists and maps have no limits. */
  readonly cardinality: number
  /** For rules whose oldSelf is the value before, and for those whose oldSelf is optional. */
  readonly environment: Environment
  readonly optionalOldSelf: Environment
}

/**
 * The environments of rules at a place of a structural schema; undefined where there can be none. The
 * name is that of its object types in messages. Source: apiextensions schema/cel compilation.go.
 */
export function schemaRules(
  schema: JsonSchema,
  options: { readonly root: boolean; readonly name: string; readonly expressions: 'new' | 'stored' },
): SchemaRules | undefined {
  const declared = declareSchema(schema, options.name, options.root)
  if (!declared) return undefined
  const { type } = declared
  const shared = { expressions: options.expressions, objects: providerOf(declared), sizes: sizesBelow(declared) }
  return {
    declared,
    values: valueSchema(schema, options.root),
    cardinality: maxCardinality(declared),
    environment: standardEnvironment({ ...shared, variables: { self: type, oldSelf: type } }),
    optionalOldSelf: standardEnvironment({ ...shared, variables: { self: type, oldSelf: optionalType(type) } }),
  }
}

/** An object as `self` or `oldSelf`. */
export const selfValue = (rules: SchemaRules, raw: unknown): Value => valueOfRaw(raw, rules.values)

/** The object before as an optional `oldSelf`; undefined is none. */
export function optionalSelf(rules: SchemaRules, raw: unknown): Value {
  if (raw === undefined) return NO_VALUE
  const value = selfValue(rules, raw)
  return isFailure(value) ? value : optionalOf(value)
}
