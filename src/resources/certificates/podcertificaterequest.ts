import { isDomainPrefixedKey } from '../../meta/domain-name.ts'
import { invalid, invalidPlain, required, tooLong, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import type { PodCertificateRequest, PodCertificateRequestSpec } from '../generated/certificates.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { isKubernetesSigner, signerNameErrors } from '../signer-name.ts'
import { keyProblem, podStatusErrors } from './pod-certificate-status.ts'
import { parsePkcs10, signatureProblem } from './signing-request.ts'

const UID_BYTES_MAX = 128
const ANNOTATION_BYTES_MAX = 256 * 1024
const REQUEST_BYTES_MAX = 10 * 1024
/** Source: certificates MinMaxExpirationSeconds and its maxima. */
const SECONDS_MIN = 3_600
const KUBERNETES_SECONDS_MAX = 86_400
const SECONDS_MAX = 91 * 86_400

/** Source: pkg/registry/certificates/podcertificaterequest/strategy.go. */
export const podCertificateRequest = define<PodCertificateRequest>({
  resource: 'podcertificaterequests.certificates.k8s.io',
  kind: 'PodCertificateRequest',
  plural: 'podcertificaterequests',
  singular: 'podcertificaterequest',
  namespaced: true,
  served: [
    { group: 'certificates.k8s.io', version: 'v1', schema: 'io.k8s.api.certificates.v1.PodCertificateRequest' },
  ],
  validateName: nameIsDnsSubdomain,
  unconditionalUpdate: false,
  defaults(object) {
    object.spec ??= {} as PodCertificateRequestSpec
    object.spec.maxExpirationSeconds ??= KUBERNETES_SECONDS_MAX
  },
  prepareCreate(object) {
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: ({ spec }) => specErrors(spec),
  validateUpdate: ({ spec }, before) => (equal(spec, before.spec) ? [] : [invalid('spec', spec, 'field is immutable')]),
  status: {
    prepare(object, before) {
      object.spec = before.spec
      const { labels, annotations, finalizers, ownerReferences } = before.metadata
      Object.assign(object.metadata, { labels, annotations, finalizers, ownerReferences })
    },
    validate: (object, before, { now }) => podStatusErrors(object, before, now),
  },
  fields: {
    'spec.signerName': ({ spec }) => spec?.signerName ?? '',
    'spec.podName': ({ spec }) => spec?.podName ?? '',
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
  },
  columns: COLUMNS.PodCertificateRequest,
  cells: ({ metadata, spec, status }) => [
    metadata.name ?? '', spec?.podName ?? '', spec?.serviceAccountName ?? '', spec?.nodeName ?? '',
    spec?.signerName ?? '',
    (status?.conditions ?? []).findLast(({ type }) => STATES.includes(type))?.type ?? 'Pending',
    annotationsText(spec?.unverifiedUserAnnotations),
  ],
})

const STATES = ['Issued', 'Denied', 'Failed']

const annotationsText = (map: Readonly<Record<string, string>> = {}): string =>
  Object.entries(map).map(([key, value]) => `${key}=${value}`).sort().join(',') || '<none>'

/** Source: certificates/validation ValidatePodCertificateRequestCreate. */
function specErrors(spec: PodCertificateRequestSpec): FieldError[] {
  const { signerName = '', maxExpirationSeconds } = spec
  const errors = [...signerNameErrors('spec.signerName', signerName), ...annotationErrors(spec.unverifiedUserAnnotations)]
  for (const [name, uid] of [
    ['podName', 'podUID'], ['serviceAccountName', 'serviceAccountUID'], ['nodeName', 'nodeUID'],
  ] as const) {
    const named = spec[name] ?? ''
    errors.push(...nameIsDnsSubdomain(named, false).map((why) => invalid(`spec.${name}`, named, why)))
    errors.push(...uidErrors(`spec.${uid}`, spec[uid] ?? ''))
  }
  if (maxExpirationSeconds === undefined) return [...errors, required('spec.maxExpirationSeconds', 'must be set')]
  const max = isKubernetesSigner(signerName) ? KUBERNETES_SECONDS_MAX : SECONDS_MAX
  if (maxExpirationSeconds < SECONDS_MIN || maxExpirationSeconds > max)
    errors.push(
      invalid('spec.maxExpirationSeconds', maxExpirationSeconds, `must be in the range [${SECONDS_MIN}, ${max}]`),
    )
  return [...errors, ...requestErrors(spec.stubPKCS10Request)]
}

function uidErrors(field: string, uid: string): FieldError[] {
  if (uid === '') return [invalid(field, uid, 'must not be empty')]
  return uid.length > UID_BYTES_MAX ? [tooLong(field, UID_BYTES_MAX)] : []
}

function annotationErrors(annotations: Readonly<Record<string, string>> = {}): FieldError[] {
  const field = 'spec.unverifiedUserAnnotations'
  const errors = Object.keys(annotations).flatMap((key) => isDomainPrefixedKey(field, key.toLowerCase()))
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0)
  return bytes > ANNOTATION_BYTES_MAX ? [...errors, tooLong(field, ANNOTATION_BYTES_MAX)] : errors
}

/** The stub proves that the kubelet holds the key; what else it says is not looked at. */
function requestErrors(base64 = ''): FieldError[] {
  const field = 'spec.stubPKCS10Request'
  if (base64 === '')
    return [invalidPlain('spec', 'exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set')]
  const der = Buffer.from(base64, 'base64')
  if (der.length > REQUEST_BYTES_MAX) return [tooLong(field, REQUEST_BYTES_MAX)]
  const parsed = parsePkcs10(der)
  if (!parsed.ok) return [invalidPlain(field, 'must be a valid PKCS#10 CSR')]
  const wrong = keyProblem(field, parsed.value.publicKey)
  if (wrong) return [wrong]
  return signatureProblem(parsed.value) === undefined ? [] : [invalidPlain(field, 'invalid signature')]
}
