import { RE2JS } from 're2js'
import { canonicalDuration } from '../../meta/duration.ts'
import { parseTime } from '../../meta/timestamp.ts'
import { parseCidr } from '../cidr.ts'
import { parseIp } from '../ip.ts'

/**
 * Formats of texts that schemas may name; others are ignored. Names are without dashes, as go-openapi has
 * them. Sources: apiextensions-apiserver apiserver/validation/formats.go, kube-openapi strfmt,
 * govalidator.
 */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: matches(/^[0-9a-fA-F]{24}$/),
  uri: isRequestUri,
  email: isEmail,
  hostname: isHostname,
  ipv4: (text) => text.includes('.') && parseIp(text) !== undefined,
  ipv6: (text) => text.includes(':') && parseIp(text) !== undefined,
  cidr: (text) => parseCidr(text) !== undefined,
  mac: isMac,
  uuid: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid3: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid4: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  uuid5: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: matches(/^\d{3}[- ]\d{2}[- ]\d{4}$/),
  hexcolor: matches(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matches(new RegExp(`^rgb\\(\\s*${byte()}\\s*,\\s*${byte()}\\s*,\\s*${byte()}\\s*\\)$`)),
  byte: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= 63 && SHORT_NAME.test(text),
  k8slongname: (text) => text.length <= 253 && text.split('.').every((part) => SHORT_NAME.test(part)),
}

/** The check of a format; undefined for one that is not known. */
export const formatCheck = (format: string): ((text: string) => boolean) | undefined => {
  const name = format.replaceAll('-', '')
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined
}

/** Whether a format means something for a schema of this type. Source: formats.go GetUnrecognizedFormats. */
export function isFormatKnown(type: string, format: string): boolean {
  if (type === 'integer') return format === 'int32' || format === 'int64'
  if (type === 'number') return format === 'float' || format === 'double'
  return (type === '' || type === 'string') && formatCheck(format) !== undefined
}

const SHORT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/

function matches(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text)
}

function byte(): string {
  return '(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])'
}

/** Source: net/url ParseRequestURI. */
function isRequestUri(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (text === '' || /[\x00-\x1f\x7f]/.test(text)) return false
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text)?.[0]
  const rest = text.slice(scheme?.length ?? 0)
  if (!rest.startsWith('/')) return scheme !== undefined
  const path = rest.split('?')[0]!
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return false
  const host = rest.startsWith('//') && scheme !== undefined ? rest.slice(2).split(/[/?]/)[0]! : ''
  return !/[\s<>"{}|\\^`]/.test(host) && /^(?:[^:]*|.*:\d*|\[.*\](?::\d*)?)$/.test(host.slice(host.lastIndexOf('@') + 1))
}

/** Source: net/mail ParseAddress, without comments and quoted local parts of several words. */
function isEmail(text: string): boolean {
  const inside = /^[^<>]*<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim()
  const at = inside.lastIndexOf('@')
  const local = inside.slice(0, at)
  const plain = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+)*$/
  if (at < 1 || !(plain.test(local) || /^"(?:[^"\\]|\\.)*"$/.test(local))) return false
  const domain = inside.slice(at + 1)
  return plain.test(domain) || /^\[[^[\]\\]*\]$/.test(domain)
}

const HOSTNAME = RE2JS.compile(
  '^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)|([a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$',
)

function isHostname(text: string): boolean {
  if (Buffer.byteLength(text) > 255) return false
  return text.split('.').every((part) => Buffer.byteLength(part) <= 63) && HOSTNAME.test(text)
}

/** 6, 8 or 20 bytes with colons, dashes or dots. Source: net.ParseMAC. */
function isMac(text: string): boolean {
  const pairs = /^(?:[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2})*|[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2})*)$/
  if (pairs.test(text)) return [17, 23, 59].includes(text.length)
  return /^[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4})*$/.test(text) && [14, 19, 49].includes(text.length)
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '')
  if (!/^[0-9]{9}[0-9X]$/.test(digits)) return false
  const sum = [...digits].reduce((total, c, i) => total + (c === 'X' ? 10 : Number(c)) * (10 - i), 0)
  return sum % 11 === 0
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '')
  if (!/^[0-9]{13}$/.test(digits)) return false
  return [...digits].reduce((total, c, i) => total + Number(c) * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0
}

const CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/

function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, '')
  if (!CARD.test(digits)) return false
  const sum = [...digits].reverse().reduce((total, c, i) => {
    const value = Number(c) * (i % 2 === 1 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && parseTime(`${text}T00:00:00Z`) !== undefined
}

/** Source: kube-openapi strfmt/time.go IsDateTime. */
function isDateTime(text: string): boolean {
  const [date = '', time, ...more] = text.toLowerCase().split('t')
  if (time === undefined || more.length > 0 || !isDate(date)) return false
  const match = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/.exec(time)
  return match !== null && match[1]! <= '23' && match[2]! <= '59' && match[3]! <= '59'
}

const UNITS = /^(?:ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/

/** Go's durations, and words such as `2 days`. Source: kube-openapi strfmt/duration.go. */
function isDuration(text: string): boolean {
  if (canonicalDuration(text).ok) return true
  return [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)].some(([, unit = '']) => UNITS.test(unit.toLowerCase()))
}
