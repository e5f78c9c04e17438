import { invalid, required, type FieldError } from '../meta/field-error.ts'
import { isDns1123Subdomain, regexError } from '../meta/names.ts'

const PATH = '[A-Za-z0-9/\\-._~%!$&\'()*+,;=:]+'
const ONLY_PATH = new RegExp(`^${PATH}$`)

/** `acme.io/foo`. Source: apimachinery util/validation IsDomainPrefixedPath. */
export function domainPathErrors(field: string, text: string | undefined): FieldError[] {
  if (!text) return [required(field, '')]
  const slash = text.indexOf('/')
  const [host, path] = [text.slice(0, slash), text.slice(slash + 1)]
  if (slash < 1 || path === '')
    return [invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const errors = isDns1123Subdomain(host).map((reason) => invalid(field, host, reason))
  if (!ONLY_PATH.test(path)) errors.push(invalid(field, path, regexError('Invalid path', PATH)))
  return errors
}
