import { isDomainPrefixedKey } from '../../../meta/domain-name.ts'
import { invalid, required, tooLong } from '../../../meta/field-error.ts'
import { validateLabelSelector } from '../../../meta/validate-label-selector.ts'
import { addInvalid, checkOneOf, checkRequired, checkUnixId } from '../../checks.ts'
import { where, type Path } from '../../field-path.ts'
import type {
  ClusterTrustBundleProjection,
  PodCertificateProjection,
} from '../../generated/core.gen.ts'
import { isKubernetesSigner, signerNameErrors, trustBundleNameReasons } from '../../signer-name.ts'
import { takePath, type Taken } from './taken-paths.ts'
import { localPathErrors } from './validate-path.ts'

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519']
const CERTIFICATE_SECONDS_MIN = 3600
/** Source: pkg/apis/certificates MaxMaxExpirationSeconds, KubernetesMaxMaxExpirationSeconds. */
const CERTIFICATE_SECONDS_MAX = 91 * 24 * 3600
const KUBERNETES_SECONDS_MAX = 24 * 3600
/** Source: apimachinery TotalAnnotationSizeLimitB. */
const ANNOTATION_BYTES_MAX = 256 * 1024

/** Source: core/validation validateProjectionSources, clusterTrustBundle. */
export function trustBundleErrors(
  taken: Taken,
  path: Path,
  bundle: ClusterTrustBundleProjection,
): void {
  const { errors } = taken
  const { name, signerName, labelSelector, path: text = '' } = bundle
  if (name !== undefined && signerName !== undefined)
    errors.push(invalid(where(path), bundle, 'only one of name and signerName may be used'))
  else if (name !== undefined) {
    if (name === '') errors.push(required(where(path, 'name'), 'must be a valid object name'))
    for (const reason of trustBundleNameReasons(name))
      errors.push(
        invalid(where(path, 'name'), name, `not a valid clustertrustbundlename: ${reason}`),
      )
    if (labelSelector)
      errors.push(
        invalid(
          where(path, 'labelSelector'),
          labelSelector,
          'labelSelector must be unset if name is specified',
        ),
      )
  } else if (signerName !== undefined) {
    if (signerName === '')
      errors.push(required(where(path, 'signerName'), 'must be a valid signer name'))
    errors.push(...signerNameErrors(where(path, 'signerName'), signerName))
    errors.push(...validateLabelSelector(where(path, 'labelSelector'), labelSelector))
  } else errors.push(required(where(path), 'either name or signerName must be specified'))
  checkRequired(errors, path, 'path', text)
  checkUnixId(errors, path, 'user', bundle.user)
  localPathErrors(errors, path, 'path', text)
  takePath(taken, text, text)
}

/** Source: core/validation validateProjectionSources, podCertificate. */
export function podCertificateErrors(
  taken: Taken,
  path: Path,
  certificate: PodCertificateProjection,
): void {
  const { errors } = taken
  const { signerName, userAnnotations, maxExpirationSeconds: seconds } = certificate
  errors.push(...signerNameErrors(where(path, 'signerName'), signerName ?? ''))
  if (userAnnotations) annotationErrors(taken, path, userAnnotations)
  checkUnixId(errors, path, 'user', certificate.user)
  checkOneOf(errors, path, 'keyType', certificate.keyType ?? '', KEY_TYPES)
  if (seconds !== undefined) {
    const max = isKubernetesSigner(signerName) ? KUBERNETES_SECONDS_MAX : CERTIFICATE_SECONDS_MAX
    const reasons: string[] = []
    if (seconds < CERTIFICATE_SECONDS_MIN)
      reasons.push(`if provided, maxExpirationSeconds must be >= ${CERTIFICATE_SECONDS_MIN}`)
    if (seconds > max) reasons.push(`if provided, maxExpirationSeconds must be <= ${max}`)
    addInvalid(errors, path, 'maxExpirationSeconds', seconds, reasons)
  }
  let paths = 0
  for (const field of ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const) {
    const text = certificate[field]
    if (!text) continue
    paths++
    localPathErrors(errors, path, field, text)
    takePath(taken, text, text)
  }
  if (paths === 0)
    errors.push(
      required(
        where(path),
        'specify at least one of credentialBundlePath, keyPath, and certificateChainPath',
      ),
    )
}

function annotationErrors(
  { errors }: Taken,
  path: Path,
  annotations: Readonly<Record<string, string>>,
): void {
  const field = where(path, 'userAnnotations')
  let bytes = 0
  for (const [key, value] of Object.entries(annotations)) {
    errors.push(...isDomainPrefixedKey(field, key.toLowerCase()))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > ANNOTATION_BYTES_MAX) errors.push(tooLong(field, ANNOTATION_BYTES_MAX))
}
