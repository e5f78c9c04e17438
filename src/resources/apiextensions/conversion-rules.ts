import { forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { isDns1035Label, isDns1123Subdomain } from '../../meta/names.ts'
import type { CustomResourceConversion } from '../generated/apiextensions.gen.ts'

const KNOWN_REVIEWS = ['v1', 'v1beta1']

/** Source: apiextensions/validation/validation.go validateCustomResourceConversion. */
export function conversionErrors(
  conversion: CustomResourceConversion,
  path: string,
  anyReview: boolean,
): FieldError[] {
  const { strategy, webhook } = conversion
  const errors: FieldError[] = []
  if (!strategy) errors.push(required(`${path}.strategy`, ''))
  else if (strategy !== 'None' && strategy !== 'Webhook')
    errors.push(notSupported(`${path}.strategy`, strategy, ['None', 'Webhook']))
  const { clientConfig, conversionReviewVersions: reviews = [] } = webhook ?? {}
  if (strategy !== 'Webhook') {
    const no = 'should not be set when strategy is not set to Webhook'
    if (clientConfig) errors.push(forbidden(`${path}.webhookClientConfig`, no))
    if (reviews.length > 0) errors.push(forbidden(`${path}.conversionReviewVersions`, no))
    return errors
  }
  const client = `${path}.webhookClientConfig`
  if (!clientConfig) errors.push(required(client, 'required when strategy is set to Webhook'))
  else if ((clientConfig.url === undefined) === (clientConfig.service === undefined))
    errors.push(required(client, 'exactly one of url or service is required'))
  else if (clientConfig.url !== undefined) errors.push(...urlErrors(clientConfig.url, `${client}.url`))
  else errors.push(...serviceErrors(clientConfig.service!, `${client}.service`))
  errors.push(...reviewErrors(reviews, `${path}.conversionReviewVersions`, anyReview))
  return errors
}

/** Source: apiserver util/webhook/validation.go ValidateWebhookURL. */
function urlErrors(url: string, field: string): FieldError[] {
  const form = '; desired format: https://host[/path]'
  if (!URL.canParse(url)) {
    const why = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(url) ? 'invalid URI for request' : 'missing protocol scheme'
    return [required(field, `url must be a valid URL: parse ${goQuote(url)}: ${why}${form}`)]
  }
  const { protocol, host, username, password, hash, search } = new URL(url)
  const errors: FieldError[] = []
  const no = (value: string, detail: string): void => void errors.push(invalid(field, value, detail))
  if (protocol !== 'https:') no(protocol.slice(0, -1), `'https' is the only allowed URL scheme${form}`)
  if (host === '') no(host, `host must be specified${form}`)
  const user = password === '' ? username : `${username}:${password}`
  if (user !== '') no(user, 'user information is not permitted in the URL')
  if (hash !== '') no(hash.slice(1), 'fragments are not permitted in the URL')
  if (search !== '') no(search.slice(1), 'query parameters are not permitted in the URL')
  return errors
}

/** Source: apiserver util/webhook/validation.go ValidateWebhookService. */
function serviceErrors(
  { name, namespace, path, port = 443 }: { name: string; namespace: string; path?: string; port?: number },
  field: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (!name) errors.push(required(`${field}.name`, ''))
  if (!namespace) errors.push(required(`${field}.namespace`, ''))
  if (!(port >= 1 && port <= 65_535))
    errors.push(invalid(`${field}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'))
  return path === undefined ? errors : [...errors, ...pathErrors(path, `${field}.path`)]
}

function pathErrors(path: string, field: string): FieldError[] {
  if (path === '' || path === '/') return []
  const no = (detail: string): FieldError => invalid(field, path, detail)
  const empty = (i: number): FieldError => no(`segment[${i}] may not be empty`)
  if (path === '//') return [empty(0)]
  const errors = path.startsWith('/') ? [] : [no("must start with a '/'")]
  const steps = path.slice(1).replace(/\/$/, '').split('/')
  steps.forEach((step, i) => {
    if (step === '') return void errors.push(empty(i))
    for (const reason of isDns1123Subdomain(step)) errors.push(no(`segment[${i}]: ${reason}`))
  })
  return errors
}

function reviewErrors(reviews: readonly string[], field: string, anyReview: boolean): FieldError[] {
  if (reviews.length === 0) return [required(field, '')]
  const errors: FieldError[] = []
  reviews.forEach((review, i) => {
    if (reviews.indexOf(review) < i) return void errors.push(invalid(`${field}[${i}]`, review, 'duplicate version'))
    for (const reason of isDns1035Label(review)) errors.push(invalid(`${field}[${i}]`, review, reason))
  })
  if (!anyReview && !reviews.some((review) => KNOWN_REVIEWS.includes(review)))
    errors.push(invalid(field, reviews, `must include at least one of ${KNOWN_REVIEWS.join(', ')}`))
  return errors
}
