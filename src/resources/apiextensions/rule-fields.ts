import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { at, where, type Path } from '../field-path.ts'
import type { JSONSchemaProps } from '../generated/apiextensions.gen.ts'
import { fieldPathSchema } from './schema-path.ts'

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const hasLineBreaks = (text: string): boolean => /[\n\r]/.test(text)

/**
 * What is wrong with the words around a schema's rules; the expressions themselves are another matter.
 * Source: apiextensions/validation/validation.go.
 */
export function ruleErrors(schema: JSONSchemaProps, path: Path): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) => {
    const place = at(at(path, 'x-kubernetes-validations'), i)
    const { rule: text = '', message = '', messageExpression = '', reason, fieldPath = '' } = rule
    const errors: FieldError[] = []
    const trimmed = message.trim()
    if (text.trim() === '') errors.push(required(where(place, 'rule'), 'rule is not specified'))
    else if (message !== '' && trimmed === '')
      errors.push(invalid(where(place, 'message'), message, 'must be non-empty if specified'))
    else if (hasLineBreaks(trimmed)) errors.push(invalid(where(place, 'message'), message, 'must not contain line breaks'))
    else if (hasLineBreaks(text.trim()) && trimmed === '')
      errors.push(required(where(place, 'message'), 'message must be specified if rule contains line breaks'))
    if (messageExpression !== '' && messageExpression.trim() === '')
      errors.push(required(where(place, 'messageExpression'), 'messageExpression must be non-empty if specified'))
    if (reason !== undefined && !REASONS.includes(reason))
      errors.push(notSupported(where(place, 'reason'), reason, REASONS))
    if (fieldPath !== '' && fieldPath.trim() === '')
      errors.push(invalid(where(place, 'fieldPath'), fieldPath, 'must be non-empty if specified'))
    if (hasLineBreaks(fieldPath)) errors.push(invalid(where(place, 'fieldPath'), fieldPath, 'must not contain line breaks'))
    if (fieldPath !== '' && !fieldPathSchema(fieldPath, schema).ok)
      errors.push(invalid(where(place, 'fieldPath'), fieldPath, 'must be a valid path'))
    return errors
  })
}
