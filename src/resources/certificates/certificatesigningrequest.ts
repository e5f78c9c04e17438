import { X509Certificate } from 'node:crypto'
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { ageText, humanDuration } from '../../meta/timestamp.ts'
import { define, type Facts } from '../define.ts'
import { equal } from '../equal.ts'
import type { CertificateSigningRequest } from '../generated/certificates.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { signerNameErrors } from '../signer-name.ts'
import { conditionChangeErrors, conditionErrors, keepApproval, stampConditions } from './csr-conditions.ts'
import { pemBlocks } from './pem-blocks.ts'
import { parseSigningRequest, signatureProblem } from './signing-request.ts'

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown'
const SECONDS_MIN = 600
/** Source: certificates/v1 KeyUsage. */
const USAGES = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment',
  'decipher only', 'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel',
  'ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime',
  'server auth', 'signing', 'timestamping',
]

/** Source: pkg/registry/certificates/certificates/strategy.go. */
export const certificateSigningRequest = define<CertificateSigningRequest>({
  resource: 'certificatesigningrequests.certificates.k8s.io',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  namespaced: false,
  served: [
    { group: 'certificates.k8s.io', version: 'v1', schema: 'io.k8s.api.certificates.v1.CertificateSigningRequest' },
  ],
  validateName: () => [],
  defaults(object) {
    object.spec ??= { request: '', signerName: '' }
  },
  prepareCreate(object, { user }) {
    const { username: _, uid: _uid, groups: _groups, extra: _extra, ...asked } = object.spec
    object.spec = {
      ...asked, username: user.name, groups: [...user.groups],
      ...(user.uid && { uid: user.uid }),
      ...(user.extra && Object.keys(user.extra).length > 0 && { extra: copied(user.extra) }),
    }
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.spec = before.spec
    object.status = before.status
  },
  validate: (object) => requestErrors(object),
  validateUpdate: (object, before) => updateErrors(object, before, 'spec'),
  status: {
    prepare(object, before, facts) {
      object.spec = before.spec
      keepApproval(object, before)
      stampConditions(object, before, facts)
    },
    validate: (object, before) => updateErrors(object, before, 'status'),
  },
  parts: {
    approval: { prepare: prepareApproval, validate: (object, before) => updateErrors(object, before, 'approval') },
  },
  subresources: { approval: { kind: 'CertificateSigningRequest', verbs: ['get', 'patch', 'update'] } },
  fields: { 'spec.signerName': ({ spec }) => spec?.signerName ?? '' },
  columns: COLUMNS.CertificateSigningRequest,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '', ageText(metadata.creationTimestamp, now), spec?.signerName || '<none>', spec?.username ?? '',
    spec?.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000),
    stateOf(status),
  ],
})

const copied = (extra: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]))

function prepareApproval(object: CertificateSigningRequest, before: CertificateSigningRequest, facts: Facts): void {
  stampConditions(object, before, facts)
  object.spec = before.spec
  object.status = { ...before.status, conditions: object.status?.conditions ?? [] }
}

/** Source: printers.go extractCSRStatus. */
function stateOf({ conditions = [], certificate }: NonNullable<CertificateSigningRequest['status']> = {}): string {
  const has = (wanted: string): boolean => conditions.some(({ type }) => type === wanted)
  const decided = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return decided + (has('Failed') ? ',Failed' : '') + (certificate ? ',Issued' : '')
}

/** Source: certificates/validation validateCertificateSigningRequest; what was wrong before may stay. */
function requestErrors(object: CertificateSigningRequest, before?: CertificateSigningRequest): FieldError[] {
  const { request = '', usages = [], signerName = '', expirationSeconds } = object.spec
  const errors: FieldError[] = []
  const parsed = parseSigningRequest(request)
  const wrong = parsed.ok ? signatureProblem(parsed.value) : parsed.error
  if (wrong !== undefined) errors.push(invalid('spec.request', request, wrong))
  errors.push(...usageErrors(usages, before?.spec.usages))
  if (signerName === LEGACY_SIGNER && before?.spec.signerName !== LEGACY_SIGNER)
    errors.push(invalid('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version'))
  else errors.push(...signerNameErrors('spec.signerName', signerName))
  if (expirationSeconds !== undefined && expirationSeconds < SECONDS_MIN)
    errors.push(
      invalid('spec.expirationSeconds', expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)'),
    )
  errors.push(...conditionErrors(object, before))
  const certificate = object.status?.certificate
  if (!before || certificate !== before.status?.certificate) {
    const problem = certificateProblem(certificate)
    const kept = before && certificateProblem(before.status?.certificate) !== undefined
    if (problem !== undefined && !kept) errors.push(invalid('status.certificate', '<certificate data>', problem))
  }
  return errors
}

function usageErrors(usages: readonly string[], before: readonly string[] = []): FieldError[] {
  const errors: FieldError[] = usages.length === 0 ? [required('spec.usages', '')] : []
  const seen = new Set<string>()
  if (before.every((usage) => USAGES.includes(usage)))
    for (const [i, usage] of usages.entries())
      if (!USAGES.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, USAGES))
  if (new Set(before).size < before.length) return errors
  for (const [i, usage] of usages.entries()) {
    if (seen.has(usage)) errors.push(duplicate(`spec.usages[${i}]`, usage))
    seen.add(usage)
  }
  return errors
}

/** Source: certificates/validation validateCertificate. */
function certificateProblem(base64: string | undefined): string | undefined {
  if (!base64) return undefined
  const blocks = pemBlocks(Buffer.from(base64, 'base64').toString('latin1'))
  for (const { type, hasHeaders, bytes } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`
    if (hasHeaders) return 'no PEM block headers are permitted'
    if (bytes.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates'
    if (!isCertificate(bytes)) return 'x509: malformed certificate'
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined
}

function isCertificate(der: Uint8Array): boolean {
  try {
    return new X509Certificate(Buffer.from(der)).subject !== null
  } catch {
    return false
  }
}

/** Each path may set its own part alone. */
function updateErrors(
  object: CertificateSigningRequest,
  before: CertificateSigningRequest,
  via: 'spec' | 'status' | 'approval',
): FieldError[] {
  const errors = [...requestErrors(object, before), ...conditionChangeErrors(object, before, via === 'approval')]
  const [now, then] = [object.status?.certificate, before.status?.certificate]
  if (equal(now ?? '', then ?? '')) return errors
  if (via !== 'status') errors.push(forbidden('status.certificate', 'updates may not set certificate content'))
  else if (then) errors.push(forbidden('status.certificate', 'updates may not modify existing certificate content'))
  return errors
}
