import { duplicate, required, type FieldError } from '../../meta/field-error.ts'

/** Conditions need a type, each once. Source: flowcontrol/validation ValidateFlowSchemaStatus. */
export function conditionTypeErrors(
  conditions: readonly { type?: string }[] | undefined,
): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  for (const [i, { type = '' }] of (conditions ?? []).entries()) {
    const field = `status.conditions[${i}].type`
    if (seen.has(type)) errors.push(duplicate(field, type))
    seen.add(type)
    if (type === '') errors.push(required(field, ''))
  }
  return errors
}
