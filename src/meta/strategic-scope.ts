import { ok, type Result } from '../base/result.ts'
import { goQuote } from './go-quote.ts'
import { goStructName } from './go-type.ts'
import type { FieldSchema, ValueType } from './schema.ts'
import type { Status } from './status.ts'
import { plainFailure, refuse } from './strategic-failure.ts'

/** What a patch needs to know of a field: its type and how its lists and maps are patched. */
export interface PatchField {
  readonly value: ValueType
  /** `merge`, `replace`, or empty: the strategy beside retainKeys. */
  readonly strategy: string
  /** Empty when the list's elements have no key. */
  readonly mergeKey: string
}

/**
 * The field `key` of a type. Source: apimachinery forked json/fields.go
 * LookupPatchMetadataForStruct; a field or struct that does not exist is a refusal, as upstream's.
 */
export function lookUpField(scope: ValueType, key: string): Result<PatchField, Status> {
  if (scope.of !== 'object') return refuse(plainFailure(notAStruct(scope, key)))
  const field = scope.type.byName.get(key)
  if (!field) return refuse(plainFailure(noField(goStructName(scope.type), key)))
  return strategyOf(field)
}

/** The same for a list field: `value` is the type of its elements. */
export function lookUpList(scope: ValueType, key: string): Result<PatchField, Status> {
  const found = lookUpField(scope, key)
  if (!found.ok) return found
  const { value } = found.value
  if (value.of !== 'list') {
    return refuse(plainFailure('expected slice or array type, but got: struct'))
  }
  if (value.items.of === 'list') return refuse(plainFailure('unexpected slice of slice'))
  return ok({ ...found.value, value: value.items })
}

function strategyOf(field: FieldSchema): Result<PatchField, Status> {
  const named = (field.patchStrategy ?? []).filter((name) => name !== 'retainKeys')
  if (named.length > 1) {
    const all = (field.patchStrategy ?? []).join(' ')
    return refuse(plainFailure(`unexpected patch strategy: [${all}]`))
  }
  return ok({
    value: field.value,
    strategy: named[0] ?? '',
    mergeKey: field.patchMergeKey ?? '',
  })
}

/** Go's kind of a type, as `cannot merge lists without merge key for struct` names it. */
export function goKind(value: ValueType): string {
  switch (value.of) {
    case 'map':
      return 'map'
    case 'list':
    case 'bytes':
      return 'slice'
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
      return value.of
    case 'double':
      return 'float64'
    default:
      return 'struct'
  }
}

const notAStruct = (scope: ValueType, key: string): string => {
  const kind = goKind(scope)
  // Types such as RawExtension are structs whose JSON fields Go does not know.
  return kind === 'struct'
    ? noField(GO_NAMES[scope.of] ?? scope.of, key)
    : `merging an object in json but data type is not struct, instead is: ${kind}`
}

const noField = (struct: string, key: string): string =>
  `unable to find api field in struct ${struct} for the json field ${goQuote(key)}`

const GO_NAMES: Readonly<Record<string, string>> = {
  json: 'RawExtension',
  fieldsV1: 'FieldsV1',
  time: 'Time',
  microTime: 'MicroTime',
  quantity: 'Quantity',
  intOrString: 'IntOrString',
  duration: 'Duration',
}
