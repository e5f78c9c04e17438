import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  escapeFieldValue,
  fieldSelectorText,
  matchesFields,
  parseFieldSelector,
  requiredFieldValue,
  unknownField,
  type FieldSelector,
} from '../../src/meta/field-selector.ts'
import texts from './golden/field-selector.json'

const read = (text: string): FieldSelector => {
  const parsed = parseFieldSelector(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value
}

describe('texts are read as fields.ParseSelector does', () => {
  for (const row of texts as { text: string; printed?: string; error?: string }[])
    test(JSON.stringify(row.text), () => {
      const parsed = parseFieldSelector(row.text)
      if (row.error !== undefined) expect(parsed).toEqual({ ok: false, error: row.error })
      else expect(fieldSelectorText(read(row.text))).toBe(row.printed!)
    })
})

test.each([
  ['', true],
  ['metadata.name=web', true],
  ['metadata.name!=web', false],
  ['metadata.name==web,status.phase=Running', true],
  ['metadata.name==web,status.phase!=Running', false],
  ['spec.nodeName=', true],
  ['spec.nodeName!=', false],
  ['toString=', true],
])('%p', (text, expected) => {
  const fields = { 'metadata.name': 'web', 'status.phase': 'Running' }
  expect(matchesFields(read(text), fields)).toBe(expected)
})

test('fields that a kind does not know', () => {
  const metadata = new Set(['metadata.name', 'metadata.namespace'])
  const own = new Set([...metadata, 'spec.nodeName'])
  const selector = read('spec.x=1')
  expect(unknownField(read('metadata.name=a'), metadata)).toBeUndefined()
  expect(unknownField(selector, own)).toBe('field label not supported: spec.x')
  expect(unknownField(selector, metadata)).toBe(
    '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
  )
  expect(unknownField(selector, own, (field) => `no ${field}`)).toBe('no spec.x')
})

test('the one value a field must have', () => {
  expect(requiredFieldValue(read('a=1,b!=2'), 'a')).toBe('1')
  expect(requiredFieldValue(read('a=1,b!=2'), 'b')).toBeUndefined()
})

test('every value survives escaping', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const selector = read(`f=${escapeFieldValue(value)}`)
      expect(matchesFields(selector, { f: value })).toBe(true)
      expect(fieldSelectorText(selector)).toBe(`f=${escapeFieldValue(value)}`)
    }),
  )
})
