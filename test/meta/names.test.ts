import { describe, expect, test } from 'bun:test'
import {
  isDomainPrefixedKey,
  isDomainPrefixedPath,
  isFullyQualifiedDomainName,
  isFullyQualifiedName,
} from '../../src/meta/domain-name.ts'
import type { FieldError } from '../../src/meta/field-error.ts'
import * as names from '../../src/meta/names.ts'
import golden from './golden/names.json'

const texts = (errors: FieldError[]): string[] => errors.map((e) => `${e.field}: ${e.message}`)

/** The rules by the names that the golden table (made from apimachinery v0.37.2) gives them. */
const RULES: Record<string, (text: string) => string[]> = {
  label: names.isDns1123Label,
  subdomain: names.isDns1123Subdomain,
  1035: names.isDns1035Label,
  qualified: names.isQualifiedName,
  value: names.isLabelValue,
  port: names.isPortName,
  env: names.isEnvVarName,
  key: names.isConfigMapKey,
  c: names.isCIdentifier,
  underscore: names.isDns1123SubdomainWithUnderscore,
  wildcard: names.isWildcardDns1123Subdomain,
  header: names.isHttpHeaderName,
  percent: names.isValidPercent,
}
const FIELD_RULES: Record<string, (text: string) => string[]> = {
  fqn: (text) => texts(isFullyQualifiedName('f', text)),
  fqdn: (text) => texts(isFullyQualifiedDomainName('f', text)),
  dpp: (text) => texts(isDomainPrefixedPath('f', text)),
  dpk: (text) => texts(isDomainPrefixedKey('f', text)),
}

describe('names are judged in the words of apimachinery', () => {
  for (const [text, expected] of golden.rows as [string, Record<string, number[]>][]) {
    test(JSON.stringify(text.slice(0, 40)), () => {
      const rules = text.length > 70 ? RULES : { ...RULES, ...FIELD_RULES }
      for (const [rule, judge] of Object.entries(rules)) {
        const reasons = (expected[rule] ?? []).map((i) => golden.messages[i]!)
        expect({ rule, reasons: judge(text) }).toEqual({ rule, reasons })
      }
    })
  }
})

test.each([
  ['.', ["may not be '.'"]],
  ['..', ["may not be '..'"]],
  ['a/b%', ["may not contain '/'", "may not contain '%'"]],
  ['...', []],
  ['', []],
])('path segment %p', (text, reasons) => {
  expect(names.isPathSegmentName(text)).toEqual(reasons)
})

test('a prefix may end in a dash, a path prefix may be dots', () => {
  expect(names.nameIsDnsSubdomain('web-', true)).toEqual([])
  expect(names.nameIsDnsSubdomain('web-', false)).toHaveLength(1)
  expect(names.nameIsDnsLabel('web.-', true)).toEqual([])
  expect(names.nameIsDns1035Label('1-', true)).toEqual([])
  expect(names.nameIsDnsLabel('-', true)).toHaveLength(1)
  expect(names.nameIsPathSegment('..', true)).toEqual([])
  expect(names.nameIsPathSegment('..', false)).toHaveLength(1)
})

test('numbers stay in their range', () => {
  expect(names.isValidPortNum(1)).toEqual([])
  expect(names.isValidPortNum(65536)).toEqual(['must be between 1 and 65535, inclusive'])
  expect(names.isValidUnixId(0)).toEqual([])
  expect(names.isValidUnixId(-1)).toEqual(['must be between 0 and 2147483647, inclusive'])
})

test('long hostile texts are judged in linear time', () => {
  const started = performance.now()
  for (const text of ['a'.repeat(1e6) + '!', 'a.'.repeat(5e5) + '!', '-'.repeat(1e6)]) {
    expect(names.isDns1123Subdomain(text)).toHaveLength(2)
    expect(names.isQualifiedName(text).length).toBeGreaterThan(0)
  }
  expect(performance.now() - started).toBeLessThan(2_000)
})
