import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  decodeManagedFields,
  type ManagedEntry,
  managedText,
  parseManaged,
  readFieldSet,
  sortEntries,
} from '../../src/meta/managed-entry.ts'
import type { JsonObject, ManagedFieldsEntry } from '../../src/meta/object.ts'

const entry = (extra: Partial<ManagedEntry> = {}): ManagedEntry => ({
  manager: 'kubectl',
  operation: 'Update',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  subresource: '',
  fieldsText: '{"f:data":{"f:a":{}}}',
  ...extra,
})

describe('managedText and parseManaged', () => {
  test('write the keys in upstream order, and leave empty ones out', () => {
    expect(
      managedText([entry({ subresource: 'status' }), entry({ manager: '', time: undefined })]),
    ).toBe(
      '[{"manager":"kubectl","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z",' +
        '"fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:a":{}}},"subresource":"status"},' +
        '{"operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:a":{}}}}]',
    )
    expect(managedText([])).toBe('')
    expect(parseManaged('')).toEqual([])
  })

  test('survive any name and any key', () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '},{"manager":',
        ',"subresource":"x"}',
        ',"fieldsType":"FieldsV1","fieldsV1":',
        '\\"',
      ),
    )
    const fields = fc
      .array(nasty, { minLength: 1, maxLength: 3 })
      .map((names) => JSON.stringify(Object.fromEntries(names.map((name) => [`f:${name}`, {}]))))
    const any = fc.record({
      manager: nasty,
      subresource: nasty,
      apiVersion: nasty,
      fieldsText: fields,
    })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (list) => {
        const entries = list.map((each) => entry(each))
        expect(parseManaged(managedText(entries))).toEqual(entries)
      }),
    )
  })

  test('read a text that something else wrote', () => {
    const text = JSON.stringify([
      {
        fieldsV1: { 'f:b': {}, 'f:a': {} },
        fieldsType: 'FieldsV1',
        apiVersion: 'v1',
        operation: 'Apply',
      },
    ])
    expect(parseManaged(text)).toEqual([
      entry({
        manager: '',
        operation: 'Apply',
        time: undefined,
        fieldsText: '{"f:a":{},"f:b":{}}',
      }),
    ])
  })
})

test('entries stand by operation, time, manager, version, subresource', () => {
  const ordered = [
    entry({ operation: 'Apply', time: '2027-01-01T00:00:00Z' }),
    entry({ time: undefined, manager: 'z' }),
    entry({ manager: 'a' }),
    entry({ manager: 'b' }),
    entry({ manager: 'b', apiVersion: 'v2' }),
    entry({ manager: 'b', apiVersion: 'v2', subresource: 'status' }),
    entry({ manager: 'a', time: '2026-01-01T00:00:01Z' }),
  ]
  expect(sortEntries(ordered.toReversed())).toEqual(ordered)
})

const sent = (extra: object): ManagedFieldsEntry => ({
  manager: 'm',
  operation: 'Update',
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1: {},
  ...extra,
})

/** what was sent | what is wrong with it. Source: util/managedfields/internal/managedfields.go. */
const WRONG: [object, string][] = [
  [{ operation: 'Odd' }, 'operation must be `Apply` or `Update`'],
  [{ operation: '' }, 'operation must be `Apply` or `Update`'],
  [{ apiVersion: '' }, 'apiVersion must not be empty'],
  [{ fieldsType: '' }, 'missing fieldsType in managed fields entry 0'],
  [{ fieldsType: 'FieldsV2' }, 'invalid fieldsType "FieldsV2" in managed fields entry 0'],
  [{ fieldsV1: { spec: {} } }, 'error decoding set: missing colon: spec'],
  [{ fieldsV1: { 'f:a': 1 } }, 'error decoding set: expect { or n'],
]

describe('decodeManagedFields', () => {
  test.each(WRONG)('%j is refused', (extra, error) => {
    expect(decodeManagedFields([sent(extra)])).toEqual({ ok: false, error })
  })

  test('of two entries of one identity the later one stays', () => {
    const decoded = decodeManagedFields([
      sent({ operation: 'Apply', apiVersion: 'v1', fieldsV1: { 'f:a': {} } }),
      sent({ operation: 'Apply', apiVersion: 'v2', fieldsV1: { 'f:b': {} } }),
      sent({ fieldsV1: { 'f:c': {} } }),
      sent({ apiVersion: 'v2', fieldsV1: { 'f:d': {} } }),
    ])
    const texts = decoded.ok ? decoded.value.map(({ fieldsText }) => fieldsText) : []
    expect(texts).toEqual(['{"f:b":{}}', '{"f:c":{}}', '{"f:d":{}}'])
  })
})

/** sent set | canonical set */
const SETS: [string, string][] = [
  ['{}', '{}'],
  ['{"f:b":{},"f:a":{".":{}}}', '{"f:a":{},"f:b":{}}'],
  ['{"f:a":{"f:x":{},".":{}}}', '{"f:a":{".":{},"f:x":{}}}'],
  ['{"f:a":null}', '{"f:a":{}}'],
  ['{"x:odd":{},"f:a":{"y:odd":{}}}', '{"f:a":{}}'],
  ['{".":{},"f:a":{}}', '{"f:a":{}}'],
  [
    '{"k:{\\"b\\":1,\\"a\\":2}":{"f:x":{}},"k:{ \\"a\\":2,\\"b\\":1}":{}}',
    '{"k:{\\"a\\":2,\\"b\\":1}":{".":{},"f:x":{}}}',
  ],
]

test.each(SETS)('the set %s becomes %s', (raw, wanted) => {
  const set = readFieldSet(JSON.parse(raw) as JsonObject)
  expect(set.ok && JSON.stringify(set.value)).toBe(wanted)
})

test('a set with __proto__ as a key is refused and changes no prototype', () => {
  const set = readFieldSet(JSON.parse('{"__proto__":{"f:polluted":{}}}') as JsonObject)
  expect(set).toEqual({ ok: false, error: 'missing colon: __proto__' })
})
