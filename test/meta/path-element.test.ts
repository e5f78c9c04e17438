import { describe, expect, test } from 'bun:test'
import type { MergeList } from '../../src/meta/merge-type.ts'
import {
  compareElements,
  itemElement,
  pathText,
  quotedField,
  quotedItem,
  quotedText,
  readElement,
} from '../../src/meta/path-element.ts'

/** text | what is read */
const READ: [string, ReturnType<typeof readElement>][] = [
  ['f:spec', { element: 'f:spec' }],
  ['f:', { element: 'f:' }],
  ['k:{"protocol":"TCP","port":80}', { element: 'k:{"port":80,"protocol":"TCP"}' }],
  ['k:{ "port": 80.0 }', { element: 'k:{"port":80}' }],
  ['v:"a<b"', { element: 'v:"a\\u003cb"' }],
  ['v:1', { element: 'v:1' }],
  ['i:3', { element: 'i:3' }],
  ['x:whatever', { unknown: true }],
  ['', { wrong: 'key must be 2 characters long:' }],
  ['spec', { wrong: 'missing colon: spec' }],
  ['__proto__', { wrong: 'missing colon: __proto__' }],
  ['i:x', { wrong: 'strconv.Atoi: parsing "x": invalid syntax' }],
  ['k:[1]', { wrong: 'expected a map of keys: k:[1]' }],
  ['v:{', { wrong: 'invalid JSON in path element: v:{' }],
]

test.each(READ)('reads %s', (text, wanted) => {
  expect(readElement(text)).toEqual(wanted)
})

test('orders fields, keys, values, places; numbers by size', () => {
  const ordered = [
    'f:',
    'f:a',
    'f:a.b',
    'f:ab',
    'f:\uffff',
    'f:\u{10000}',
    'k:{"name":"a"}',
    'k:{"name":"a b"}',
    'k:{"name":"a!"}',
    'k:{"name":"ab"}',
    'k:{"port":80}',
    'k:{"port":80,"protocol":"TCP"}',
    'k:{"port":443}',
    'v:9',
    'v:10',
    'v:"9"',
    'v:true',
    'i:2',
    'i:10',
  ]
  expect(ordered.toReversed().sort(compareElements)).toEqual(ordered)
})

test('shows a path as people read it', () => {
  expect(
    pathText([
      'f:spec',
      'f:ports',
      'k:{"port":80,"protocol":"TCP"}',
      'f:finalizers',
      'v:"a\\"b"',
      'i:0',
    ]),
  ).toBe('.spec.ports[port=80,protocol="TCP"].finalizers[="a\\"b"][0]')
})

const BY_NAME: MergeList = {
  kind: 'list',
  atomic: false,
  keys: [
    { name: 'name', missing: undefined },
    { name: 'protocol', missing: 'TCP' },
  ],
  items: { kind: 'any', deduced: true },
}

const TEXTS = ['plain', 'a"b', 'back\\slash', 'nul\u0000', 'é', '\ud800', '<&>', '\u2028', '']

describe('what stands as JSON', () => {
  test.each(TEXTS)('%p alone, as a field, and as a key of an element', (text) => {
    expect(JSON.parse(quotedText(text))).toBe(text)
    expect(JSON.parse(quotedField(text))).toBe(`f:${text}`)
    for (const value of [text, 80, 1.5, true, null, { a: text }]) {
      const item = { name: value, port: 80 }
      expect(quotedItem(BY_NAME, item)).toBe(JSON.stringify(itemElement(BY_NAME, item)))
    }
  })

  test('an element without any key has no step', () => {
    expect(quotedItem(BY_NAME, {})).toBe('"k:{\\"protocol\\":\\"TCP\\"}"')
    expect(quotedItem({ ...BY_NAME, keys: [BY_NAME.keys[0]!] }, {})).toBeUndefined()
    expect(quotedItem(BY_NAME, 'x')).toBeUndefined()
  })
})
