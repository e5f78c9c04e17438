import { forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { isPortName, isValidPortNum } from '../../meta/names.ts'
import { validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { cidrErrors, isWithin, parseCidr } from '../cidr.ts'
import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../generated/networking.gen.ts'

const PROTOCOLS = ['TCP', 'UDP', 'SCTP']
const POLICY_TYPES = ['Ingress', 'Egress']

/** A peer and the path to it. */
export interface PlacedPeer {
  readonly field: string
  readonly peer: NetworkPolicyPeer
}

interface PlacedRule {
  readonly field: string
  readonly side: 'from' | 'to'
  readonly ports: readonly NetworkPolicyPort[]
  readonly peers: readonly NetworkPolicyPeer[]
}

const rulesOf = ({ spec }: NetworkPolicy): PlacedRule[] => [
  ...(spec?.ingress ?? []).map(({ ports = [], from = [] }, i) => ({
    field: `spec.ingress[${i}]`,
    side: 'from' as const,
    ports,
    peers: from,
  })),
  ...(spec?.egress ?? []).map(({ ports = [], to = [] }, i) => ({
    field: `spec.egress[${i}]`,
    side: 'to' as const,
    ports,
    peers: to,
  })),
]

/** Every peer of a policy. */
export const peersOf = (policy: NetworkPolicy): PlacedPeer[] =>
  rulesOf(policy).flatMap(({ field, side, peers }) =>
    peers.map((peer, i) => ({ field: `${field}.${side}[${i}]`, peer })),
  )

/**
 * Source: networking/validation ValidateNetworkPolicySpec. Ranges of `known` were there before and are
 * not judged again.
 */
export function networkPolicyErrors(policy: NetworkPolicy, known: readonly string[]): FieldError[] {
  const { podSelector, policyTypes = [] } = policy.spec ?? {}
  const errors = validateLabelSelector('spec.podSelector', podSelector)
  for (const { field, side, ports, peers } of rulesOf(policy)) {
    for (const [i, port] of ports.entries()) portErrors(errors, `${field}.ports[${i}]`, port)
    for (const [i, peer] of peers.entries())
      peerErrors(errors, `${field}.${side}[${i}]`, peer, known)
  }
  if (policyTypes.length > POLICY_TYPES.length) {
    const why = 'may not specify more than two policyTypes'
    return [...errors, invalid('spec.policyTypes', policyTypes, why)]
  }
  for (const [i, type] of policyTypes.entries())
    if (!POLICY_TYPES.includes(type))
      errors.push(notSupported(`spec.policyTypes[${i}]`, type, POLICY_TYPES))
  return errors
}

function portErrors(
  errors: FieldError[],
  field: string,
  { protocol, port, endPort }: NetworkPolicyPort,
): void {
  const wrong = (name: string, shown: unknown, reasons: readonly string[]): void => {
    for (const reason of reasons) errors.push(invalid(`${field}.${name}`, shown, reason))
  }
  if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS))
  if (port === undefined) {
    if (endPort !== undefined)
      wrong('endPort', endPort, ['may not be specified when `port` is not specified'])
  } else if (typeof port === 'number') {
    wrong('port', port, isValidPortNum(port))
    if (endPort === undefined) return
    if (endPort < port) wrong('endPort', endPort, ['must be greater than or equal to `port`'])
    wrong('endPort', endPort, isValidPortNum(endPort))
  } else {
    if (endPort !== undefined)
      wrong('endPort', endPort, ['may not be specified when `port` is non-numeric'])
    wrong('port', port, isPortName(port))
  }
}

function peerErrors(
  errors: FieldError[],
  field: string,
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  known: readonly string[],
): void {
  errors.push(...validateLabelSelector(`${field}.podSelector`, podSelector))
  errors.push(...validateLabelSelector(`${field}.namespaceSelector`, namespaceSelector))
  if (ipBlock) blockErrors(errors, `${field}.ipBlock`, ipBlock, known)
  if (!podSelector && !namespaceSelector && !ipBlock)
    errors.push(required(field, 'must specify a peer'))
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(forbidden(field, 'may not specify both ipBlock and another peer'))
}

function blockErrors(
  errors: FieldError[],
  field: string,
  { cidr, except = [] }: IPBlock,
  known: readonly string[],
): void {
  if (!cidr) return void errors.push(required(`${field}.cidr`, ''))
  errors.push(...cidrErrors(`${field}.cidr`, cidr, known))
  const whole = parseCidr(cidr)
  if (!whole) return
  for (const [i, text] of except.entries()) {
    const place = `${field}.except[${i}]`
    errors.push(...cidrErrors(place, text, known))
    const part = parseCidr(text)
    if (part && (!isWithin(part, whole) || whole.prefix >= part.prefix))
      errors.push(invalid(place, text, 'must be a strict subset of `cidr`'))
  }
}
