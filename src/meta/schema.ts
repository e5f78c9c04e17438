import type { MergeMap } from './merge-type.ts'
import type { JsonObject } from './object.ts'

/**
 * What klio knows of a type's fields. One shape serves decoding, pruning, defaulting, OpenAPI, patches,
 * managed fields and protobuf, for built-in kinds (resources/generated) and later for CRDs.
 */

/** Leaf values and how each looks on the wire. */
export type Scalar =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'double'
  | 'bytes' // base64 in JSON
  | 'quantity' // resource.Quantity: a string in JSON, message {1: string} in protobuf
  | 'intOrString' // intstr.IntOrString: number or string in JSON, message {type, int, str} in protobuf
  | 'time' // RFC 3339 with seconds in JSON, message {seconds, nanos} in protobuf
  | 'microTime' // RFC 3339 with microseconds in JSON
  | 'duration' // Go duration text in JSON, message {1: nanoseconds} in protobuf
  | 'json' // RawExtension, JSON, JSONSchemaPropsOrBool...: any JSON value, never pruned
  | 'fieldsV1' // any JSON object; message {1: raw bytes} in protobuf

/**
 * A 'json' value that is either a JSON schema or something simpler: a list of schemas, a boolean, a list
 * of strings. Only protobuf tells them apart. Source: apiextensions/v1 JSONSchemaPropsOrArray, OrBool,
 * OrStringArray.
 */
export interface JsonUnion {
  readonly or: 'schemas' | 'bool' | 'strings'
  readonly type: TypeSchema
}

/** The type of a field, of a list's items or of a map's values. */
export type ValueType =
  | { readonly of: Scalar; readonly either?: JsonUnion }
  | { readonly of: 'object'; readonly type: TypeSchema }
  | {
      readonly of: 'list'
      readonly items: ValueType
      /** Protobuf puts the list inside a message of its own: `{ repeated items = 1 }`. */
      readonly wrapped?: boolean
    }
  | { readonly of: 'map'; readonly values: ValueType }

/** One field of an object type. */
export interface FieldSchema {
  /** JSON name. An embedded (inline) struct's fields stand directly in the outer type. */
  readonly name: string
  readonly value: ValueType
  /** Protobuf field number; 0 when the type has no protobuf form. */
  readonly number: number
  /**
   * Numbers of the protobuf messages around this field that JSON does not show (embedded structs),
   * outermost first. Such a field is missing from `byNumber`.
   */
  readonly embeddedIn?: readonly number[]
  /** Go names of those embedded structs; Go's decoding errors spell them in the path. */
  readonly embeddedNames?: readonly string[]
  /** The Go type as errors name it, where the value does not tell: `v1.RestartPolicy`. */
  readonly goType?: string
  /** Go's name of the field, where it is not the JSON name with a capital: `UID`, `ObjectMeta`. */
  readonly goName?: string
  /** Must be present in OpenAPI's sense (no omitempty, no +optional). */
  readonly required: boolean
  /** Go pointer or +optional with omitempty: an explicit zero value survives in storage. */
  readonly nullable: boolean
  /**
   * A Go struct held by value, without omitzero: Go writes it even when it is empty (`resources: {}`,
   * `firstTimestamp: null`), so managed fields count it as always there.
   */
  readonly byValue?: boolean
  /** Go writes the zero value (`""`, 0, false, `{}`) instead of leaving the field out. */
  readonly writesZero?: boolean
  /** Constant default from a `+default=` marker, already parsed JSON. */
  readonly default?: unknown
  /** Strategic merge patch. Source: struct tags patchStrategy and patchMergeKey. */
  readonly patchStrategy?: readonly ('merge' | 'replace' | 'retainKeys')[]
  readonly patchMergeKey?: string
  /** Server-side apply. Source: markers +listType, +listMapKey, +mapType, +structType. */
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly listMapKeys?: readonly string[]
  readonly mapType?: 'atomic' | 'granular'
  readonly structType?: 'atomic' | 'granular'
  /** Our own short description, or upstream's first sentence; shown by `kubectl explain`. */
  readonly description: string
  readonly enum?: readonly string[]
  readonly deprecated?: boolean
}

/** An object type, for example `io.k8s.api.core.v1.PodSpec`. Types may refer to each other in cycles. */
export interface TypeSchema {
  /** OpenAPI definition name, `io.k8s.api.apps.v1.Deployment`. */
  readonly name: string
  readonly description: string
  /** In upstream's struct order. */
  readonly fields: readonly FieldSchema[]
  readonly byName: ReadonlyMap<string, FieldSchema>
  readonly byNumber: ReadonlyMap<number, FieldSchema>
  /** The whole struct is one value for server-side apply (marker +structType=atomic). */
  readonly atomic?: boolean
  /**
   * Fields beyond those listed are kept as they are: what they mean stands in a custom resource's
   * schema (resources/custom), not here. Two such objects are the same when these are equal to the letter.
   */
  readonly preserveUnknown?: boolean
  /** How managed fields and server-side apply see it, where that does not follow from the fields. */
  readonly merge?: MergeMap
  /** Its OpenAPI definition, where that does not follow from the fields, and the types it refers to. */
  readonly openApi?: {
    readonly definition: (dialect: 'v2' | 'v3') => JsonObject
    readonly uses: () => readonly TypeSchema[]
  }
}
