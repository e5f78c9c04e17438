import { err, ok, type Result } from '../base/result.ts'
import { goQuote } from '../meta/go-quote.ts'
import { functionOf, overload, typeNamed, type FunctionDecl, type Implementation, type Overload } from './declarations.ts'
import {
  addressText, containsAddress, containsPrefix, isGlobalUnicast, isLinkLocalMulticast, isLinkLocalUnicast,
  isLoopback, isMapped, isUnspecified, masked, parseAddress, parsePrefix, prefixText,
  type Address, type Prefix,
} from './net-address.ts'
import {
  NO_OVERLOAD, celObject, dataOf, failure, isFailure, orNoOverload,
  type ObjectKind, type Value,
} from './values.ts'

const same = (a: Address, b: Address): boolean => a.family === b.family && a.value === b.value

/** Addresses. Source: apiserver pkg/cel/ip.go. */
export const IP: ObjectKind<Address> = {
  type: typeNamed('IP'),
  equal: same,
  size: ({ family }) => (family === 4 ? 4 : 16),
  text: addressText,
}

/** Networks. Source: apiserver pkg/cel/cidr.go. */
export const CIDR: ObjectKind<Prefix> = {
  type: typeNamed('CIDR'),
  equal: (a, b) => a.bits === b.bits && same(a.address, b.address),
  size: ({ bits }) => Math.ceil(bits / 8),
  text: prefixText,
}

function readAddress(text: string): Result<Address, string> {
  const parsed = parseAddress(text)
  if (!parsed.ok) return err(`IP Address ${goQuote(text)} parse error during conversion from string: ${parsed.error}`)
  if (parsed.value.zone !== '') return err(`IP address ${goQuote(text)} with zone value is not allowed`)
  if (isMapped(parsed.value)) return err(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`)
  return parsed
}

const PARSE_ERROR = 'network address parse error during conversion from string: '

function readPrefix(text: string): Result<Prefix, string> {
  const parsed = parsePrefix(text)
  if (!parsed.ok) return err(PARSE_ERROR + parsed.error)
  if (isMapped(parsed.value.address)) return err(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`)
  return ok(parsed.value)
}

const toIp = (text: Value): Value => {
  if (typeof text !== 'string') return orNoOverload(text)
  const address = readAddress(text)
  return address.ok ? celObject(IP, address.value) : failure(address.error)
}

const toCidr = (text: Value): Value => {
  if (typeof text !== 'string') return orNoOverload(text)
  const prefix = readPrefix(text)
  return prefix.ok ? celObject(CIDR, prefix.value) : failure(PARSE_ERROR + prefix.error)
}

const ofIp =
  (run: (address: Address) => Value): Implementation =>
  (value) => {
    const address = dataOf(value, IP)
    return address ? run(address) : orNoOverload(value)
  }

const ofCidr =
  (run: (prefix: Prefix, other: Value) => Value): Implementation =>
  (value, other) => {
    const prefix = dataOf(value, CIDR)
    return prefix ? run(prefix, other) : orNoOverload(value)
  }

const ofText =
  (run: (text: string) => Value): Implementation =>
  (text) =>
    typeof text === 'string' ? run(text) : orNoOverload(text)

const isCanonical = ofText((text) => {
  const address = readAddress(text)
  return address.ok ? addressText(address.value) === text : failure(address.error)
})

/** A text that is no address is no overload for a network, as upstream answers. */
const containsIp = ofCidr((prefix, other) => {
  const address = dataOf(typeof other === 'string' ? toIp(other) : other, IP)
  return address ? containsAddress(prefix, address) : NO_OVERLOAD
})

const containsCidr = ofCidr((prefix, other) => {
  const value = typeof other === 'string' ? toCidr(other) : other
  const inner = dataOf(value, CIDR)
  if (inner) return containsPrefix(prefix, inner)
  return isFailure(value) ? value : NO_OVERLOAD
})

const test = (id: string, holds: (address: Address) => boolean): Overload[] => [
  overload(id, 'IP.() -> bool', ofIp(holds)),
]

/** Addresses and networks. Source: apiserver cel/library/ip.go, cidr.go. */
export const NET_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('ip', [
    overload('string_to_ip', '(string) -> IP', toIp),
    overload('cidr_ip', 'CIDR.() -> IP', ofCidr(({ address }) => celObject(IP, address))),
  ]),
  functionOf('family', [overload('ip_family', 'IP.() -> int', ofIp(({ family }) => family))]),
  functionOf('ip.isCanonical', [overload('ip_is_canonical', '(string) -> bool', isCanonical)]),
  functionOf('isUnspecified', test('ip_is_unspecified', isUnspecified)),
  functionOf('isLoopback', test('ip_is_loopback', isLoopback)),
  functionOf('isLinkLocalMulticast', test('ip_is_link_local_multicast', isLinkLocalMulticast)),
  functionOf('isLinkLocalUnicast', test('ip_is_link_local_unicast', isLinkLocalUnicast)),
  functionOf('isGlobalUnicast', test('ip_is_global_unicast', isGlobalUnicast)),
  functionOf('isIP', [overload('is_ip', '(string) -> bool', ofText((text) => readAddress(text).ok))]),
  functionOf('cidr', [overload('string_to_cidr', '(string) -> CIDR', toCidr)]),
  functionOf('containsIP', [
    overload('cidr_contains_ip_string', 'CIDR.(string) -> bool', containsIp),
    overload('cidr_contains_ip_ip', 'CIDR.(IP) -> bool', containsIp),
  ]),
  functionOf('containsCIDR', [
    overload('cidr_contains_cidr_string', 'CIDR.(string) -> bool', containsCidr),
    overload('cidr_contains_cidr', 'CIDR.(CIDR) -> bool', containsCidr),
  ]),
  functionOf('prefixLength', [overload('cidr_prefix_length', 'CIDR.() -> int', ofCidr(({ bits }) => bits))]),
  functionOf('masked', [overload('cidr_masked', 'CIDR.() -> CIDR', ofCidr((prefix) => celObject(CIDR, masked(prefix))))]),
  functionOf('isCIDR', [overload('is_cidr', '(string) -> bool', ofText((text) => readPrefix(text).ok))]),
  functionOf('string', [
    overload('ip_to_string', '(IP) -> string', ofIp(addressText)),
    overload('cidr_to_string', '(CIDR) -> string', ofCidr(prefixText)),
  ]),
]
