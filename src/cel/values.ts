import type { CelType } from './types.ts'
import type { ValueSchema } from './value-schema.ts'

/**
 * A CEL value. An int is a number while it is a safe integer and a bigint beyond; doubles and uints
 * are wrapped, since rules on Kubernetes objects hardly have any. JSON is not copied: lists and maps
 * of an object are views of it with their schema.
 */
export type Value =
  | boolean
  | number
  | bigint
  | string
  | null
  | Uint8Array
  | CelDouble
  | CelUint
  | CelDuration
  | CelTimestamp
  | CelOptional
  | CelList
  | CelMap
  | CelObject
  | CelType
  | CelFailure

/** A double. */
export interface CelDouble {
  readonly tag: 'double'
  readonly value: number
}

/** An unsigned integer below 2^64. */
export interface CelUint {
  readonly tag: 'uint'
  readonly value: bigint
}

/** A span of time in nanoseconds, an int64. */
export interface CelDuration {
  readonly tag: 'duration'
  readonly nanoseconds: bigint
}

/** An instant: seconds since 1970 (negative before), and nanoseconds 0 to 999,999,999. */
export interface CelTimestamp {
  readonly tag: 'timestamp'
  readonly seconds: number
  readonly nanos: number
  /** Seconds east of UTC of the zone it was written in; `string()` writes it there again. */
  readonly offset: number
}

/** A value or none (undefined). */
export interface CelOptional {
  readonly tag: 'optional'
  readonly value: Value | undefined
}

/** A list that an expression made; `open` while a comprehension still adds to it. */
export interface MadeList {
  readonly tag: 'list'
  readonly form: 'made'
  readonly items: Value[]
  open: boolean
  /** A sum of lists of type set or map is one again. */
  readonly joined?: Joined
}

/** How items of a list are told apart. */
export interface Joined {
  readonly type: 'set' | 'map'
  readonly keys: readonly string[]
}

/** A list of an object: JSON and the schema of its items. */
export interface RawList {
  readonly tag: 'list'
  readonly form: 'raw'
  readonly raw: readonly unknown[]
  readonly schema: ValueSchema
}

/** A list. */
export type CelList = MadeList | RawList

/** A map that an expression made; keys of different numeric kinds are different entries. */
export interface MadeMap {
  readonly tag: 'map'
  readonly form: 'made'
  /** By key as hashKey gives it: the key's value and the entry's. */
  readonly entries: Map<unknown, readonly [key: Value, value: Value]>
  open: boolean
}

/** A map or an object of JSON with its schema. */
export interface RawMap {
  readonly tag: 'map'
  readonly form: 'raw'
  readonly raw: Readonly<Record<string, unknown>>
  readonly schema: ValueSchema
}

/** A map whose fields are looked up by a host, each when it is asked for: `variables` of a policy. */
export interface HostMap {
  readonly tag: 'map'
  readonly form: 'host'
  readonly type: CelType
  readonly keys: readonly string[]
  readonly find: (key: string) => Value | undefined
  /** Found again under any key: what a missing key gives. */
  readonly fallback?: Value
}

/** A map. */
export type CelMap = MadeMap | RawMap | HostMap

/** What is common to all values of an opaque type: quantities, addresses, checks of an authorizer. */
export interface ObjectKind<T = unknown> {
  readonly type: CelType
  /** Equality with a value of the same type. */
  readonly equal: (a: T, b: T) => boolean
  /** Size in cost units of a value; none is 1. */
  readonly size?: (value: T) => number
  /** As `string(x)` writes it, where that is allowed. */
  readonly text?: (value: T) => string
  /** A field of it; undefined when there is none. */
  readonly field?: (value: T, name: string) => Value | undefined
  /** Whether optional.ofNonZeroValue takes it for nothing. */
  readonly isZero?: (value: T) => boolean
  /** Equality with any other value gives "no such overload" (the default) or false. */
  readonly unequalToOthers?: boolean
  /** Equality gives "no such overload" whatever the other value is. */
  readonly incomparable?: boolean
  /** The type of one value, where values of a kind have different ones. */
  readonly typeOf?: (value: T) => CelType
  /** `type(x)` is `type`, which upstream gives for objects that literals make. */
  readonly typeIsType?: boolean
  /** What a field gives that a value does not have; the default is a failure. */
  readonly missing?: Value
}

/** A value of an opaque type. */
export interface CelObject {
  readonly tag: 'object'
  readonly kind: ObjectKind
  readonly data: unknown
}

/** A failure while evaluating; it travels as a value, since `||` and `&&` may absorb it. */
export interface CelFailure {
  readonly tag: 'failure'
  readonly message: string
}

/** Makers of values. */
export const double = (value: number): CelDouble => ({ tag: 'double', value })
export const uint = (value: bigint): CelUint => ({ tag: 'uint', value })
export const durationOf = (nanoseconds: bigint): CelDuration => ({ tag: 'duration', nanoseconds })
export const timestampOf = (seconds: number, nanos: number, offset = 0): CelTimestamp => ({
  tag: 'timestamp',
  seconds,
  nanos,
  offset,
})
export const optionalOf = (value: Value): CelOptional => ({ tag: 'optional', value })
export const failure = (message: string): CelFailure => ({ tag: 'failure', message })
export const madeList = (items: Value[]): MadeList => ({
  tag: 'list',
  form: 'made',
  items,
  open: false,
})
export const rawList = (raw: readonly unknown[], schema: ValueSchema): RawList => ({
  tag: 'list',
  form: 'raw',
  raw,
  schema,
})
export const rawMap = (
  raw: Readonly<Record<string, unknown>>,
  schema: ValueSchema,
): RawMap => ({ tag: 'map', form: 'raw', raw, schema })
export const celObject = <T>(kind: ObjectKind<T>, data: T): CelObject => ({
  tag: 'object',
  kind: kind as ObjectKind,
  data,
})

/** The optional without a value. */
export const NO_VALUE: CelOptional = { tag: 'optional', value: undefined }
/** The failure of most calls with arguments of wrong types. */
export const NO_OVERLOAD = failure('no such overload')

/** Ends an evaluation that costs more than it may. */
export const COST_EXCEEDED = failure('operation cancelled: actual cost limit exceeded')

/** Values that carry a tag. */
export type Tagged = Exclude<Value, boolean | number | bigint | string | null | Uint8Array>

/** The value as a tagged one, or undefined. */
export const tagged = (value: Value): Tagged | undefined =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array) ? value : undefined

/** Whether evaluation failed. */
export const isFailure = (value: Value): value is CelFailure =>
  typeof value === 'object' && value !== null && (value as Tagged).tag === 'failure'

/** Whether the value is a list. */
export const isList = (value: Value): value is CelList =>
  typeof value === 'object' && value !== null && (value as Tagged).tag === 'list'

/** Whether the value is a map. */
export const isMap = (value: Value): value is CelMap =>
  typeof value === 'object' && value !== null && (value as Tagged).tag === 'map'

/** Whether the value is optional. */
export const isOptionalValue = (value: Value): value is CelOptional =>
  typeof value === 'object' && value !== null && (value as Tagged).tag === 'optional'

/** A failure as it is, anything else "no such overload". Source: types.MaybeNoSuchOverloadErr. */
export const orNoOverload = (value: Value): CelFailure => (isFailure(value) ? value : NO_OVERLOAD)

/** The data of a value of that opaque type; undefined for others. */
export function dataOf<T>(value: Value, kind: ObjectKind<T>): T | undefined {
  const object = tagged(value)
  if (object?.tag !== 'object' || object.kind !== (kind as ObjectKind)) return undefined
  return object.data as T
}

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

/** An int from its exact value: a number while it is safe. */
export function intOf(exact: bigint): number | bigint {
  const number = Number(exact)
  return Number.isSafeInteger(number) ? number : exact
}

/** Whether an exact integer is an int64. */
export const isInt64 = (exact: bigint): boolean => exact >= INT64_MIN && exact <= INT64_MAX
