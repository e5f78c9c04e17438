import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { isDns1123Subdomain, isValidPortNum } from '../../meta/names.ts'
import type { ServiceReference, WebhookClientConfig } from '../generated/admissionregistration.gen.ts'

const FORM = '; desired format: https://host[/path]'

/** Where a webhook is called. Source: pkg/apis/admissionregistration/validation, apiserver util/webhook. */
export function clientConfigErrors(field: string, { url, service }: WebhookClientConfig): FieldError[] {
  if ((url === undefined) === (service === undefined))
    return [required(field, 'exactly one of url or service is required')]
  return url === undefined ? serviceErrors(`${field}.service`, service!) : urlErrors(`${field}.url`, url)
}

/** scheme, authority, query, fragment. Source: RFC 3986 appendix B. */
const URL_PARTS = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(\?[^#]*)?(#.*)?$/is

/** Source: apiserver pkg/util/webhook/validation.go ValidateWebhookURL. */
function urlErrors(field: string, url: string): FieldError[] {
  const parts = URL_PARTS.exec(url)
  const unfit = parts === null || /[\u0000-\u001f\u007f]/.test(url)
  if (unfit)
    return [required(field, `url must be a valid URL: parse ${goQuote(url)}: net/url: invalid control character in URL${FORM}`)]
  const [, scheme = '', authority = '', query = '', fragment = ''] = parts
  const at = authority.lastIndexOf('@')
  const [user, host] = at < 0 ? [undefined, authority] : [authority.slice(0, at), authority.slice(at + 1)]
  return [
    ...(scheme.toLowerCase() === 'https' ? [] : [invalid(field, scheme, `'https' is the only allowed URL scheme${FORM}`)]),
    ...(host === '' ? [invalid(field, host, `host must be specified${FORM}`)] : []),
    ...(user === undefined ? [] : [invalid(field, user, 'user information is not permitted in the URL')]),
    ...(fragment.length > 1 ? [invalid(field, fragment.slice(1), 'fragments are not permitted in the URL')] : []),
    ...(query.length > 1 ? [invalid(field, query.slice(1), 'query parameters are not permitted in the URL')] : []),
  ]
}

/** Source: ValidateWebhookService. */
function serviceErrors(field: string, { name, namespace, port = 443, path }: ServiceReference): FieldError[] {
  const wrongPort = isValidPortNum(port)
  return [
    ...(name ? [] : [required(`${field}.name`, '')]),
    ...(namespace ? [] : [required(`${field}.namespace`, '')]),
    ...(wrongPort.length > 0 ? [invalid(`${field}.port`, port, `port is not valid: ${wrongPort.join(', ')}`)] : []),
    ...pathErrors(`${field}.path`, path ?? ''),
  ]
}

function pathErrors(field: string, path: string): FieldError[] {
  if (path === '' || path === '/') return []
  const wrong = (why: string): FieldError => invalid(field, path, why)
  if (path === '//') return [wrong('segment[0] may not be empty')]
  const segments = path.slice(1).replace(/\/$/, '').split('/')
  return [
    ...(path.startsWith('/') ? [] : [wrong("must start with a '/'")]),
    ...segments.flatMap((segment, i) =>
      segment === ''
        ? [wrong(`segment[${i}] may not be empty`)]
        : isDns1123Subdomain(segment).map((why) => wrong(`segment[${i}]: ${why}`))),
  ]
}
