import { invalid, required, type FieldError } from './field-error.ts'
import { parseApiVersion } from './kind.ts'
import type { OwnerReference } from './object.ts'

/** Source: apimachinery api/validation ValidateOwnerReferences. */
export function validateOwnerReferences(
  field: string,
  references: readonly OwnerReference[] | undefined,
): FieldError[] {
  const errors: FieldError[] = []
  let controller = ''
  for (const [i, ref] of (references ?? []).entries()) {
    errors.push(...referenceErrors(`${field}[${i}]`, ref))
    if (ref.controller !== true) continue
    const name = `${ref.kind}/${ref.name}`
    if (controller === '') controller = name
    else
      errors.push(
        invalid(
          field,
          references,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
        ),
      )
  }
  return errors
}

function referenceErrors(field: string, ref: OwnerReference): FieldError[] {
  const errors: FieldError[] = []
  const { apiVersion = '', kind = '', name = '', uid = '' } = ref
  const version = parseApiVersion(apiVersion)
  if (apiVersion === '') errors.push(required(`${field}.apiVersion`, 'must not be empty'))
  else if (!version || version.version === '')
    errors.push(
      invalid(`${field}.apiVersion`, apiVersion, 'must be <group>/<version> or <version>'),
    )
  for (const [key, value] of Object.entries({ kind, name, uid }))
    if (value === '') errors.push(required(`${field}.${key}`, 'must not be empty'))
  // Events expire on their own; as owners they would take their dependents along.
  if (apiVersion === 'v1' && kind === 'Event')
    errors.push(invalid(field, ref, '/v1, Kind=Event is disallowed from being an owner'))
  return errors
}
