const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const ADDRESS = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)

/** A canonical IPv4 address: what goes into a rule's text must be nothing else. */
export const isIpv4 = (text: string): boolean => ADDRESS.test(text)

/** An IPv4 range. */
export interface Ipv4Range {
  /** First address as a number. */
  readonly base: number
  readonly bits: number
}

/** Parses `10.0.0.0/8`; host bits are cleared. Undefined when it is no IPv4 range. */
export function parseRange(text: string): Ipv4Range | undefined {
  const [address = '', bits = '', more] = text.split('/')
  if (more !== undefined || !isIpv4(address) || !/^(?:[12]?[0-9]|3[0-2])$/.test(bits)) return undefined
  const size = 2 ** (32 - Number(bits))
  return { base: Math.floor(ipv4Number(address) / size) * size, bits: Number(bits) }
}

/** Canonical text of a range. */
export const rangeText = ({ base, bits }: Ipv4Range): string => `${ipv4Text(base)}/${bits}`

/** Whether the address is in the range. */
export const inRange = ({ base, bits }: Ipv4Range, address: string): boolean =>
  Math.floor(ipv4Number(address) / 2 ** (32 - bits)) * 2 ** (32 - bits) === base

/** An address as a number below 2^32. */
export const ipv4Number = (address: string): number =>
  address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)

/** An address from its number. */
export const ipv4Text = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
