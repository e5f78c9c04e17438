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

/** The type of a field, of a list's items or of a map's values. */
export type ValueType =
  | { readonly of: Scalar }
  | { readonly of: 'object'; readonly type: TypeSchema }
  | { readonly of: 'list'; readonly items: ValueType }
  | { readonly of: 'map'; readonly values: ValueType }

/** One field of an object type. */
export interface FieldSchema {
  /** JSON name. An embedded (inline) struct's fields stand directly in the outer type. */
  readonly name: string
  readonly value: ValueType
  /** Protobuf field number; 0 when the type has no protobuf form. */
  readonly number: number
  /** Must be present in OpenAPI's sense (no omitempty, no +optional). */
  readonly required: boolean
  /** Go pointer or +optional with omitempty: an explicit zero value survives in storage. */
  readonly nullable: boolean
  /**
   * A Go struct held by value, without omitzero: Go writes it even when it is empty (`resources: {}`,
   * `firstTimestamp: null`), so managed fields count it as always there.
   */
  readonly byValue?: boolean
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
  /** Unknown fields are kept instead of pruned (x-kubernetes-preserve-unknown-fields). */
  readonly preserveUnknown?: boolean
}
