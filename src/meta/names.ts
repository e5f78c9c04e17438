/**
 * Rules for names and other short texts. Each function answers with the reasons why a text is
 * refused, in upstream's words; an empty list means it is fine. Source: apimachinery
 * util/validation/validation.go and api/validate/content.
 */

/** Judges an object's name; `prefix` means it is a generateName and something will be appended. */
export type NameValidator = (name: string, prefix: boolean) => string[]

/** Longest DNS label and longest DNS name, in bytes. Source: RFC 1123. */
export const DNS_LABEL_BYTES_MAX = 63
export const DNS_SUBDOMAIN_BYTES_MAX = 253

const DNS1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const DNS1123_SUBDOMAIN = `${DNS1123_LABEL}(\\.${DNS1123_LABEL})*`
const DNS1123_LABEL_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const DNS1123_SUBDOMAIN_UNDERSCORE = `${DNS1123_LABEL_UNDERSCORE}(\\.${DNS1123_LABEL_UNDERSCORE})*`
const DNS1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?'
const WILDCARD = `\\*\\.${DNS1123_SUBDOMAIN}`
const LABEL_KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = `(${LABEL_KEY})?`
const C_IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*'
const CONFIG_MAP_KEY = '[-._a-zA-Z0-9]+'
const HTTP_HEADER = '[-A-Za-z0-9]+'
const PERCENT = '[0-9]+%'

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`)
const DNS1123_LABEL_RE = whole(DNS1123_LABEL)
const DNS1123_SUBDOMAIN_RE = whole(DNS1123_SUBDOMAIN)
const DNS1123_SUBDOMAIN_UNDERSCORE_RE = whole(DNS1123_SUBDOMAIN_UNDERSCORE)
const DNS1035_LABEL_RE = whole(DNS1035_LABEL)
const WILDCARD_RE = whole(WILDCARD)
const LABEL_KEY_RE = whole(LABEL_KEY)
const LABEL_VALUE_RE = whole(LABEL_VALUE)
const C_IDENTIFIER_RE = whole(C_IDENTIFIER)
const CONFIG_MAP_KEY_RE = whole(CONFIG_MAP_KEY)
const HTTP_HEADER_RE = whole(HTTP_HEADER)
const PERCENT_RE = whole(PERCENT)
const ENV_VAR_RE = /^[\x20-\x3c\x3e-\x7e]*$/

const SUBDOMAIN_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
const LABEL_KEY_WORDS =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"

/** A DNS label: `my-name`, `123-abc`. */
export function isDns1123Label(text: string): string[] {
  const errors = tooLong(text, DNS_LABEL_BYTES_MAX)
  if (DNS1123_LABEL_RE.test(text)) return errors
  if (DNS1123_SUBDOMAIN_RE.test(text)) return [...errors, 'must not contain dots']
  const words =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
  return [...errors, regexError(words, DNS1123_LABEL, 'my-name', '123-abc')]
}

/** A DNS name: `example.com`. */
export const isDns1123Subdomain = (text: string): string[] => judged(text, SUBDOMAIN_RULE)

const SUBDOMAIN_RULE: Rule = {
  max: DNS_SUBDOMAIN_BYTES_MAX,
  rule: DNS1123_SUBDOMAIN_RE,
  refusal: () => regexError(SUBDOMAIN_WORDS, DNS1123_SUBDOMAIN, 'example.com'),
}

/** A DNS name whose labels may hold underscores, as search domains of a Pod may. */
export const isDns1123SubdomainWithUnderscore = (text: string): string[] =>
  judged(text, {
    max: DNS_SUBDOMAIN_BYTES_MAX,
    rule: DNS1123_SUBDOMAIN_UNDERSCORE_RE,
    refusal: () =>
      regexError(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        DNS1123_SUBDOMAIN_UNDERSCORE,
        'example.com',
      ),
  })

/** A DNS label that starts with a letter: `my-name`. */
export const isDns1035Label = (text: string): string[] =>
  judged(text, {
    max: DNS_LABEL_BYTES_MAX,
    rule: DNS1035_LABEL_RE,
    refusal: () =>
      regexError(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        DNS1035_LABEL,
        'my-name',
        'abc-123',
      ),
  })

/** `*.example.com`. Source: RFC 1034 section 4.3.3. */
export const isWildcardDns1123Subdomain = (text: string): string[] =>
  judged(text, {
    max: DNS_SUBDOMAIN_BYTES_MAX,
    rule: WILDCARD_RE,
    refusal: () =>
      regexError(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        WILDCARD,
        '*.example.com',
      ),
  })

/** A label key, annotation key or finalizer: `MyName`, `example.com/MyName`. */
export function isQualifiedName(text: string): string[] {
  if (text.length <= DNS_LABEL_BYTES_MAX && LABEL_KEY_RE.test(text)) return []
  const parts = text.split('/')
  if (parts.length > 2)
    return [
      `a valid label key ${labelKeyRule()} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const errors = parts.length === 2 ? prefixErrors(parts[0]!) : []
  const name = parts[parts.length - 1]!
  if (name === '') errors.push('name part must be non-empty')
  else if (exceedsBytes(name, DNS_LABEL_BYTES_MAX))
    errors.push(`name part must be no more than ${DNS_LABEL_BYTES_MAX} bytes`)
  if (!LABEL_KEY_RE.test(name)) errors.push(`name part ${labelKeyRule()}`)
  return errors
}

/** A label's value; the empty text is fine. */
export const isLabelValue = (text: string): string[] => judged(text, LABEL_VALUE_RULE)

const LABEL_VALUE_RULE: Rule = {
  max: DNS_LABEL_BYTES_MAX,
  unit: 'bytes',
  rule: LABEL_VALUE_RE,
  refusal: () =>
    regexError(
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      LABEL_VALUE,
      'MyValue',
      'my_value',
      '12345',
    ),
}

/** A port's name. Source: RFC 6335, lower case only. */
export function isPortName(text: string): string[] {
  const errors = tooLong(text, 15)
  if (!/^[-a-z0-9]+$/.test(text))
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(text)) errors.push('must contain at least one letter (a-z)')
  if (text.includes('--')) errors.push('must not contain consecutive hyphens')
  if (text.startsWith('-') || text.endsWith('-'))
    errors.push('must not begin or end with a hyphen')
  return errors
}

/** An environment variable's name: printable ASCII but `=`, as v1.37 judges it (KEP-4369). */
export function isEnvVarName(text: string): string[] {
  if (text === '') return ['environment variable name must be non-empty']
  if (ENV_VAR_RE.test(text)) return []
  return [
    "a valid environment variable name must consist only of printable ASCII characters other than '='",
  ]
}

/** A key of a ConfigMap or Secret, which becomes a file name. */
export const isConfigMapKey = (text: string): string[] => [
  ...judged(text, {
    max: DNS_SUBDOMAIN_BYTES_MAX,
    rule: CONFIG_MAP_KEY_RE,
    refusal: () =>
      regexError(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        CONFIG_MAP_KEY,
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
  }),
  ...parentDirErrors(text),
]

/** A C identifier. */
export const isCIdentifier = (text: string): string[] =>
  C_IDENTIFIER_RE.test(text)
    ? []
    : [
        regexError(
          "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
          C_IDENTIFIER,
          'my_name',
          'MY_NAME',
          'MyName',
        ),
      ]

/** A name that is one segment of a URL path; neither empty texts nor long ones are refused. */
export function isPathSegmentName(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`]
  return isPathSegmentPrefix(text)
}

/** The start of such a name. */
export const isPathSegmentPrefix = (text: string): string[] =>
  ['/', '%'].filter((c) => text.includes(c)).map((c) => `may not contain '${c}'`)

/** A header's name. */
export const isHttpHeaderName = (text: string): string[] =>
  HTTP_HEADER_RE.test(text)
    ? []
    : [
        regexError(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          HTTP_HEADER,
          'X-Header-Name',
        ),
      ]

/** `93%`. */
export const isValidPercent = (text: string): string[] =>
  PERCENT_RE.test(text)
    ? []
    : [
        regexError(
          "a valid percent string must be a numeric string followed by an ending '%'",
          PERCENT,
          '1%',
          '93%',
        ),
      ]

/** 1 to 65535. */
export const isValidPortNum = (port: number): string[] => isInRange(port, 1, 65535)

/** A Unix user or group id: 0 to 2^31 - 1. */
export const isValidUnixId = (id: number): string[] => isInRange(id, 0, 2_147_483_647)

/** An inclusive range. */
export const isInRange = (value: number, low: number, high: number): string[] =>
  value >= low && value <= high ? [] : [`must be between ${low} and ${high}, inclusive`]

/** Names of most kinds. Source: apimachinery api/validation/generic.go. */
export const nameIsDnsSubdomain: NameValidator = (name, prefix) =>
  isDns1123Subdomain(prefix ? maskTrailingDash(name) : name)

/** Names of Namespaces and of kinds whose names become host names. */
export const nameIsDnsLabel: NameValidator = (name, prefix) =>
  isDns1123Label(prefix ? maskTrailingDash(name) : name)

/** Names of Services in older rules. */
export const nameIsDns1035Label: NameValidator = (name, prefix) =>
  isDns1035Label(prefix ? maskTrailingDash(name) : name)

/** Names that only have to be a path segment, as RBAC's. */
export const nameIsPathSegment: NameValidator = (name, prefix) =>
  prefix ? isPathSegmentPrefix(name) : isPathSegmentName(name)

/** Upstream's words for a text that breaks a pattern; the examples come first. */
export function regexError(words: string, pattern: string, ...examples: string[]): string {
  if (examples.length === 0) return `${words} (regex used for validation is '${pattern}')`
  const shown = examples.map((e) => `'${e}', `).join(' or ')
  return `${words} (e.g. ${shown}regex used for validation is '${pattern}')`
}

/** True when the text's UTF-8 form is longer than `max` bytes; Go's len() counts bytes. */
export function exceedsBytes(text: string, max: number): boolean {
  if (text.length > max) return true
  return text.length * 3 > max && Buffer.byteLength(text) > max
}

interface Rule {
  readonly max: number
  /** Upstream has two wordings of one rule; which one depends on the function. */
  readonly unit?: 'bytes' | 'characters'
  readonly rule: RegExp
  readonly refusal: () => string
}

function judged(text: string, { max, unit, rule, refusal }: Rule): string[] {
  const errors = tooLong(text, max, unit)
  if (!rule.test(text)) errors.push(refusal())
  return errors
}

const tooLong = (text: string, max: number, unit = 'characters'): string[] =>
  exceedsBytes(text, max) ? [`must be no more than ${max} ${unit}`] : []

const labelKeyRule = (): string =>
  regexError(LABEL_KEY_WORDS, LABEL_KEY, 'MyName', 'my.name', '123-abc')

function prefixErrors(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty']
  return judged(prefix, {
    max: DNS_SUBDOMAIN_BYTES_MAX,
    unit: 'bytes',
    rule: DNS1123_SUBDOMAIN_RE,
    refusal: () => regexError(SUBDOMAIN_WORDS, DNS1123_SUBDOMAIN, 'example.com'),
  }).map((message) => `prefix part ${message}`)
}

function parentDirErrors(text: string): string[] {
  if (text === '.') return ["must not be '.'"]
  if (text === '..') return ["must not be '..'"]
  return text.startsWith('..') ? ["must not start with '..'"] : []
}

/** Upstream drops the character before the dash too; a generated suffix makes up for it. */
const maskTrailingDash = (name: string): string =>
  name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name
