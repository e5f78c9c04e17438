import { invalid, tooLong, type FieldError } from '../meta/field-error.ts'
import { isQualifiedName } from '../meta/names.ts'

/** Source: apimachinery api/validation TotalAnnotationSizeLimitB. */
const ANNOTATION_BYTES_MAX = 256 * 1024

/** Source: apimachinery api/validation ValidateAnnotations; case of keys does not matter. */
export function annotationErrors(
  field: string,
  annotations: Readonly<Record<string, string>>,
): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const [key, value] of Object.entries(annotations)) {
    for (const reason of isQualifiedName(key.toLowerCase()))
      errors.push(invalid(field, key, reason))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > ANNOTATION_BYTES_MAX) errors.push(tooLong(field, ANNOTATION_BYTES_MAX))
  return errors
}
