import {
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../meta/field-error.ts'
import { equal } from '../equal.ts'
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  PriorityLevelConfiguration,
  QueuingConfiguration,
} from '../generated/flowcontrol.gen.ts'
import { conditionTypeErrors } from './condition-types.ts'
import { MANDATORY_LEVELS } from './mandatory.ts'

const QUEUES_MAX = 10_000_000
/** Bits of the hash that deals hands. Source: apiserver util/shufflesharding MaxHashBits. */
const HASH_BITS_MAX = 60
const OLD_ANNOTATION = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares'

/** Source: flowcontrol/validation ValidatePriorityLevelConfiguration. */
export function priorityLevelErrors(object: PriorityLevelConfiguration): FieldError[] {
  const { metadata, spec, status } = object
  const { type = '', limited, exempt } = spec ?? {}
  const errors: FieldError[] = []
  if (metadata.annotations?.[OLD_ANNOTATION] !== undefined)
    errors.push(forbidden('metadata.annotations', `annotation '${OLD_ANNOTATION}' is forbidden`))
  if ((metadata.name === 'exempt') !== (type === 'Exempt'))
    errors.push(invalid('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"))
  if (type === 'Exempt') {
    if (limited)
      errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'))
    if (exempt) {
      shareErrors(errors, 'spec.exempt', exempt)
      lendErrors(errors, 'spec.exempt', exempt.lendablePercent)
    }
  } else if (type === 'Limited') {
    if (exempt) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'))
    if (limited) limitedErrors(errors, limited)
    else errors.push(required('spec.limited', 'must not be empty when type is Limited'))
  } else if (type === '') errors.push(required('spec.type', ''))
  else errors.push(notSupported('spec.type', type, ['Exempt', 'Limited']))
  errors.push(...mandatoryErrors(object))
  return [...errors, ...conditionTypeErrors(status?.conditions)]
}

function mandatoryErrors({ metadata, spec }: PriorityLevelConfiguration): FieldError[] {
  const { name = '' } = metadata
  const wanted = MANDATORY_LEVELS.get(name)
  if (!wanted) return []
  const free = name === 'exempt'
  const given = free ? { ...spec, exempt: wanted.exempt } : spec
  if (equal(given, wanted)) return []
  const except = free ? " except the 'spec.exempt' field" : ''
  return [invalid('spec', spec, `spec of '${name}'${except} must equal the fixed value`)]
}

function shareErrors(
  errors: FieldError[],
  field: string,
  { nominalConcurrencyShares: shares = 0 }: ExemptPriorityLevelConfiguration,
): void {
  if (shares < 0)
    errors.push(
      invalid(`${field}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'),
    )
}

function lendErrors(errors: FieldError[], field: string, percent = 0): void {
  if (percent < 0 || percent > 100)
    errors.push(
      invalid(`${field}.lendablePercent`, percent, 'must be between 0 and 100, inclusive'),
    )
}

function limitedErrors(errors: FieldError[], limited: LimitedPriorityLevelConfiguration): void {
  const { type = '', queuing } = limited.limitResponse ?? {}
  const response = 'spec.limited.limitResponse'
  shareErrors(errors, 'spec.limited', limited)
  if (type === 'Reject') {
    if (queuing)
      errors.push(
        forbidden(
          `${response}.queuing`,
          'must be nil if limited.limitResponse.type is not Limited',
        ),
      )
  } else if (type === 'Queue') {
    if (queuing) queueErrors(errors, `${response}.queuing`, queuing)
    else
      errors.push(
        required(
          `${response}.queuing`,
          'must not be empty if limited.limitResponse.type is Limited',
        ),
      )
  } else if (type === '') errors.push(required(`${response}.type`, ''))
  else errors.push(notSupported(`${response}.type`, type, ['Queue', 'Reject']))
  lendErrors(errors, 'spec.limited', limited.lendablePercent)
  const { borrowingLimitPercent: borrowed = 0 } = limited
  if (borrowed < 0)
    errors.push(
      invalid(
        'spec.limited.borrowingLimitPercent',
        borrowed,
        'if specified, must be a non-negative integer',
      ),
    )
}

/** Source: flowcontrol/validation ValidatePriorityLevelQueuingConfiguration. */
function queueErrors(
  errors: FieldError[],
  field: string,
  { queueLengthLimit = 0, queues = 0, handSize = 0 }: QueuingConfiguration,
): void {
  const wrong = (name: string, shown: number, why: string): void =>
    void errors.push(invalid(`${field}.${name}`, shown, why))
  if (queueLengthLimit <= 0) wrong('queueLengthLimit', queueLengthLimit, 'must be positive')
  if (queues <= 0) wrong('queues', queues, 'must be positive')
  else if (queues > QUEUES_MAX)
    wrong('queues', queues, `must not be greater than ${QUEUES_MAX}`)
  const bits = Math.ceil(Math.log2(queues) * handSize)
  if (handSize <= 0) wrong('handSize', handSize, 'must be positive')
  else if (handSize > queues)
    wrong('handSize', handSize, `should not be greater than queues (${queues})`)
  else if (bits > HASH_BITS_MAX)
    wrong(
      'handSize',
      handSize,
      `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS_MAX}`,
    )
}
