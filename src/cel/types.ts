/** What kind of type: cel-go's types.Kind, by name. */
export type Kind =
  | 'any'
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  | 'opaque'
  | 'param'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint'

/** A type; it is also the value that `type(x)` gives. Source: cel-go common/types/types.go. */
export interface CelType {
  readonly tag: 'type'
  readonly kind: Kind
  /** Name at run time: `int`, `google.protobuf.Timestamp`, `kubernetes.URL`. */
  readonly name: string
  readonly params: readonly CelType[]
}

const NONE: readonly CelType[] = []

const make = (kind: Kind, name: string, params: readonly CelType[] = NONE): CelType => ({
  tag: 'type',
  kind,
  name,
  params,
})

/** The types without parameters. */
export const ANY = make('any', 'google.protobuf.Any')
export const BOOL = make('bool', 'bool')
export const BYTES = make('bytes', 'bytes')
export const DOUBLE = make('double', 'double')
export const DURATION = make('duration', 'google.protobuf.Duration')
export const DYN = make('dyn', 'dyn')
export const ERROR = make('error', 'error')
export const INT = make('int', 'int')
export const NULL = make('null', 'null_type')
export const STRING = make('string', 'string')
export const TIMESTAMP = make('timestamp', 'google.protobuf.Timestamp')
export const TYPE = make('type', 'type')
export const UINT = make('uint', 'uint')

/** Types made of others. */
export const listType = (items: CelType): CelType => make('list', 'list', [items])
export const mapType = (keys: CelType, values: CelType): CelType => make('map', 'map', [keys, values])
export const optionalType = (of: CelType): CelType => make('opaque', 'optional_type', [of])
export const opaqueType = (name: string, ...params: CelType[]): CelType =>
  make('opaque', name, params)
export const paramType = (name: string): CelType => make('param', name)
export const structType = (name: string): CelType => make('struct', name)
export const typeOfType = (of: CelType): CelType => make('type', 'type', [of])

/** The types that a list, map or optional value has at run time. */
export const LIST = listType(DYN)
export const MAP = mapType(DYN, DYN)
export const OPTIONAL = optionalType(DYN)

/** Whether the type says nothing: dyn, any. */
export const isDyn = (type: CelType): boolean => type.kind === 'dyn' || type.kind === 'any'

/** Whether the type stands for optional values. */
export const isOptional = (type: CelType): boolean =>
  type.kind === 'opaque' && type.name === 'optional_type'

/** As messages of the checker write a type: `list(int)`, `map(string, dyn)`. Source: FormatCELType. */
export function formatType(type: CelType): string {
  switch (type.kind) {
    case 'any':
      return 'any'
    case 'duration':
      return 'duration'
    case 'timestamp':
      return 'timestamp'
    case 'error':
      return '!error!'
    case 'null':
      return 'null'
    case 'param':
      return type.name
    default:
      if (type.params.length === 0) return type.name
      return `${type.name}(${type.params.map(formatType).join(', ')})`
  }
}

/** As Type.String writes it, which messages of admission carry: `google.protobuf.Timestamp`. */
export function typeText(type: CelType): string {
  if (type.kind === 'param') return `<${type.name}>`
  if (type.params.length === 0) return type.name
  return `${type.name}(${type.params.map(typeText).join(', ')})`
}

/** The same type, names of parameters included. Source: Type.IsExactType. */
export function isExactType(a: CelType, b: CelType): boolean {
  return isSameType(a, b, true)
}

/** The same type but for the names of parameters. Source: Type.IsEquivalentType. */
export function isEquivalentType(a: CelType, b: CelType): boolean {
  return isSameType(a, b, false)
}

function isSameType(a: CelType, b: CelType, named: boolean): boolean {
  if (a === b) return true
  if (a.kind !== b.kind || a.params.length !== b.params.length) return false
  if ((named || a.kind !== 'param') && a.name !== b.name) return false
  return a.params.every((param, i) => isSameType(param, b.params[i]!, named))
}

/** Whether a place of type `to` takes a value of type `from`. Source: Type.IsAssignableType. */
export function isAssignableType(to: CelType, from: CelType): boolean {
  if (to === from || isDyn(to) || to.kind === 'param') return true
  if (to.kind !== from.kind || to.name !== from.name) return false
  if (to.params.length !== from.params.length) return false
  return to.params.every((param, i) => isAssignableType(param, from.params[i]!))
}
