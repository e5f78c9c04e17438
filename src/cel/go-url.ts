import { err, ok, type Result } from '../base/result.ts'
import { goQuote } from '../meta/go-quote.ts'
import { textOfUtf8 } from '../meta/utf8.ts'
import { parseAddress } from './net-address.ts'

/**
 * A URL as Go reads it. Its parts are texts of bytes (one character a byte), since escapes need not be
 * UTF-8; textOf makes them readable. Source: Go net/url.
 */
export interface GoUrl {
  readonly scheme: string
  readonly opaque: string
  readonly user: { readonly name: string; readonly password: string | undefined } | undefined
  readonly host: string
  readonly path: string
  readonly rawPath: string
  readonly rawQuery: string
  readonly forceQuery: boolean
  readonly omitHost: boolean
  readonly fragment: string
  readonly rawFragment: string
}

/** Text of bytes, and back. */
export const textOf = (bytes: string): string => textOfUtf8(Buffer.from(bytes, 'latin1'))
const bytesOf = (text: string): string => Buffer.from(text).toString('latin1')

type Part = 'path' | 'host' | 'zone' | 'user' | 'query' | 'fragment'

/** Characters that a part holds unescaped, beside letters, digits and `-_.~`. */
const PLAIN: Readonly<Record<Part, string>> = {
  path: '$&+,/:;=@',
  host: '!$&\'()*+,;=:[]<>"',
  zone: '!$&\'()*+,;=:[]<>"',
  user: '$&+,;=',
  query: '',
  fragment: '$&+,/:;=?@!()*',
}

const mustEscape = (byte: string, part: Part): boolean =>
  !/[A-Za-z0-9\-_.~]/.test(byte) && !PLAIN[part].includes(byte)

const escape = (bytes: string, part: Part): string => {
  let text = ''
  for (const byte of bytes)
    text += mustEscape(byte, part) ? `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : byte
  return text
}

function unescape(bytes: string, part: Part): Result<string, string> {
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte !== '%') {
      const foreign = (part === 'host' || part === 'zone') && byte < '\x80' && mustEscape(byte, part)
      if (foreign) return err(`invalid character ${goQuote(byte)} in host name`)
      text += byte === '+' && part === 'query' ? ' ' : byte
      continue
    }
    const digits = bytes.slice(i + 1, i + 3)
    const code = /^[0-9a-fA-F]{2}$/.test(digits) ? parseInt(digits, 16) : -1
    const refused =
      code < 0 ||
      (part === 'host' && code < 0x80 && digits !== '25') ||
      (part === 'zone' && digits !== '25' && code !== 0x20 && mustEscape(String.fromCharCode(code), 'host'))
    if (refused) return err(`invalid URL escape ${goQuote(textOf(bytes.slice(i, i + 3)))}`)
    text += String.fromCharCode(code)
    i += 2
  }
  return ok(text)
}

/** Reads a URL that stands in a request: absolute, or an absolute path. Source: url.ParseRequestURI. */
export function parseRequestUri(text: string): Result<GoUrl, string> {
  const parsed = parse(bytesOf(text), true)
  return parsed.ok ? parsed : err(`parse ${goQuote(text)}: ${parsed.error}`)
}

/** Reads any URL. Source: url.Parse. */
export function parseUrl(text: string): Result<GoUrl, string> {
  const bytes = bytesOf(text)
  const hash = bytes.indexOf('#')
  const whole = hash < 0 ? bytes : bytes.slice(0, hash)
  const parsed = parse(whole, false)
  if (!parsed.ok) return err(`parse ${goQuote(textOf(whole))}: ${parsed.error}`)
  const rawFragment = hash < 0 ? '' : bytes.slice(hash + 1)
  const fragment = unescape(rawFragment, 'fragment')
  if (!fragment.ok) return err(`parse ${goQuote(text)}: ${fragment.error}`)
  return ok({ ...parsed.value, fragment: fragment.value, rawFragment })
}

const NOTHING: GoUrl = {
  scheme: '', opaque: '', user: undefined, host: '', path: '', rawPath: '', rawQuery: '',
  forceQuery: false, omitHost: false, fragment: '', rawFragment: '',
}

function parse(bytes: string, request: boolean): Result<GoUrl, string> {
  if (/[\x00-\x1f\x7f]/.test(bytes)) return err('net/url: invalid control character in URL')
  if (bytes === '' && request) return err('empty url')
  if (bytes === '*') return ok({ ...NOTHING, path: '*' })
  if (bytes.startsWith(':')) return err('missing protocol scheme')
  const written = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(bytes)?.[1] ?? ''
  const scheme = written.toLowerCase()
  let rest = written === '' ? bytes : bytes.slice(written.length + 1)
  const mark = rest.indexOf('?')
  const forceQuery = mark >= 0 && mark === rest.length - 1
  const rawQuery = mark < 0 ? '' : rest.slice(mark + 1)
  if (mark >= 0) rest = rest.slice(0, mark)
  const url = { ...NOTHING, scheme, rawQuery, forceQuery }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return ok({ ...url, opaque: rest })
    if (request) return err('invalid URI for request')
    if (rest.split('/', 1)[0]!.includes(':')) return err('first path segment in URL cannot contain colon')
  }
  const authority = (scheme !== '' || (!request && !rest.startsWith('///'))) && rest.startsWith('//')
  if (!authority) return withPath({ ...url, omitHost: scheme !== '' && rest.startsWith('/') }, rest)
  const slash = rest.indexOf('/', 2)
  const parts = parseAuthority(scheme, slash < 0 ? rest.slice(2) : rest.slice(2, slash))
  return parts.ok ? withPath({ ...url, ...parts.value }, slash < 0 ? '' : rest.slice(slash)) : parts
}

function withPath(url: GoUrl, written: string): Result<GoUrl, string> {
  const path = unescape(written, 'path')
  if (!path.ok) return path
  return ok({ ...url, path: path.value, rawPath: escape(path.value, 'path') === written ? '' : written })
}

function parseAuthority(scheme: string, authority: string): Result<Pick<GoUrl, 'user' | 'host'>, string> {
  const at = authority.lastIndexOf('@')
  const host = parseHost(scheme, authority.slice(at + 1))
  if (!host.ok) return host
  if (at < 0) return ok({ user: undefined, host: host.value })
  const info = authority.slice(0, at)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) return err('net/url: invalid userinfo')
  const colon = info.indexOf(':')
  const name = unescape(colon < 0 ? info : info.slice(0, colon), 'user')
  if (!name.ok) return name
  const password = unescape(colon < 0 ? '' : info.slice(colon + 1), 'user')
  if (!password.ok) return password
  return ok({ user: { name: name.value, password: colon < 0 ? undefined : password.value }, host: host.value })
}

const isPort = (text: string): boolean => /^(?::[0-9]*)?$/.test(text)

function parseHost(scheme: string, host: string): Result<string, string> {
  const open = host.lastIndexOf('[')
  if (open > 0) return err('invalid IP-literal')
  if (open === 0) return parseLiteral(host)
  const first = host.indexOf(':')
  if (first >= 0) {
    const strict = scheme === 'http' || scheme === 'https'
    const port = host.slice(strict ? first : host.lastIndexOf(':'))
    if (!isPort(port)) return err(`invalid port ${goQuote(textOf(port))} after host`)
  }
  return unescape(host, 'host')
}

function parseLiteral(host: string): Result<string, string> {
  const close = host.lastIndexOf(']')
  if (close < 0) return err("missing ']' in host")
  const port = host.slice(close + 1)
  if (!isPort(port)) return err(`invalid port ${goQuote(textOf(port))} after host`)
  const name = host.slice(1, close)
  const zone = name.indexOf('%25')
  const address = unescape(zone < 0 ? name : name.slice(0, zone), 'host')
  if (!address.ok) return address
  const suffix = unescape(zone < 0 ? '' : name.slice(zone), 'zone')
  if (!suffix.ok) return suffix
  const whole = address.value + suffix.value
  const parsed = parseAddress(textOf(whole))
  if (!parsed.ok) return err(`invalid host: ${parsed.error}`)
  return parsed.value.family === 4 ? err('invalid IP-literal') : ok(`[${whole}]${port}`)
}

/** Host without brackets and port, and the port. Source: url.splitHostPort. */
export function hostAndPort({ host }: GoUrl): { readonly host: string; readonly port: string } {
  const colon = host.lastIndexOf(':')
  const split = colon >= 0 && isPort(host.slice(colon))
  const name = split ? host.slice(0, colon) : host
  const bare = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name
  return { host: bare, port: split ? host.slice(colon + 1) : '' }
}

/** The path with its escapes. Source: URL.EscapedPath. */
export function escapedPath({ path, rawPath }: GoUrl): string {
  if (rawPath !== '' && isWellEscaped(rawPath, 'path')) {
    const plain = unescape(rawPath, 'path')
    if (plain.ok && plain.value === path) return rawPath
  }
  return path === '*' ? '*' : escape(path, 'path')
}

const isWellEscaped = (bytes: string, part: Part): boolean =>
  [...bytes].every((byte) => "!$&'()*+,;=:@[]%".includes(byte) || !mustEscape(byte, part))

/** The query's values by key, in order. Source: url.ParseQuery, whose errors Query drops. */
export function queryOf({ rawQuery }: GoUrl): ReadonlyMap<string, string[]> {
  const values = new Map<string, string[]>()
  for (const pair of rawQuery.split('&')) {
    if (pair === '' || pair.includes(';')) continue
    const equals = pair.indexOf('=')
    const key = unescape(equals < 0 ? pair : pair.slice(0, equals), 'query')
    const value = unescape(equals < 0 ? '' : pair.slice(equals + 1), 'query')
    if (!key.ok || !value.ok) continue
    const name = textOf(key.value)
    values.set(name, [...(values.get(name) ?? []), textOf(value.value)])
  }
  return values
}

/** The URL as Go writes it. Source: URL.String. */
export function urlText(url: GoUrl): string {
  let text = url.scheme === '' ? '' : `${url.scheme}:`
  text += url.opaque === '' ? authorityAndPath(url, text) : url.opaque
  if (url.forceQuery || url.rawQuery !== '') text += `?${url.rawQuery}`
  if (url.fragment !== '') {
    const raw = url.rawFragment
    text += `#${isWellEscaped(raw, 'fragment') ? raw : escape(url.fragment, 'fragment')}`
  }
  return textOf(text)
}

function authorityAndPath(url: GoUrl, before: string): string {
  const { scheme, host, user, path, omitHost } = url
  let text = ''
  const named = scheme !== '' || host !== '' || user !== undefined
  if (named && !(omitHost && host === '' && user === undefined)) {
    if (host !== '' || path !== '' || user !== undefined) text += '//'
    if (user) {
      const password = user.password === undefined ? '' : `:${escape(user.password, 'user')}`
      text += `${escape(user.name, 'user')}${password}@`
    }
    text += escape(host, 'host')
  }
  const written = escapedPath(url)
  if (written !== '' && !written.startsWith('/') && host !== '') text += '/'
  if (before + text === '' && written.split('/', 1)[0]!.includes(':')) text += './'
  return text + written
}
