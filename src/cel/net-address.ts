import { err, ok, type Result } from '../base/result.ts'
import { goQuote } from '../meta/go-quote.ts'

/** An IP address: 32 or 128 bits. */
export interface Address {
  readonly family: 4 | 6
  readonly value: bigint
  /** Of an IPv6 address; empty for most. */
  readonly zone: string
}

/** A network: an address, whose bits behind the prefix may be set, and the length of the prefix. */
export interface Prefix {
  readonly address: Address
  readonly bits: number
}

/** Reads an address. Errors are Go's. Source: Go net/netip ParseAddr. */
export function parseAddress(text: string): Result<Address, string> {
  const fail = (message: string, at?: string): Result<never, string> =>
    err(`ParseAddr(${goQuote(text)}): ${message}${at === undefined ? '' : ` (at ${goQuote(at)})`}`)
  for (const character of text) {
    if (character === '.') {
      const fields = ipv4Fields(text)
      if ('message' in fields) return fail(fields.message, fields.at)
      return ok({ family: 4, value: valueOf(fields.bytes), zone: '' })
    }
    if (character === ':') {
      const parsed = parseIpv6(text)
      return 'message' in parsed ? fail(parsed.message, parsed.at) : ok(parsed)
    }
    if (character === '%') return fail('missing IPv6 address')
  }
  return fail('unable to parse IP')
}

interface Wrong {
  readonly message: string
  readonly at?: string
}

const valueOf = (bytes: readonly number[]): bigint =>
  bytes.reduce<bigint>((value, byte) => (value << 8n) | BigInt(byte), 0n)

function ipv4Fields(text: string): { readonly bytes: number[] } | Wrong {
  const bytes: number[] = []
  let value = 0
  let digits = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (/[0-9]/.test(character)) {
      if (digits === 1 && value === 0) return { message: 'IPv4 field has octet with leading zero' }
      value = value * 10 + Number(character)
      digits++
      if (value > 255) return { message: 'IPv4 field has value >255' }
    } else if (character === '.') {
      if (i === 0 || i === text.length - 1 || text[i - 1] === '.')
        return { message: 'IPv4 field must have at least one digit', at: text.slice(i) }
      if (bytes.length === 3) return { message: 'IPv4 address too long' }
      bytes.push(value)
      value = 0
      digits = 0
    } else return { message: 'unexpected character', at: text.slice(i) }
  }
  if (bytes.length < 3) return { message: 'IPv4 address too short' }
  return { bytes: [...bytes, value] }
}

function parseIpv6(text: string): Address | Wrong {
  const percent = text.indexOf('%')
  const zone = percent < 0 ? '' : text.slice(percent + 1)
  if (percent >= 0 && zone === '') return { message: 'zone must be a non-empty string' }
  let rest = percent < 0 ? text : text.slice(0, percent)
  const bytes: number[] = []
  let ellipsis = -1
  if (rest.startsWith('::')) {
    ellipsis = 0
    rest = rest.slice(2)
    if (rest === '') return { family: 6, value: 0n, zone }
  }
  while (bytes.length < 16) {
    const field = hexField(rest)
    if ('message' in field) return field
    if (rest[field.length] === '.') {
      const wrong = embedIpv4(rest, bytes, ellipsis)
      if (wrong) return wrong
      rest = ''
      break
    }
    bytes.push(field.value >> 8, field.value & 0xff)
    rest = rest.slice(field.length)
    if (rest === '') break
    if (rest[0] !== ':') return { message: 'unexpected character, want colon', at: rest }
    if (rest.length === 1) return { message: 'colon must be followed by more characters', at: rest }
    rest = rest.slice(1)
    if (rest[0] !== ':') continue
    if (ellipsis >= 0) return { message: 'multiple :: in address', at: rest }
    ellipsis = bytes.length
    rest = rest.slice(1)
    if (rest === '') break
  }
  if (rest !== '') return { message: 'trailing garbage after address', at: rest }
  if (bytes.length < 16) {
    if (ellipsis < 0) return { message: 'address string too short' }
    bytes.splice(ellipsis, 0, ...Array.from({ length: 16 - bytes.length }, () => 0))
  } else if (ellipsis >= 0) return { message: 'the :: must expand to at least one field of zeros' }
  return { family: 6, value: valueOf(bytes), zone }
}

function hexField(rest: string): { readonly value: number; readonly length: number } | Wrong {
  let value = 0
  let length = 0
  for (; length < rest.length && /[0-9a-fA-F]/.test(rest[length]!); length++) {
    value = value * 16 + parseInt(rest[length]!, 16)
    if (length > 3) return { message: 'each group must have 4 or less digits', at: rest }
    if (value > 0xffff) return { message: 'IPv6 field has value >=2^16', at: rest }
  }
  if (length === 0) return { message: 'each colon-separated field must have at least one digit', at: rest }
  return { value, length }
}

function embedIpv4(rest: string, bytes: number[], ellipsis: number): Wrong | undefined {
  if (ellipsis < 0 && bytes.length !== 12)
    return { message: 'embedded IPv4 address must replace the final 2 fields of the address', at: rest }
  if (bytes.length + 4 > 16)
    return { message: 'too many hex fields to fit an embedded IPv4 at the end of the address', at: rest }
  const fields = ipv4Fields(rest)
  if ('message' in fields) return fields
  bytes.push(...fields.bytes)
  return undefined
}

/** Whether an IPv6 address stands for an IPv4 one. */
export const isMapped = ({ family, value }: Address): boolean => family === 6 && value >> 32n === 0xffffn

/** An address as Go writes it, the longest run of zeros as `::`. Source: netip Addr.String. */
export function addressText({ family, value, zone }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
  const suffix = zone === '' ? '' : `%${zone}`
  if (isMapped({ family, value, zone }))
    return `::ffff:${addressText({ family: 4, value: value & 0xffffffffn, zone: '' })}${suffix}`
  const fields = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn))
  let [start, length] = [-1, 1]
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && fields[end] === 0) end++
    if (end - i > length) [start, length] = [i, end - i]
  }
  const hex = (part: readonly number[]): string => part.map((field) => field.toString(16)).join(':')
  if (start < 0) return hex(fields) + suffix
  return `${hex(fields.slice(0, start))}::${hex(fields.slice(start + length))}${suffix}`
}

/** Reads a network. Errors are Go's. Source: netip ParsePrefix. */
export function parsePrefix(text: string): Result<Prefix, string> {
  const fail = (message: string): Result<never, string> => err(`netip.ParsePrefix(${goQuote(text)}): ${message}`)
  const slash = text.lastIndexOf('/')
  if (slash < 0) return fail("no '/'")
  const address = parseAddress(text.slice(0, slash))
  if (!address.ok) return fail(address.error)
  if (address.value.zone !== '') return fail('IPv6 zones cannot be present in a prefix')
  const digits = text.slice(slash + 1)
  if (!/^(?:0|[1-9]\d*)$/.test(digits)) return fail(`bad bits after slash: ${goQuote(digits)}`)
  const bits = Number(digits)
  if (bits >= 2 ** 63) return fail(`bad bits after slash: ${goQuote(digits)}`)
  if (bits > widthOf(address.value)) return fail('prefix length out of range')
  return ok({ address: address.value, bits })
}

const widthOf = ({ family }: Address): number => (family === 4 ? 32 : 128)

/** A network as Go writes it. */
export const prefixText = ({ address, bits }: Prefix): string => `${addressText(address)}/${bits}`

/** The network with all bits behind its prefix unset. */
export function masked({ address, bits }: Prefix): Prefix {
  const free = BigInt(widthOf(address) - bits)
  return { address: { ...address, value: (address.value >> free) << free }, bits }
}

/** Whether an address lies in a network. */
export function containsAddress({ address, bits }: Prefix, other: Address): boolean {
  if (address.family !== other.family) return false
  const free = BigInt(widthOf(address) - bits)
  return address.value >> free === other.value >> free
}

/** Whether one network lies in another. */
export const containsPrefix = (outer: Prefix, inner: Prefix): boolean =>
  outer.bits <= inner.bits && containsAddress(outer, inner.address)

/** Kinds of addresses. Source: netip Addr.Is*. */
export const isUnspecified = ({ value }: Address): boolean => value === 0n
export const isLoopback = ({ family, value }: Address): boolean =>
  family === 4 ? value >> 24n === 127n : value === 1n
export const isLinkLocalMulticast = ({ family, value }: Address): boolean =>
  family === 4 ? value >> 8n === 0xe00000n : ((value >> 112n) & 0xff0fn) === 0xff02n
export const isLinkLocalUnicast = ({ family, value }: Address): boolean =>
  family === 4 ? value >> 16n === 0xa9fen : ((value >> 112n) & 0xffc0n) === 0xfe80n
const isMulticast = ({ family, value }: Address): boolean =>
  family === 4 ? value >> 28n === 0xen : value >> 120n === 0xffn
export const isGlobalUnicast = (address: Address): boolean =>
  !(address.family === 4 && address.value === 0xffffffffn) &&
  !isUnspecified(address) &&
  !isLoopback(address) &&
  !isMulticast(address) &&
  !isLinkLocalUnicast(address)
