import { invalid, required, type FieldError } from './field-error.ts'
import { isDns1123Label, isDns1123Subdomain, isQualifiedName, regexError } from './names.ts'

/** Source of this file: apimachinery util/validation/validation.go. */
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const HTTP_PATH_RE = new RegExp(`^${HTTP_PATH}$`)

/** At least three labels, no trailing dot: `a.example.com`. */
export function isFullyQualifiedName(field: string, name: string): FieldError[] {
  const errors = domainErrors(field, name, name)
  if (errors.length > 0) return errors
  if (name.split('.').length >= 3) return []
  return [invalid(field, name, 'should be a domain with at least three segments separated by dots')]
}

/** At least two labels, a trailing dot is fine: `example.com.`. */
export function isFullyQualifiedDomainName(field: string, text: string): FieldError[] {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  const errors = domainErrors(field, text, name)
  if (errors.length > 0) return errors
  const labels = name.split('.')
  if (labels.length < 2)
    return [invalid(field, name, 'should be a domain with at least two segments separated by dots')]
  for (const label of labels) {
    const reasons = isDns1123Label(label)
    if (reasons.length > 0) return [invalid(field, label, reasons.join(','))]
  }
  return []
}

/** `acme.io/foo/bar`, as a finalizer of a CRD's controller or a controller's name. */
export function isDomainPrefixedPath(field: string, text: string): FieldError[] {
  if (text === '') return [required(field, '')]
  const slash = text.indexOf('/')
  if (slash <= 0 || slash === text.length - 1)
    return [invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const host = text.slice(0, slash)
  const path = text.slice(slash + 1)
  const errors = isDns1123Subdomain(host).map((reason) => invalid(field, host, reason))
  if (!HTTP_PATH_RE.test(path))
    errors.push(invalid(field, path, regexError('Invalid path', HTTP_PATH)))
  return errors
}

/** `acme.io/foo`, with both parts. */
export function isDomainPrefixedKey(field: string, key: string): FieldError[] {
  if (key === '') return [required(field, '')]
  const errors = isQualifiedName(key).map((reason) => invalid(field, key, reason))
  if (errors.length > 0 || key.includes('/')) return errors
  return [invalid(field, key, 'must be a domain-prefixed key (such as "acme.io/foo")')]
}

function domainErrors(field: string, asked: string, name: string): FieldError[] {
  if (asked === '') return [required(field, '')]
  const reasons = isDns1123Subdomain(name)
  return reasons.length === 0 ? [] : [invalid(field, name, reasons.join(','))]
}
