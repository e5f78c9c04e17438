import type { FunctionDecl } from './declarations.ts'
import type { Macro } from './macro.ts'
import type { CelType } from './types.ts'
import type { Value } from './values.ts'

/** An object type: its fields, and how a literal of it becomes a value. */
export interface ObjectType {
  readonly name: string
  /** The type of a field; undefined when there is none. */
  readonly fieldType: (field: string) => CelType | undefined
  /** The value of `Type{...}`; undefined when expressions cannot make it. */
  readonly create?: (fields: ReadonlyMap<string, Value>) => Value
  /** A field of a value; only types that literals make have values of their own. */
}

/** Finds object types by name. */
export type TypeProvider = (name: string) => ObjectType | undefined

/** Sizes that a schema promises. */
export interface SizeRange {
  readonly min: bigint
  readonly max: bigint
}

/**
 * The size of what a path leads to: a variable, then fields, `@items`, `@keys`, `@values`. Undefined
 * when nothing is known. Source: checker.CostEstimator.EstimateSize.
 */
export type SizeEstimator = (path: readonly string[]) => SizeRange | undefined

/** All that expressions of one place know. Made once and shared by all of them. */
export interface Environment {
  readonly functions: ReadonlyMap<string, FunctionDecl>
  /** By `name:arguments:style`. */
  readonly macros: ReadonlyMap<string, Macro>
  readonly variables: ReadonlyMap<string, CelType>
  readonly provider: TypeProvider
  /** Names that stand for types: `int`, `google.protobuf.Timestamp`, `net.IP`. */
  readonly typeNames: ReadonlyMap<string, CelType>
  readonly sizes: SizeEstimator
}
