import { invalid, required, tooLong, type FieldError } from '../../meta/field-error.ts'
import { exceedsBytes, isCIdentifier, isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../../meta/names.ts'
import { where, type Path } from '../field-path.ts'

/**
 * Formats of fields that upstream validates declaratively; the words differ from those of the older rules.
 * Source: apimachinery api/validate/strfmt.go.
 */
const DRIVER_MAX = 63
const NAME_MAX = 253
const ID_MAX = 32
const REQUESTS = 'requests.'
const OWN_DOMAIN = 'kubernetes.io/'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const UUID_WRONG =
  'must be a lowercase UUID in 8-4-4-4-12 format (e.g. 12345678-1234-1234-1234-123456789abc)'

/** A DNS name. */
const longName = (text: string): string[] =>
  isDns1123Subdomain(text).map((reason) =>
    reason.replace(/^must be no more than (\d+) characters$/, 'must be no more than $1 bytes'),
  )

/** Adds what is wrong with a DNS label. */
export function checkShortName(errors: FieldError[], path: Path, text: string): void {
  for (const reason of isDns1123Label(text))
    errors.push(invalid(where(path), text, reason.replace(/^(must be no more than \d+) characters$/, '$1 bytes')))
}

/** Adds what is wrong with a DNS name. */
export function checkLongName(errors: FieldError[], path: Path, text: string): void {
  for (const reason of longName(text)) errors.push(invalid(where(path), text, reason))
}

/** A driver: a DNS name in any case, of 63 characters at most. */
export function checkDeclaredDriver(errors: FieldError[], path: Path, text: string | undefined): void {
  if (!text) return void errors.push(required(where(path), ''))
  for (const reason of longName(text.toLowerCase()))
    errors.push(
      invalid(
        where(path),
        text,
        reason
          .replace('a lowercase RFC 1123 subdomain must consist of lower case', 'an RFC 1123 subdomain must consist of')
          .replace("'example.com'", "'Example.com'"),
      ),
    )
  if (text.length > DRIVER_MAX)
    errors.push({ ...tooLong(where(path), DRIVER_MAX), message: 'Too long: may not be more than 63 characters' })
}

/** `example.com/gpu`, which may stand behind `requests.` in a quota. */
export function checkExtendedResource(errors: FieldError[], path: Path, text: string): void {
  const refuse = (detail: string): void => void errors.push(invalid(where(path), text, detail))
  if (!text.includes('/')) refuse("a name must be a domain-prefixed path, such as 'example.com/my-prop'")
  else if (text.includes(OWN_DOMAIN)) refuse(`must not have "${OWN_DOMAIN}" domain`)
  if (text.startsWith(REQUESTS)) refuse(`must not have "${REQUESTS}" prefix`)
  for (const reason of isQualifiedName(REQUESTS + text)) refuse(reason)
}

/** `domain/name` of an attribute. */
export function checkFullName(errors: FieldError[], path: Path, text: string): void {
  const [domain = '', name, ...more] = text.split('/')
  if (name === undefined) checkIdentifier(errors, path, domain)
  else if (more.length === 0) {
    if (domain === '') errors.push(invalid(where(path), '', 'prefix must not be empty'))
    if (domain.length > DRIVER_MAX) errors.push(tooLong(where(path), DRIVER_MAX))
    for (const reason of domain === '' ? [] : longName(domain))
      errors.push(invalid(where(path), domain, `prefix: ${reason}`))
    if (name === '') errors.push(invalid(where(path), '', 'name must not be empty'))
    else checkIdentifier(errors, path, name)
  }
  if (name === undefined)
    errors.push(
      invalid(where(path), text, 'a fully qualified name must be a domain and a name separated by a slash'),
    )
}

/** A name as of a variable in C. */
export function checkIdentifier(errors: FieldError[], path: Path, text: string): void {
  if (exceedsBytes(text, ID_MAX)) errors.push(tooLong(where(path), ID_MAX))
  for (const reason of isCIdentifier(text)) errors.push(invalid(where(path), text, reason))
}

/** DNS names between slashes. */
export function checkDeclaredPool(errors: FieldError[], path: Path, text: string | undefined): void {
  if (!text) return void errors.push(required(where(path), ''))
  if (exceedsBytes(text, NAME_MAX)) errors.push(tooLong(where(path), NAME_MAX))
  for (const [i, part] of text.split('/').entries()) {
    if (part === '') errors.push(invalid(where(path), text, `segment ${i}: must not be empty`))
    else
      for (const reason of longName(part)) errors.push(invalid(where(path), part, `segment ${i}: ${reason}`))
  }
}

/** A UID of lower-case digits. */
export function checkUuid(errors: FieldError[], path: Path, text: string): void {
  if (!UUID.test(text)) errors.push(invalid(where(path), text, UUID_WRONG))
}
