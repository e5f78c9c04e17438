import { invalid, required, tooLong, type FieldError } from '../meta/field-error.ts'
import {
  DNS_LABEL_BYTES_MAX,
  DNS_SUBDOMAIN_BYTES_MAX,
  exceedsBytes,
  isDns1123Label,
  isDns1123Subdomain,
  nameIsDnsSubdomain,
} from '../meta/names.ts'

/** A domain, a slash, and a path that has room for namespace, dot and name. */
const NAME_BYTES_MAX = 2 * DNS_SUBDOMAIN_BYTES_MAX + DNS_LABEL_BYTES_MAX + 2

/** `example.com/my-signer`. Source: core/validation/names.go ValidateSignerName. */
export function signerNameErrors(field: string, name: string): FieldError[] {
  if (name === '') return [required(field, '')]
  const segments = name.split('/')
  const [domain, path] = segments as [string, string]
  if (segments.length !== 2)
    return [
      invalid(
        field,
        name,
        "must be a fully qualified domain and path of the form 'example.com/signer-name'",
      ),
    ]
  const errors: FieldError[] = []
  if (exceedsBytes(domain, DNS_SUBDOMAIN_BYTES_MAX))
    errors.push(tooLong(field, DNS_SUBDOMAIN_BYTES_MAX))
  const labels = domain.split('.')
  const wrong = labels.find((label) => isDns1123Label(label).length > 0)
  if (wrong !== undefined)
    for (const reason of isDns1123Label(wrong))
      errors.push(invalid(field, domain, `validating label ${JSON.stringify(wrong)}: ${reason}`))
  if (labels.length < 2)
    errors.push(
      invalid(field, domain, 'should be a domain with at least two segments separated by dots'),
    )
  errors.push(...pathErrors(field, path))
  if (exceedsBytes(name, NAME_BYTES_MAX)) errors.push(tooLong(field, NAME_BYTES_MAX))
  return errors
}

function pathErrors(field: string, path: string): FieldError[] {
  const errors: FieldError[] = []
  for (const label of path.split('.')) {
    const reasons = isDns1123Subdomain(label)
    for (const reason of reasons)
      errors.push(invalid(field, path, `validating label ${JSON.stringify(label)}: ${reason}`))
    if (reasons.length > 0) break
  }
  return errors
}

/** Signers of Kubernetes itself. */
export function isKubernetesSigner(name: string): boolean {
  const host = name.split('/', 1)[0]!
  return host === 'kubernetes.io' || host.endsWith('.kubernetes.io')
}

/** Bundles of a signer carry its name in front. Source: names.go ValidateClusterTrustBundleName. */
export function trustBundleNameReasons(name: string): string[] {
  const colon = name.lastIndexOf(':')
  return nameIsDnsSubdomain(colon < 0 ? name : name.slice(colon + 1), false)
}
