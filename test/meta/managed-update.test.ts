import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { MANAGED_UPDATERS_MAX } from '../../src/base/limits.ts'
import { setOfPaths } from '../../src/meta/field-set.ts'
import { type ManagedEntry, managedText } from '../../src/meta/managed-entry.ts'
import { managedFieldsForCreate } from '../../src/meta/managed-fields.ts'
import { entriesToStartFrom } from '../../src/meta/managed-start.ts'
import { keepTimes } from '../../src/meta/managed-times.ts'
import { type ManagedUpdate, updateManagedFields } from '../../src/meta/managed-update.ts'
import type { JsonObject } from '../../src/meta/object.ts'
import { field, map, object, of, smallPod, struct } from '../support/schema.ts'

const T1 = '2026-01-01T00:00:00Z'
const T2 = '2026-01-02T00:00:00Z'

const pod = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', uid: 'u', creationTimestamp: T1, ...metadata },
  spec,
  status: {},
})

const base = { schema: smallPod, apiVersion: 'v1', manager: 'm', time: T1 }

const created = (after: JsonObject): readonly ManagedEntry[] =>
  updateManagedFields({ ...base, before: {}, after, entries: [] })

const texts = (entries: readonly ManagedEntry[]): string[] =>
  entries.map(({ manager, time, fieldsText }) => `${manager} ${time} ${fieldsText}`)

const update = (extra: Partial<ManagedUpdate> & Pick<ManagedUpdate, 'before' | 'after'>) =>
  updateManagedFields({ ...base, time: T2, entries: created(extra.before), ...extra })

/** what | object | set of a create */
const CREATES: [string, JsonObject, string][] = [
  ['nothing of one’s own', pod({}), ''],
  ['a scalar', pod({ replicas: 0 }), '{"f:spec":{"f:replicas":{}}}'],
  [
    'a map with its keys',
    pod({}, { labels: { b: '1', a: '2' } }),
    '{"f:metadata":{"f:labels":{".":{},"f:a":{},"f:b":{}}}}',
  ],
  [
    'an empty struct behind a pointer',
    pod({ securityContext: {} }),
    '{"f:spec":{"f:securityContext":{}}}',
  ],
  ['an atomic map', pod({ nodeSelector: { a: 'b' } }), '{"f:spec":{"f:nodeSelector":{}}}'],
  ['an atomic list', pod({ tolerations: [{ key: 'a' }] }), '{"f:spec":{"f:tolerations":{}}}'],
  [
    'a set',
    pod({}, { finalizers: ['b', 'a'] }),
    '{"f:metadata":{"f:finalizers":{".":{},"v:\\"a\\"":{},"v:\\"b\\"":{}}}}',
  ],
  [
    'a list by keys; a missing key has its default; ports by number',
    pod({ containers: [{ name: 'c', ports: [{ containerPort: 443 }, { containerPort: 80 }] }] }),
    '{"f:spec":{"f:containers":{".":{},"k:{\\"name\\":\\"c\\"}":{".":{},"f:name":{},"f:ports":{".":{},' +
      '"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}},' +
      '"k:{\\"containerPort\\":443,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}}}}}}}',
  ],
  [
    'an element that occurs twice, as a whole',
    pod({ volumes: [{ name: 'v', emptyDir: {} }, { name: 'v' }] }),
    '{"f:spec":{"f:volumes":{".":{},"k:{\\"name\\":\\"v\\"}":{}}}}',
  ],
  [
    'keys named like properties of every object',
    pod({}, { labels: JSON.parse('{"__proto__":"x","constructor":"y"}') }),
    '{"f:metadata":{"f:labels":{".":{},"f:__proto__":{},"f:constructor":{}}}}',
  ],
]

describe('a create', () => {
  test.each(CREATES)('owns %s', (_, after, set) => {
    const entries = created({
      ...after,
      metadata: { ...(after['metadata'] as JsonObject), uid: '' },
    })
    expect(entries.map(({ fieldsText }) => fieldsText)).toEqual(set === '' ? [] : [set])
    expect(managedFieldsForCreate({ ...base, object: after })).toBe(managedText(entries))
  })

  test('names an unknown manager so, and its subresource', () => {
    const text = managedFieldsForCreate({
      ...base,
      object: pod({ replicas: 1 }),
      manager: '',
      subresource: 'status',
    })
    expect(JSON.parse(text)).toMatchObject([{ manager: 'unknown', subresource: 'status' }])
  })
})

const two = pod({ containers: [{ name: 'a', image: '1' }, { name: 'b' }], replicas: 1 })

/** what | before | after | entries */
const UPDATES: [string, JsonObject, JsonObject, string[]][] = [
  ['no change keeps everything', two, structuredClone(two), texts(created(two))],
  [
    'a changed field changes hands',
    pod({ replicas: 1, nodeSelector: { a: 'b' } }),
    pod({ replicas: 2, nodeSelector: { a: 'b' } }),
    [`m ${T1} {"f:spec":{"f:nodeSelector":{}}}`, `n ${T2} {"f:spec":{"f:replicas":{}}}`],
  ],
  [
    'an entry without fields vanishes',
    pod({ replicas: 1 }),
    pod({ replicas: 2 }),
    [`n ${T2} {"f:spec":{"f:replicas":{}}}`],
  ],
  [
    'a removed field is nobody’s and moves no time',
    pod({ replicas: 1, nodeSelector: { a: 'b' } }),
    pod({ nodeSelector: { a: 'b' } }),
    [`m ${T1} {"f:spec":{"f:nodeSelector":{}}}`],
  ],
  [
    'a removed map goes with its keys',
    pod({ replicas: 1 }, { labels: { a: '1', b: '2' } }),
    pod({ replicas: 1 }),
    [`m ${T1} {"f:spec":{"f:replicas":{}}}`],
  ],
  [
    'a new element is owned with its fields, its list is not',
    pod({ containers: [{ name: 'a' }] }),
    pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
    [
      `m ${T1} {"f:spec":{"f:containers":{".":{},"k:{\\"name\\":\\"a\\"}":{".":{},"f:name":{}}}}}`,
      `n ${T2} {"f:spec":{"f:containers":{"k:{\\"name\\":\\"b\\"}":{".":{},"f:name":{}}}}}`,
    ],
  ],
]

describe('an update', () => {
  test.each(UPDATES)('%s', (_, before, after, wanted) => {
    const fresh = { ...before, metadata: { ...(before['metadata'] as JsonObject), uid: '' } }
    const entries = update({ before, after, entries: created(fresh), manager: 'n' })
    expect(texts(entries)).toEqual(wanted)
  })

  test('that changes nothing gives the same entries back', () => {
    const entries = created(pod({ replicas: 1 }))
    const before = pod({ replicas: 1 })
    expect(updateManagedFields({ ...base, before, after: structuredClone(before), entries })).toBe(
      entries,
    )
  })

  test('by the same manager keeps one entry', () => {
    const entries = update({
      before: pod({ replicas: 1, nodeSelector: { a: 'b' } }),
      after: pod({ replicas: 2, nodeSelector: { a: 'b' } }),
    })
    expect(texts(entries)).toEqual([`m ${T2} {"f:spec":{"f:nodeSelector":{},"f:replicas":{}}}`])
  })

  test('leaves fields that it may not write where they are', () => {
    const entries = update({
      before: pod({ replicas: 1 }),
      after: { ...pod({ replicas: 2 }), status: { phase: 'x' } },
      manager: 'kubelet',
      subresource: 'status',
      resetFields: setOfPaths([['f:spec']]),
    })
    expect(texts(entries)).toEqual([
      `m ${T1} {"f:spec":{"f:replicas":{}}}`,
      `kubelet ${T2} {"f:status":{"f:phase":{}}}`,
    ])
  })

  test('of an object that nobody tracked tracks nothing', () => {
    expect(update({ before: pod({}), after: pod({ replicas: 1 }), entries: [] })).toEqual([])
  })

  test('by too many managers shares the oldest entries', () => {
    let before = pod({}, { uid: '' })
    let entries: readonly ManagedEntry[] = []
    for (let i = 0; i < 25; i++) {
      const labels = Object.fromEntries(Array.from({ length: i + 1 }, (_, k) => [`k${k}`, 'v']))
      const after = pod({}, { labels })
      const time = new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString().replace('.000', '')
      entries = updateManagedFields({ ...base, before, after, entries, manager: `m${i}`, time })
      before = after
    }
    expect(entries).toHaveLength(MANAGED_UPDATERS_MAX)
    expect(entries[0]?.manager).toBe('ancient-changes')
    const owned = entries.flatMap(({ fieldsText }) => fieldsText.match(/f:k\d+/g) ?? [])
    expect(new Set(owned).size).toBe(25)
  })
})

describe('another version of a kind', () => {
  const v1 = struct('v1.Thing', [
    field('metadata', object(struct('M', [])), { byValue: true }),
    field('data', map(of('string'))),
  ])
  const v2 = struct('v2.Thing', [
    field('metadata', object(struct('M', [])), { byValue: true }),
    field('content', map(of('string'))),
  ])
  const thing = (data: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    metadata: { uid: 'u' },
    data,
  })
  const versions = {
    at: ({ data, metadata }: JsonObject, apiVersion: string) =>
      apiVersion === 'v2'
        ? { object: { apiVersion, metadata: metadata!, content: data! }, schema: v2 }
        : undefined,
  }
  const entry = (manager: string, apiVersion: string, fieldsText: string): ManagedEntry => ({
    manager,
    operation: 'Update',
    apiVersion,
    time: T1,
    subresource: '',
    fieldsText,
  })

  test('is compared in that version, and gone ones vanish', () => {
    const entries = updateManagedFields({
      before: thing({ a: '1', b: '1' }),
      after: thing({ a: '2', b: '1' }),
      schema: v1,
      entries: [
        entry('old', 'v2', '{"f:content":{"f:a":{},"f:b":{}}}'),
        entry('gone', 'v0', '{"f:stuff":{}}'),
      ],
      manager: 'n',
      apiVersion: 'v1',
      time: T2,
      versions,
    })
    expect(texts(entries)).toEqual([
      `old ${T1} {"f:content":{"f:b":{}}}`,
      `n ${T2} {"f:data":{"f:a":{}}}`,
    ])
  })
})

describe('entriesToStartFrom', () => {
  const live = created(pod({ replicas: 1 }))
  const own = { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' }

  test.each([
    ['nothing sent', undefined, '', 'live'],
    ['an empty list resets', [], '', 'none'],
    ['one empty entry resets', [{}], '', 'none'],
    ['a valid list counts', [{ ...own, fieldsV1: { 'f:a': {} } }], '', 'sent'],
    ['an invalid list does not', [{ ...own, operation: 'Odd' }], '', 'live'],
    ['no subresource may set them', [], 'status', 'live'],
  ])('%s', (_, sent, subresource, wanted) => {
    const entries = entriesToStartFrom({ live, sent, subresource })
    const got = entries === live ? 'live' : entries.length === 0 ? 'none' : 'sent'
    expect(got).toBe(wanted)
  })
})

test('times go back when nothing else changed, even where a new time moved an entry', () => {
  const [a] = created(pod({ replicas: 1 }))
  const b = { ...a!, manager: 'b' }
  expect(keepTimes([a!, b], [b, { ...a!, time: T2 }])).toEqual([a!, b])
  const other = [b, { ...a!, time: T2, fieldsText: '{}' }]
  expect(keepTimes([a!, b], other)).toBe(other)
  expect(keepTimes([a!], [a!, b])).toEqual([a!, b])
})

test('every value of an object has exactly one updater, whatever was written', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const container = fc.record({ name, image: name }, { requiredKeys: ['name'] })
  const spec = fc.record(
    {
      containers: fc.uniqueArray(container, { selector: (c) => c.name, maxLength: 3 }),
      replicas: fc.nat(2),
      nodeSelector: fc.dictionary(name, name, { maxKeys: 2 }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(spec, { minLength: 2, maxLength: 5 }), (specs) => {
      let before = pod(specs[0]! as JsonObject, { uid: '' })
      let entries = created(before)
      for (const [i, next] of specs.entries()) {
        const after = pod(next as JsonObject)
        entries = updateManagedFields({ ...base, before, after, entries, manager: `m${i % 2}` })
        before = after
      }
      const fields = entries.flatMap(({ fieldsText }) => leavesOf(JSON.parse(fieldsText)))
      expect(new Set(fields).size).toBe(fields.length)
      const whole = created(pod(specs.at(-1)! as JsonObject, { uid: '' }))
      const wanted = whole.flatMap(({ fieldsText }) => leavesOf(JSON.parse(fieldsText)))
      if (entries.length > 0) expect(new Set(fields)).toEqual(new Set(wanted))
    }),
  )
})

/** The fields that hold one value; containers may well have several owners. */
function leavesOf(set: Record<string, object>, prefix = ''): string[] {
  return Object.entries(set).flatMap(([key, inner]) => {
    const path = `${prefix}/${key}`
    if (/^f:(name|image|replicas|nodeSelector)$/.test(key)) return [path]
    return leavesOf(inner as Record<string, object>, path)
  })
}
