import { invalid, type FieldError } from '../meta/field-error.ts'
import { ipText, parseIp, type IpAddress } from './ip.ts'

/** A subnet as written: the address keeps its bits beyond the prefix. */
export interface Cidr {
  readonly ip: IpAddress
  readonly prefix: number
  readonly leadingZeros: boolean
}

/** Undefined when the text is no subnet. Source: k8s.io/utils/net ParseCIDRSloppy. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const ip = parseIp(text.slice(0, slash))
  const digits = text.slice(slash + 1)
  if (!ip || !/^[0-9]+$/.test(digits)) return undefined
  const bits = ip.mapped ? 128 : ip.bytes.length * 8
  const given = Number(digits)
  if (given > bits || (ip.mapped && given < 96)) return undefined
  const leadingZeros = ip.leadingZeros || (digits.length > 1 && digits.startsWith('0'))
  return { ip, prefix: ip.mapped ? given - 96 : given, leadingZeros }
}

/** `10.0.0.0/8`: the canonical text, with the bits beyond the prefix cleared. */
export const subnetText = (cidr: Cidr): string =>
  `${ipText({ ...cidr.ip, bytes: masked(cidr) })}/${cidr.prefix}`

/** Whether bits are set beyond the prefix. */
export const hasHostBits = (cidr: Cidr): boolean =>
  masked(cidr).some((byte, i) => byte !== cidr.ip.bytes[i])

/** Whether the first address of `part` lies in `whole`. Source: Go's net.IPNet.Contains. */
export const isWithin = (part: Cidr, whole: Cidr): boolean => {
  const start = masked(part)
  const same = start.length === whole.ip.bytes.length
  const cut = masked({ ...part, ip: { ...part.ip, bytes: start }, prefix: whole.prefix })
  return same && masked(whole).every((byte, i) => byte === cut[i])
}

/** Source: util/validation/ip.go IsValidCIDRForLegacyField with StrictIPCIDRValidation. */
export function cidrErrors(
  field: string,
  text: string,
  before: readonly string[] = [],
): FieldError[] {
  if (before.includes(text)) return []
  const cidr = parseCidr(text)
  if (!cidr)
    return [
      invalid(field, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'),
    ]
  if (cidr.leadingZeros)
    return [invalid(field, text, 'must not have leading 0s in IP or prefix length')]
  if (cidr.ip.mapped) return [invalid(field, text, 'must not have an IPv4-mapped IPv6 address')]
  if (hasHostBits(cidr))
    return [invalid(field, text, 'must not have bits set beyond the prefix length')]
  return []
}

/** Strict: the canonical text only. Source: util/validation/ip.go IsValidCIDR. */
export function strictCidrErrors(field: string, text: string): FieldError[] {
  const errors = cidrErrors(field, text)
  if (errors.length > 0) return errors
  const canonical = subnetText(parseCidr(text)!)
  return canonical === text
    ? []
    : [invalid(field, text, `must be in canonical form (${JSON.stringify(canonical)})`)]
}

/** An address with the prefix of its network, `10.9.8.7/24`. Source: IsValidInterfaceAddress. */
export function interfaceAddressErrors(field: string, text: string): FieldError[] {
  const cidr = parseCidr(text)
  if (!cidr)
    return [
      invalid(field, text, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)'),
    ]
  const canonical = `${ipText(cidr.ip)}/${cidr.prefix}`
  return canonical === text
    ? []
    : [invalid(field, text, `must be in canonical form (${JSON.stringify(canonical)})`)]
}

/** Source: util/validation/ip.go GetWarningsForCIDR. */
export function cidrWarnings(field: string, text: string): string[] {
  const cidr = parseCidr(text)
  if (!cidr) return []
  const quote = JSON.stringify
  const canonical = quote(subnetText(cidr))
  const texts: string[] = []
  if (hasHostBits(cidr)) {
    const single = quote(`${ipText(cidr.ip)}/${cidr.ip.bytes.length * 8}`)
    texts.push(
      `${field}: CIDR value ${quote(text)} is ambiguous in this context (should be ${canonical} or ${single}?)`,
    )
  }
  if (cidr.leadingZeros || cidr.ip.mapped)
    texts.push(`${field}: non-standard CIDR value ${quote(text)} is invalid: use ${canonical}`)
  if (texts.length === 0 && canonical !== quote(text))
    texts.push(
      `${field}: IPv6 CIDR value ${quote(text)} should be in RFC 5952 canonical format (${canonical})`,
    )
  return texts
}

const masked = ({ ip, prefix }: Cidr): number[] =>
  ip.bytes.map((byte, i) => {
    const bits = Math.min(8, Math.max(0, prefix - i * 8))
    return byte & (0xff00 >> bits) & 0xff
  })
