import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { isDns1123Subdomain, isPathSegmentName } from '../../meta/names.ts'

interface Reference {
  readonly apiGroup?: string
  readonly kind?: string
  readonly name?: string
}

/** What an Ingress or its class points to. Source: networking/validation validateIngressTypedLocalObjectReference. */
export function referenceErrors(field: string, { apiGroup, ...ref }: Reference): FieldError[] {
  const errors: FieldError[] = []
  if (apiGroup !== undefined)
    for (const reason of isDns1123Subdomain(apiGroup))
      errors.push(invalid(`${field}.apiGroup`, apiGroup, reason))
  for (const name of ['kind', 'name'] as const) {
    const text = ref[name]
    if (!text) errors.push(required(`${field}.${name}`, ''))
    else
      for (const reason of isPathSegmentName(text))
        errors.push(invalid(`${field}.${name}`, text, reason))
  }
  return errors
}
