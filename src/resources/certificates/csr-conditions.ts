import {
  duplicate, forbidden, invalid, notSupported, required, type FieldError,
} from '../../meta/field-error.ts'
import { timeText } from '../../meta/timestamp.ts'
import type { Facts } from '../define.ts'
import { equal } from '../equal.ts'
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../generated/certificates.gen.ts'
import { unifiedDiff } from '../unified-diff.ts'

type Condition = CertificateSigningRequestCondition

const FIELD = 'status.conditions'
const ANY_STATUS = ['False', 'True', 'Unknown']
/** Said once and for all. */
const TRUE_ONLY = ['Approved', 'Denied', 'Failed']

const conditionsOf = ({ status }: CertificateSigningRequest): Condition[] => status?.conditions ?? []

const ofType = (request: CertificateSigningRequest, type: string): Condition[] =>
  conditionsOf(request).filter((condition) => condition.type === type)

/** Source: certificates/validation validateConditions; what was wrong before may stay. */
export function conditionErrors(request: CertificateSigningRequest, before?: CertificateSigningRequest): FieldError[] {
  const errors: FieldError[] = []
  const old = before ? conditionsOf(before).map(({ type }) => type) : []
  const bothBefore = old.includes('Approved') && old.includes('Denied')
  const doubledBefore = new Set(old).size < old.length
  const seen = new Set<string>()
  for (const [i, { type = '', status = '' }] of conditionsOf(request).entries()) {
    const at = `${FIELD}[${i}]`
    if (type === '' && !old.includes('')) errors.push(required(`${at}.type`, ''))
    const allowed = TRUE_ONLY.includes(type) ? ['True'] : ANY_STATUS
    if (status === '') errors.push(required(`${at}.status`, ''))
    else if (!allowed.includes(status)) errors.push(notSupported(`${at}.status`, status, allowed))
    const other = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined
    if (other && seen.has(other) && !bothBefore)
      errors.push(invalid(FIELD, type, 'Approved and Denied conditions are mutually exclusive'))
    if (seen.has(type) && !doubledBefore) errors.push(duplicate(`${at}.type`, type))
    seen.add(type)
  }
  return errors
}

/** Who may set what: approval is not signing. Source: validateCertificateSigningRequestUpdate. */
export function conditionChangeErrors(
  request: CertificateSigningRequest,
  before: CertificateSigningRequest,
  approving: boolean,
): FieldError[] {
  const errors: FieldError[] = []
  for (const type of TRUE_ONLY)
    if (ofType(request, type).length < ofType(before, type).length)
      errors.push(forbidden(FIELD, `updates may not remove a condition of type "${type}"`))
  if (approving) return errors
  for (const type of ['Approved', 'Denied']) {
    const [now, then] = [ofType(request, type), ofType(before, type)]
    if (now.length > then.length) errors.push(forbidden(FIELD, `updates may not add a condition of type "${type}"`))
    else if (now.length === then.length && !equal(now, then))
      errors.push(forbidden(FIELD, `updates may not modify a condition of type "${type}"\n${unifiedDiff(then, now)}`))
  }
  return errors
}

/** Times that a client left out. Source: certificates/strategy.go populateConditionTimestamps. */
export function stampConditions(
  request: CertificateSigningRequest,
  before: CertificateSigningRequest,
  { now }: Pick<Facts, 'now'>,
): void {
  if (!request.status?.conditions) return
  request.status.conditions = request.status.conditions.map((condition) => ({
    ...condition,
    lastUpdateTime: condition.lastUpdateTime || timeText(now),
    lastTransitionTime: condition.lastTransitionTime || since(condition, before) || timeText(now),
  }))
}

const since = ({ type, status }: Condition, before: CertificateSigningRequest): string | undefined =>
  conditionsOf(before)
    .filter((one) => one.type === type && one.status === status)
    .find((one) => one.lastTransitionTime)?.lastTransitionTime

/** An update of the status moves nothing of an approval. Source: preserveConditionInstances. */
export function keepApproval(request: CertificateSigningRequest, before: CertificateSigningRequest): void {
  for (const type of ['Approved', 'Denied']) {
    const old = ofType(before, type)
    if (ofType(request, type).length !== old.length || old.length === 0) continue
    let next = 0
    request.status!.conditions = conditionsOf(request).map((one) => (one.type === type ? old[next++]! : one))
  }
}
