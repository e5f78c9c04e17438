import { invalid, type FieldError } from '../meta/field-error.ts'

/** An address as 4 or 16 bytes; an IPv4-mapped IPv6 address is 4 bytes, as Go's net.IP.To4 sees it. */
export interface IpAddress {
  readonly bytes: readonly number[]
  /** Written with leading zeros, which only Go's sloppy parser takes. */
  readonly leadingZeros: boolean
  /** Written as `::ffff:10.0.0.1`. */
  readonly mapped: boolean
}

/** Undefined when the text is no address. Source: k8s.io/utils/net ParseIPSloppy. */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** Whether the address is IPv4 (or an IPv6 address that maps one). */
export const isIpv4Text = (text: string): boolean => parseIp(text)?.bytes.length === 4

/** Whether the address is IPv6. */
export const isIpv6Text = (text: string): boolean => parseIp(text)?.bytes.length === 16

/** Canonical text. Source: RFC 5952, Go's net.IP.String. */
export const ipText = (ip: IpAddress): string =>
  ip.bytes.length === 4 ? ip.bytes.join('.') : ipv6Text(ip.bytes)

/**
 * What is wrong with an address in a field that is older than strict rules; texts that the object held
 * before may stay. Source: util/validation/ip.go IsValidIPForLegacyField with StrictIPCIDRValidation.
 */
export function ipErrors(field: string, text: string, before: readonly string[] = []): FieldError[] {
  if (before.includes(text)) return []
  const ip = parseIp(text)
  if (!ip)
    return [invalid(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
  if (ip.leadingZeros) return [invalid(field, text, 'must not have leading 0s')]
  if (ip.mapped) return [invalid(field, text, 'must not be an IPv4-mapped IPv6 address')]
  return []
}

/** Strict: the canonical text only. Source: util/validation/ip.go IsValidIP. */
export function strictIpErrors(field: string, text: string): FieldError[] {
  const errors = ipErrors(field, text)
  if (errors.length > 0) return errors
  const canonical = ipText(parseIp(text)!)
  return canonical === text
    ? []
    : [invalid(field, text, `must be in canonical form (${JSON.stringify(canonical)})`)]
}

/** Addresses that make no sense as an endpoint. Source: core/validation ValidateEndpointIP. */
export function endpointIpErrors(field: string, text: string): FieldError[] {
  const ip = parseIp(text)
  if (!ip) return [invalid(field, text, 'must be a valid IP address')]
  const errors: FieldError[] = []
  const [a, b, c] = ip.bytes as [number, number, number]
  const four = ip.bytes.length === 4
  const last = ip.bytes[15]
  const zeros = ip.bytes.slice(0, -1).every((byte) => byte === 0)
  if (ip.bytes.every((byte) => byte === 0))
    errors.push(invalid(field, text, `may not be unspecified (${text})`))
  if (four ? a === 127 : zeros && last === 1)
    errors.push(invalid(field, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
  if (four ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80)
    errors.push(
      invalid(field, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'),
    )
  if (four ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 2)
    errors.push(
      invalid(
        field,
        text,
        'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
      ),
    )
  return errors
}

/** `Warning` texts about spelling. Source: util/validation/ip.go GetWarningsForIP. */
export function ipWarnings(field: string, text: string): string[] {
  const ip = parseIp(text)
  if (!ip) return []
  const canonical = ipText(ip)
  if (ip.leadingZeros || ip.mapped)
    return [
      `${field}: non-standard IP address ${JSON.stringify(text)} is invalid: use ${JSON.stringify(canonical)}`,
    ]
  if (canonical === text) return []
  return [
    `${field}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`,
  ]
}

function parseIpv4(text: string): IpAddress | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const bytes: number[] = []
  let leadingZeros = false
  for (const part of parts) {
    if (!/^[0-9]+$/.test(part)) return undefined
    const value = Number(part)
    if (value > 255) return undefined
    if (part.length > 1 && part.startsWith('0')) leadingZeros = true
    bytes.push(value)
  }
  return { bytes, leadingZeros, mapped: false }
}

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupBytes(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? groupBytes(halves[1]!, true) : { bytes: [], zeros: false }
  if (!head || !tail) return undefined
  const missing = 16 - head.bytes.length - tail.bytes.length
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined
  const bytes = [...head.bytes, ...Array<number>(missing).fill(0), ...tail.bytes]
  const leadingZeros = tail.zeros || head.zeros
  const mapped =
    bytes[10] === 0xff && bytes[11] === 0xff && bytes.slice(0, 10).every((byte) => byte === 0)
  return { bytes: mapped ? bytes.slice(12) : bytes, leadingZeros, mapped }
}

function groupBytes(
  text: string,
  mayEndInIpv4: boolean,
): { bytes: number[]; zeros: boolean } | undefined {
  const bytes: number[] = []
  if (text === '') return { bytes, zeros: false }
  const groups = text.split(':')
  for (const [i, group] of groups.entries()) {
    if (mayEndInIpv4 && i === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group)
      return ipv4 && { bytes: [...bytes, ...ipv4.bytes], zeros: ipv4.leadingZeros }
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined
    const value = parseInt(group, 16)
    bytes.push(value >> 8, value & 0xff)
  }
  return { bytes, zeros: false }
}

function ipv6Text(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[i * 2]! << 8) | bytes[i * 2 + 1]!)
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const hex = groups.map((group) => group.toString(16))
  if (best.start < 0) return hex.join(':')
  const end = hex.slice(best.start + best.length).join(':')
  return `${hex.slice(0, best.start).join(':')}::${end}`
}
