import { X509Certificate } from 'node:crypto'
import { invalid, tooLong, type FieldError } from '../../meta/field-error.ts'
import { exceedsBytes, nameIsDnsSubdomain } from '../../meta/names.ts'
import { define } from '../define.ts'
import type { ClusterTrustBundle } from '../generated/certificates.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { signerNameErrors } from '../signer-name.ts'
import { pemBlocks, type PemBlock } from './pem-blocks.ts'

/** Source: certificates MaxTrustBundleSize. */
const BUNDLE_BYTES_MAX = 1024 * 1024
const FIELD = 'spec.trustBundle'
const OMITTED = '<value omitted>'

/** Source: pkg/registry/certificates/clustertrustbundle/strategy.go. */
export const clusterTrustBundle = define<ClusterTrustBundle>({
  resource: 'clustertrustbundles.certificates.k8s.io',
  kind: 'ClusterTrustBundle',
  plural: 'clustertrustbundles',
  singular: 'clustertrustbundle',
  namespaced: false,
  served: [
    { group: 'certificates.k8s.io', version: 'v1', schema: 'io.k8s.api.certificates.v1.ClusterTrustBundle' },
  ],
  // The rule for a name depends on the signer: `validate` judges it.
  validateName: () => [],
  defaults(object) {
    object.spec ??= { trustBundle: '' }
  },
  unconditionalUpdate: false,
  validate: (object) => [...nameErrors(object), ...signerErrors(object), ...bundleErrors(object.spec.trustBundle)],
  validateUpdate: (object, before) => [
    ...nameErrors(object), ...signerErrors(object),
    ...(object.spec.trustBundle === before.spec.trustBundle ? [] : bundleErrors(object.spec.trustBundle)),
    ...((object.spec.signerName ?? '') === (before.spec.signerName ?? '')
      ? []
      : [invalid('spec.signerName', object.spec.signerName ?? '', 'field is immutable')]),
  ],
  fields: { 'spec.signerName': ({ spec }) => spec?.signerName ?? '' },
  columns: COLUMNS.ClusterTrustBundle,
  cells: ({ metadata, spec }) => [metadata.name ?? '', spec?.signerName || '<none>'],
})

/** Bundles of a signer carry its name in front. Source: core/validation ValidateClusterTrustBundleName. */
function nameErrors({ metadata, spec }: ClusterTrustBundle): FieldError[] {
  const { name = '' } = metadata
  const wrong = (detail: string): FieldError => invalid('metadata.name', name, detail)
  const { signerName = '' } = spec
  if (signerName === '')
    return name.includes(':')
      ? [wrong('ClusterTrustBundle without signer name must not have ":" in its name')]
      : nameIsDnsSubdomain(name, false).map(wrong)
  const prefix = `${signerName.replaceAll('/', ':')}:`
  return name.startsWith(prefix)
    ? nameIsDnsSubdomain(name.slice(prefix.length), false).map(wrong)
    : [wrong(`ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`)]
}

const signerErrors = ({ spec }: ClusterTrustBundle): FieldError[] =>
  spec.signerName ? signerNameErrors('spec.signerName', spec.signerName) : []

/** Source: certificates/validation validateTrustBundle. */
function bundleErrors(text = ''): FieldError[] {
  if (exceedsBytes(text, BUNDLE_BYTES_MAX)) return [tooLong(FIELD, BUNDLE_BYTES_MAX)]
  const places = new Map<string, number[]>()
  const errors: FieldError[] = []
  for (const [i, block] of pemBlocks(text).entries()) {
    const problem = anchorProblem(block)
    if (problem === undefined) {
      const key = Buffer.from(block.bytes).toString('base64')
      places.set(key, [...(places.get(key) ?? []), i])
    } else errors.push(invalid(FIELD, OMITTED, `entry ${i} ${problem}`))
  }
  if (errors.length > 0) return errors
  if (places.size === 0) return [invalid(FIELD, OMITTED, 'at least one trust anchor must be provided')]
  return [...places.values()]
    .filter((indices) => indices.length > 1)
    .map((indices) => invalid(FIELD, OMITTED, `duplicate trust anchor (indices [${indices.join(' ')}])`))
}

function anchorProblem({ type, hasHeaders, bytes }: PemBlock): string | undefined {
  if (type !== 'CERTIFICATE') return `has bad block type: ${type}`
  if (hasHeaders) return 'has PEM block headers'
  try {
    return new X509Certificate(Buffer.from(bytes)).ca ? undefined : 'does not have the CA bit set'
  } catch {
    return 'does not parse as X.509'
  }
}
