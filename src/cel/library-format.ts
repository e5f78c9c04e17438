import { PATTERN, TRAVERSAL, type CallCost } from './cost-runtime.ts'
import { functionOf, overload, type FunctionDecl } from './declarations.ts'
import { NAMED_FORMATS, type NamedFormat } from './named-formats.ts'
import { sizeOf } from './sizes.ts'
import { structType } from './types.ts'
import {
  NO_VALUE, celObject, dataOf, madeList, optionalOf, orNoOverload,
  type ObjectKind,
} from './values.ts'

/** Named formats. Source: apiserver pkg/cel/format.go. */
export const FORMAT: ObjectKind<NamedFormat> = {
  type: structType('kubernetes.NamedFormat'),
  equal: (a, b) => a.name === b.name,
}

const validateCost: CallCost = (format, text) => {
  const size = dataOf(format, FORMAT)?.patternSize ?? 0
  return size === 0 ? 1 : Math.ceil((1 + sizeOf(text)) * TRAVERSAL) * Math.ceil(size * PATTERN)
}

/** `format.dns1123Label().validate(x)`. Source: apiserver cel/library/format.go. */
export const FORMAT_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('validate', [
    overload(
      'format-validate',
      'kubernetes.NamedFormat.(string) -> optional(list(string))',
      (value, text) => {
        const format = dataOf(value, FORMAT)
        if (!format) return orNoOverload(value)
        if (typeof text !== 'string') return orNoOverload(text)
        const wrong = format.validate(text)
        return wrong.length === 0 ? NO_VALUE : optionalOf(madeList([...wrong]))
      },
      { cost: validateCost },
    ),
  ]),
  functionOf('format.named', [
    overload('format-named', '(string) -> optional(kubernetes.NamedFormat)', (name) => {
      if (typeof name !== 'string') return orNoOverload(name)
      const format = NAMED_FORMATS.get(name)
      return format ? optionalOf(celObject(FORMAT, format)) : NO_VALUE
    }),
  ]),
  ...[...NAMED_FORMATS].map(([name, format]) =>
    functionOf(`format.${name}`, [
      overload(`format.${name}`, '() -> kubernetes.NamedFormat', () => celObject(FORMAT, format)),
    ]),
  ),
]
