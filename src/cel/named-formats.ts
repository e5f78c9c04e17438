import {
  isLabelValue, isQualifiedName, nameIsDns1035Label, nameIsDnsLabel, nameIsDnsSubdomain,
} from '../meta/names.ts'
import { parseRequestUri } from './go-url.ts'
import { parseTimeBy } from './time-text.ts'

/** A format that texts can be held to. Source: apiserver pkg/cel/format.go. */
export interface NamedFormat {
  readonly name: string
  /** What is wrong with a text. */
  readonly validate: (text: string) => readonly string[]
  /** Characters of the pattern behind it, which its cost is made of. */
  readonly patternSize: number
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const UUID_SIZE = 72
const BASE64 = /^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|[A-Za-z0-9+\\/]{4})$/
const CLOCK = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/
const CLOCK_SIZE = 70

const isDate = (text: string): boolean => parseTimeBy('2006-01-02', text).ok

/** Source: strfmt.IsDateTime. */
function isDateTime(text: string): boolean {
  const [date = '', clock] = text.toLowerCase().split('t')
  const match = text.length < 4 || clock === undefined || !isDate(date) ? null : CLOCK.exec(clock)
  return match !== null && match[1]! <= '23' && match[2]! <= '59' && match[3]! <= '59'
}

const test =
  (holds: (text: string) => boolean, message: string) =>
  (text: string): readonly string[] =>
    holds(text) ? [] : [message]

const format = (
  name: string,
  patternSize: number,
  validate: (text: string) => readonly string[],
): NamedFormat => ({ name, validate, patternSize })

/** The formats by the name that expressions use. Source: apiserver cel/library/format.go. */
export const NAMED_FORMATS: ReadonlyMap<string, NamedFormat> = new Map([
  ['dns1123Label', format('DNS1123Label', 30, (text) => nameIsDnsLabel(text, false))],
  ['dns1123Subdomain', format('DNS1123Subdomain', 60, (text) => nameIsDnsSubdomain(text, false))],
  ['dns1035Label', format('DNS1035Label', 30, (text) => nameIsDns1035Label(text, false))],
  ['qualifiedName', format('QualifiedName', 60, isQualifiedName)],
  ['dns1123LabelPrefix', format('DNS1123LabelPrefix', 30, (text) => nameIsDnsLabel(text, true))],
  ['dns1123SubdomainPrefix', format('DNS1123SubdomainPrefix', 60, (text) => nameIsDnsSubdomain(text, true))],
  ['dns1035LabelPrefix', format('DNS1035LabelPrefix', 30, (text) => nameIsDns1035Label(text, true))],
  ['labelValue', format('LabelValue', 40, isLabelValue)],
  ['uri', format('URI', 1103, (text) => {
    const parsed = parseRequestUri(text)
    return parsed.ok ? [] : [parsed.error]
  })],
  ['uuid', format('uuid', UUID_SIZE, test((text) => UUID.test(text), 'does not match the UUID format'))],
  ['byte', format('byte', 84, test((text) => BASE64.test(text), 'invalid base64'))],
  ['date', format('date', CLOCK_SIZE, test(isDate, 'invalid date'))],
  ['datetime', format('datetime', CLOCK_SIZE, test(isDateTime, 'invalid datetime'))],
])
