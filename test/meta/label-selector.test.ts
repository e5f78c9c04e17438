import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  EVERYTHING,
  isEverything,
  labelSelectorCell,
  labelSelectorOf,
  labelsText,
  matches,
  NOTHING,
  parseLabelSelector,
  requiredLabelValue,
  selectorOfLabels,
  selectorText,
  type LabelSelector,
  type LabelSelectorSpec,
} from '../../src/meta/label-selector.ts'
import { hasInvalidLabelValue, validateLabelSelector } from '../../src/meta/validate-label-selector.ts'
import texts from './golden/label-selector.json'
import objects from './golden/selector-objects.json'

const read = (text: string): LabelSelector => {
  const parsed = parseLabelSelector(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value
}

describe('texts are read as labels.Parse does', () => {
  for (const row of texts as { text: string; printed?: string; error?: string }[])
    test(JSON.stringify(row.text.slice(0, 40)), () => {
      const parsed = parseLabelSelector(row.text)
      if (row.error !== undefined) expect(parsed).toEqual({ ok: false, error: row.error })
      else expect(selectorText(read(row.text))).toBe(row.printed!)
    })
})

describe("the API's selectors: cell, match against a=1,b=x,constructor=y, validation", () => {
  const labels = { a: '1', b: 'x', constructor: 'y' }
  for (const row of objects)
    test(JSON.stringify(row.selector), () => {
      const spec = row.selector as unknown as LabelSelectorSpec
      const compiled = labelSelectorOf(spec)
      expect(labelSelectorCell(spec)).toBe(row.cell)
      expect(compiled.ok ? matches(compiled.value, labels) : null).toBe(row.matches)
      const errors = validateLabelSelector('spec.selector', spec)
      expect(errors.map((e) => `${e.field}: ${e.message}`)).toEqual(row.errors)
    })
})

test.each([
  ['a=1', true],
  ['a==1', true],
  ['a=2', false],
  ['a!=2', true],
  ['zz!=2', true],
  ['zz=', false],
  ['e=', true],
  ['a in (1,2)', true],
  ['a notin (1,2)', false],
  ['zz notin (1)', true],
  ['a', true],
  ['!a', false],
  ['!toString', true],
  ['toString', false],
  ['n>9', true],
  ['n<9', false],
  ['n>10', false],
  ['a>x', undefined],
  ['b>1', false],
  ['zz<5', false],
  ['a=1,n>9,!zz', true],
  ['a=1,n>9,zz', false],
])('%p on the labels', (text, expected) => {
  const parsed = parseLabelSelector(text)
  const labels = { a: '1', b: 'x', e: '', n: '10' }
  expect(parsed.ok ? matches(parsed.value, labels) : undefined).toBe(expected)
})

test('everything and nothing', () => {
  expect(matches(EVERYTHING, undefined)).toBe(true)
  expect(matches(NOTHING, { a: '1' })).toBe(false)
  expect(labelSelectorOf(undefined)).toEqual({ ok: true, value: NOTHING })
  expect(labelSelectorOf({})).toEqual({ ok: true, value: EVERYTHING })
  expect(isEverything(read(''))).toBe(true)
  expect(isEverything(NOTHING)).toBe(false)
  expect(matches(read('a'), undefined)).toBe(false)
})

test('the one value that a label must have', () => {
  expect(requiredLabelValue(read('a=1,b in (x),c in (x,y),d!=1'), 'a')).toBe('1')
  expect(requiredLabelValue(read('b in (x)'), 'b')).toBe('x')
  expect(requiredLabelValue(read('c in (x,y)'), 'c')).toBeUndefined()
  expect(requiredLabelValue(read('d!=1'), 'd')).toBeUndefined()
})

test('rules that an update may relax', () => {
  const spec = { matchExpressions: [{ key: 'a', operator: 'In', values: ['b c'] }] }
  expect(hasInvalidLabelValue(spec)).toBe(true)
  expect(validateLabelSelector('s', spec, { allowInvalidValues: true })).toEqual([])
  const odd = { matchExpressions: [{ key: 'a', operator: 'Odd' }] }
  expect(validateLabelSelector('s', odd, { allowUnknownOperator: true })).toEqual([])
})

test('labels as a text, sorted', () => {
  expect(labelsText({ b: '2', a: '1', 'a.b/c': '' })).toBe('a.b/c=,a=1,b=2')
  expect(labelsText(undefined)).toBe('')
})

describe('laws', () => {
  const word = fc.stringMatching(/^[a-z]([a-z0-9._-]{0,8}[a-z0-9])?$/)
  const requirement = fc.oneof(
    fc.tuple(word, fc.constantFrom('=', '==', '!='), word).map(([k, op, v]) => `${k}${op}${v}`),
    fc
      .tuple(word, fc.constantFrom('in', 'notin'), fc.array(word, { minLength: 1, maxLength: 3 }))
      .map(([k, op, vs]) => `${k} ${op} (${vs.join(',')})`),
    word,
    word.map((k) => `!${k}`),
    fc.tuple(word, fc.constantFrom('>', '<'), fc.integer({ min: 0 })).map((p) => p.join('')),
  )
  const selector = fc.array(requirement, { maxLength: 4 }).map((all) => all.join(','))
  const labels = fc.dictionary(word, word, { maxKeys: 4 })

  test('printing and reading again matches the same labels', () => {
    fc.assert(
      fc.property(selector, labels, (text, given) => {
        const once = read(text)
        const again = read(selectorText(once))
        expect(selectorText(again)).toBe(selectorText(once))
        expect(matches(again, given)).toBe(matches(once, given))
      }),
    )
  })
  test('a map selects itself and everything that has more', () => {
    fc.assert(
      fc.property(labels, labels, (own, more) => {
        expect(matches(selectorOfLabels(own), { ...more, ...own })).toBe(true)
      }),
    )
  })
  test('no text throws', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseLabelSelector(text).ok === 'boolean'))
  })
})
