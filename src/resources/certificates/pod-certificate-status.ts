import { X509Certificate, type KeyObject } from 'node:crypto'
import type { Instant } from '../../base/clock.ts'
import { invalid, invalidPlain, notSupported, required, tooLong, type FieldError } from '../../meta/field-error.ts'
import { parseTime } from '../../meta/timestamp.ts'
import { conditionErrors } from '../conditions.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import type { PodCertificateRequest, PodCertificateRequestStatus } from '../generated/certificates.gen.ts'
import { pemBlocks } from './pem-blocks.ts'
import { parsePkcs10 } from './signing-request.ts'

const MINUTE_MS = 60_000
const CHAIN_BYTES_MAX = 100 * 1024
const CHAIN = 'status.certificateChain'
const STATES = ['Issued', 'Denied', 'Failed']
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1']
const RSA_BITS = [3072, 4096]

/** Keys that pods may ask certificates for. */
export function keyProblem(field: string, key: KeyObject): FieldError | undefined {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return undefined
    case 'ec':
      return CURVES.includes(namedCurve)
        ? undefined
        : invalid(field, `curve ${namedCurve}`, 'elliptic public keys must use curve P256, P384, or P521')
    case 'rsa':
      return RSA_BITS.includes(modulusLength)
        ? undefined
        : invalid(field, `${modulusLength}-bit modulus`, 'RSA keys must have modulus size 3072 or 4096')
    default:
      return invalidPlain(field, 'unknown public key type; supported types are Ed25519, ECDSA, and RSA')
  }
}

const isIn = (status: PodCertificateRequestStatus | undefined, ...states: string[]): boolean =>
  (status?.conditions ?? []).some(({ type, status }) => states.includes(type) && status === 'True')

/** A request is issued, denied or failed once. Source: ValidatePodCertificateRequestStatusUpdate. */
export function podStatusErrors(object: PodCertificateRequest, before: PodCertificateRequest, now: Instant): FieldError[] {
  const status = object.status ?? {}
  const wrong = stateErrors(status)
  if (wrong.length > 0) return wrong
  const unless = (same: boolean, why: string): FieldError[] => (same ? [] : [invalidPlain('status', why)])
  if (isIn(before.status, ...STATES))
    return unless(equal(status, before.status), 'immutable after PodCertificateRequest is issued, denied, or failed')
  if (isIn(status, 'Denied', 'Failed'))
    return unless(
      equal(status, { conditions: status.conditions }),
      'non-condition status fields must be empty when denying or failing the PodCertificateRequest',
    )
  if (isIn(status, 'Issued')) return issuedErrors(object, now)
  return unless(
    equal(status, before.status ?? {}),
    'status is immutable unless transitioning to "Issued", "Denied", or "Failed"',
  )
}

function stateErrors({ conditions = [] }: PodCertificateRequestStatus): FieldError[] {
  const errors: FieldError[] = []
  let known = 0
  for (const [i, { type, status }] of conditions.entries()) {
    // Upstream joins the index as a field of its own.
    const field = `status.conditions.[${i}]`
    if (!STATES.includes(type)) {
      errors.push(notSupported(`${field}.type`, type, STATES))
      continue
    }
    if (++known > 1)
      errors.push(invalid(`${field}.type`, type, 'There may be at most one condition with type "Issued", "Denied", or "Failed"'))
    if (status !== 'True') errors.push(notSupported(`${field}.status`, status, ['True']))
  }
  conditionErrors(errors, at(at(undefined, 'status'), 'conditions'), conditions)
  return errors
}

function issuedErrors({ spec, status = {} }: PodCertificateRequest, now: Instant): FieldError[] {
  const { certificateChain: chain = '' } = status
  if (Buffer.byteLength(chain) > CHAIN_BYTES_MAX) return [tooLong(CHAIN, CHAIN_BYTES_MAX)]
  const [first, ...rest] = pemBlocks(chain)
  const wrong = (why: string): FieldError[] => [invalid(CHAIN, chain, why)]
  if (!first) return wrong('issued certificate chain must contain at least one certificate')
  if (first.type !== 'CERTIFICATE') return wrong('issued certificate chain must consist entirely of CERTIFICATE PEM blocks')
  const leaf = certificateOf(first.bytes)
  if (!leaf) return wrong('leaf certificate does not parse as valid X.509')
  const request = parsePkcs10(Buffer.from(spec.stubPKCS10Request, 'base64'))
  if (!request.ok) return [invalidPlain('spec.stubPKCS10Request', 'must be a valid PKCS#10 CSR')]
  if (!isSameKey(request.value.publicKey, leaf.publicKey))
    return wrong('leaf certificate was not issued to the requested public key')
  const late = timeErrors(leaf, status, spec.maxExpirationSeconds ?? 0, now)
  if (late.length > 0) return late
  for (const { type, bytes } of rest) {
    if (type !== 'CERTIFICATE') return wrong('issued certificate chain must consist entirely of CERTFICATE PEM blocks')
    if (!certificateOf(bytes)) return wrong('intermediate certificate does not parse as valid X.509')
  }
  return []
}

function timeErrors(
  leaf: X509Certificate,
  { notBefore, notAfter, beginRefreshAt }: PodCertificateRequestStatus,
  maxSeconds: number,
  now: Instant,
): FieldError[] {
  const missing: FieldError[] = []
  const consistent = 'must be present and consistent with the issued certificate'
  if (!notBefore) missing.push(required('status.notBefore', consistent))
  if (!notAfter) missing.push(required('status.notAfter', consistent))
  if (!beginRefreshAt)
    missing.push(required('status.beginRefreshAt', 'must be present and in the range [notbefore+10min, notafter-10min]'))
  if (missing.length > 0) return missing
  const [from, to, refresh] = [parseTime(notBefore!) ?? 0, parseTime(notAfter!) ?? 0, parseTime(beginRefreshAt!) ?? 0]
  const [start, end] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]
  const wrong = (field: string, value: unknown, why: string): FieldError[] => [invalid(field, value, why)]
  if (from !== start)
    return wrong('status.notBefore', notBefore, 'must be set to the NotBefore time encoded in the leaf certificate')
  if (Math.abs(from - now) >= 5 * MINUTE_MS)
    return wrong('status.notBefore', notBefore, "must be set to within 5 minutes of kube-apiserver's current time")
  if (to !== end)
    return wrong('status.notAfter', notAfter, 'must be set to the NotAfter time encoded in the leaf certificate')
  const lifetime = goDuration(end - start)
  if (end - start < 60 * MINUTE_MS) return wrong(CHAIN, lifetime, 'leaf certificate lifetime must be >= 1 hour')
  if (end - start > maxSeconds * 1000)
    return wrong(CHAIN, lifetime, `leaf certificate lifetime must be <= spec.maxExpirationSeconds (${maxSeconds})`)
  if (refresh < from + 10 * MINUTE_MS)
    return wrong('status.beginRefreshAt', beginRefreshAt, 'must be at least 10 minutes after status.notBefore')
  if (refresh > to - 10 * MINUTE_MS)
    return wrong('status.beginRefreshAt', beginRefreshAt, 'must be at least 10 minutes before status.notAfter')
  return []
}

/** As Go's time.Duration prints whole seconds. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  return `${hours > 0 ? `${hours}h` : ''}${hours + minutes > 0 ? `${minutes}m` : ''}${seconds % 60}s`
}

function certificateOf(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(der))
  } catch {
    // It is no certificate.
    return undefined
  }
}

const isSameKey = (a: KeyObject, b: KeyObject): boolean => spki(a).equals(spki(b))
const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })
