import { required, type FieldError } from '../../meta/field-error.ts'

/** An expression that must be there. */
export const expressionErrors = (field: string, expression: string | undefined, detail: string): FieldError[] =>
  (expression ?? '').trim() === '' ? [required(field, detail)] : []
