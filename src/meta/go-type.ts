import type { FieldSchema, Scalar, TypeSchema, ValueType } from './schema.ts'

const GO_SCALARS: Readonly<Record<Scalar, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  bytes: '[]uint8',
  quantity: 'resource.Quantity',
  // The types below decode themselves; their errors name what they decode into.
  intOrString: 'int32',
  time: 'string',
  microTime: 'string',
  duration: 'string',
  json: 'runtime.RawExtension',
  fieldsV1: 'v1.FieldsV1',
}

/** `PodSpec` of io.k8s.api.core.v1.PodSpec. */
export const goStructName = (type: TypeSchema): string =>
  type.name.slice(type.name.lastIndexOf('.') + 1)

/** A value's type as Go's reflection prints it, `[]v1.Container`. */
export function goTypeText(value: ValueType): string {
  switch (value.of) {
    case 'object': {
      const [version, name] = value.type.name.split('.').slice(-2)
      return `${version}.${name}`
    }
    case 'list':
      return `[]${goTypeText(value.items)}`
    case 'map':
      return `map[string]${goTypeText(value.values)}`
    default:
      return GO_SCALARS[value.of]
  }
}

/** The Go types of a field's value and of what is inside it, outermost first. */
export function goTypesOf(field: Pick<FieldSchema, 'value' | 'goType'>): string[] {
  const types: string[] = []
  let text = field.goType
  let value: ValueType | undefined = field.value
  while (value) {
    types.push(text ?? goTypeText(value))
    text = innerType(text)
    value = value.of === 'list' ? value.items : value.of === 'map' ? value.values : undefined
  }
  return types
}

function innerType(text: string | undefined): string | undefined {
  if (text?.startsWith('[]')) return text.slice(2)
  return text?.startsWith('map[') ? text.slice(text.indexOf(']') + 1) : undefined
}
