import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Apply, type Applied, applyConfiguration } from '../../src/meta/apply.ts'
import { setOfPaths } from '../../src/meta/field-set.ts'
import { type ManagedEntry, managedText } from '../../src/meta/managed-entry.ts'
import { keepTimes } from '../../src/meta/managed-times.ts'
import { updateManagedFields } from '../../src/meta/managed-update.ts'
import type { JsonObject } from '../../src/meta/object.ts'
import { withGoZeros } from '../support/golden.ts'
import { field, map, object, of, smallPod, struct } from '../support/schema.ts'

const T1 = '2026-01-01T00:00:00Z'
const T2 = '2026-01-02T00:00:00Z'

const pod = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'd', ...metadata },
  spec,
})

const base = {
  schema: smallPod,
  apiVersion: 'v1',
  kind: 'Pod',
  force: false,
  time: T1,
  managed: [],
}

type Wish = Pick<Apply, 'live' | 'applied' | 'manager'> & Partial<Apply>

function apply(wish: Wish): Applied {
  const outcome = applyConfiguration({ ...base, ...wish })
  if (!outcome.ok) throw new Error(outcome.error.message)
  return outcome.value
}

const refusal = (wish: Wish) => {
  const outcome = applyConfiguration({ ...base, ...wish })
  return outcome.ok ? undefined : outcome.error
}

const texts = (entries: readonly ManagedEntry[]): string[] =>
  entries.map(({ manager, operation, time, fieldsText }) =>
    [manager, operation, time, fieldsText].join(' '),
  )

describe('applyConfiguration', () => {
  const first = apply({ live: {}, applied: pod({ replicas: 1 }), manager: 'x' })

  test('creates, and owns what it mentions', () => {
    expect(first.object).toEqual(pod({ replicas: 1 }))
    expect(texts(first.managed)).toEqual([`x Apply ${T1} {"f:spec":{"f:replicas":{}}}`])
  })

  test('the same again changes neither object nor entries', () => {
    const { object: live, managed } = first
    const again = apply({ live, applied: pod({ replicas: 1 }), manager: 'x', managed, time: T2 })
    expect(again.object).toBe(live)
    expect(managedText(again.managed)).toBe(managedText(managed))
  })

  test('takes back what it applied before and does not now', () => {
    const live = pod({ replicas: 1, nodeSelector: { a: 'b' } })
    const { managed } = apply({ live: {}, applied: live, manager: 'x' })
    const next = apply({ live, applied: pod({ replicas: 1 }), manager: 'x', managed })
    expect(next.object['spec']).toEqual({ replicas: 1 })
  })

  test('leaves it when another applies it too', () => {
    const live = pod({ replicas: 1 })
    const both = apply({ live, applied: live, manager: 'y', managed: first.managed })
    const next = apply({ live, applied: pod({}), manager: 'x', managed: both.managed })
    expect(next.object['spec']).toEqual({ replicas: 1 })
    expect(texts(next.managed)).toEqual([
      `y Apply  {"f:spec":{"f:replicas":{}}}`,
      `x Apply ${T1} {"f:spec":{}}`,
    ])
  })

  test('a conflict names the field and its owner', () => {
    const managed = updateManagedFields({
      ...base,
      before: {},
      after: pod({ replicas: 1, nodeSelector: { a: 'b' } }),
      entries: [],
      manager: 'kubectl',
    })
    const live = pod({ replicas: 1, nodeSelector: { a: 'b' } })
    expect(refusal({ live, managed, manager: 'x', applied: pod({ replicas: 2 }) })).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Apply failed with 1 conflict: conflict with "kubectl" using v1: .spec.replicas',
      reason: 'Conflict',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl" using v1',
            field: '.spec.replicas',
          },
        ],
      },
      code: 409,
    })
    const applied = pod({ replicas: 2, nodeSelector: { a: 'c' } })
    expect(refusal({ live, managed, manager: 'x', applied })?.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "kubectl" using v1:\n- .spec.nodeSelector\n- .spec.replicas',
    )
    const forced = apply({ live, managed, manager: 'x', applied, force: true })
    expect(forced.object['spec']).toEqual({ replicas: 2, nodeSelector: { a: 'c' } })
    expect(texts(forced.managed)).toEqual([
      `x Apply ${T1} {"f:spec":{"f:nodeSelector":{},"f:replicas":{}}}`,
    ])
  })

  test('an equal value is no conflict: both own it', () => {
    const both = apply({
      live: pod({ replicas: 1 }),
      applied: pod({ replicas: 1 }),
      manager: 'y',
      managed: first.managed,
    })
    expect(both.managed.map(({ manager }) => manager).sort()).toEqual(['x', 'y'])
  })

  test('does not own or prune what this resource does not write', () => {
    const resetFields = setOfPaths([['f:status']])
    const applied = { ...pod({ replicas: 1 }), status: { phase: 'x' } }
    const { managed } = apply({ live: {}, applied, manager: 'x', resetFields })
    expect(texts(managed)).toEqual([`x Apply ${T1} {"f:spec":{"f:replicas":{}}}`])
  })

  test('entries of before-first-apply get what an untracked object has', () => {
    const live = pod({ replicas: 1 }, { uid: 'u' })
    const { managed } = apply({ live, applied: pod({ nodeSelector: { a: 'b' } }), manager: 'x' })
    expect(texts(managed)).toEqual([
      `x Apply ${T1} {"f:spec":{"f:nodeSelector":{}}}`,
      `before-first-apply Update ${T1} {"f:spec":{"f:replicas":{}}}`,
    ])
  })

  test('keys named __proto__ are data', () => {
    const applied: JsonObject = JSON.parse(
      '{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"__proto__":"x"}}}',
    )
    const { object, managed } = apply({
      live: pod({}, { labels: { a: '1' } }),
      applied,
      manager: 'x',
    })
    expect(JSON.stringify(object['metadata'])).toBe(
      '{"name":"p","namespace":"d","labels":{"a":"1","__proto__":"x"}}',
    )
    expect(managedText(managed)).toContain('{"f:labels":{"f:__proto__":{}}}')
  })
})

/** what | applied | code | message */
const REFUSALS: [string, JsonObject, number, string][] = [
  ['another kind', { ...pod({}), kind: 'Node' }, 400, 'invalid object type: /v1, Kind=Node'],
  [
    'another version',
    { ...pod({}), apiVersion: 'a/v2' },
    400,
    'invalid object type: a/v2, Kind=Pod',
  ],
  ['managed fields', pod({}, { managedFields: [] }), 400, 'metadata.managedFields must be nil'],
  [
    'an unknown field',
    pod({ unheardOf: 1 }),
    500,
    'failed to create typed patch object (d/p; /v1, Kind=Pod): .spec.unheardOf: field not declared in schema',
  ],
  [
    'several mistakes',
    pod({ replicas: 'x', containers: [{ name: 'a' }, { name: 'a' }] }),
    500,
    'failed to create typed patch object (d/p; /v1, Kind=Pod): errors:\n' +
      '  .spec.replicas: expected numeric (int or float), got string\n' +
      '  .spec.containers: duplicate entries for key [name="a"]',
  ],
]

test.each(REFUSALS)('refuses %s', (_, applied, code, message) => {
  expect(refusal({ live: {}, applied, manager: 'x' })).toMatchObject({ code, message })
})

describe('kubectl that comes from client-side apply', () => {
  const LAST = 'kubectl.kubernetes.io/last-applied-configuration'
  const config = pod({ replicas: 1 })
  const live = pod({ replicas: 1 }, { uid: 'u', annotations: { [LAST]: JSON.stringify(config) } })
  const managed = updateManagedFields({
    ...base,
    before: {},
    after: live,
    entries: [],
    manager: 'kubectl-client-side-apply',
  })
  const applied = pod({ replicas: 2 })

  test('takes over what the annotation set, and renews it', () => {
    const { object } = apply({ live, managed, applied, manager: 'kubectl' })
    const { annotations } = object['metadata'] as { annotations: JsonObject }
    expect(annotations[LAST]).toBe(
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d"},"spec":{"replicas":2}}\n',
    )
  })

  test('conflicts where someone moved the value since', () => {
    const moved = { ...live, spec: { replicas: 5 } }
    expect(refusal({ live: moved, managed, applied, manager: 'kubectl' })?.code).toBe(409)
  })

  test('is only kubectl', () => {
    expect(refusal({ live, managed, applied, manager: 'flux' })?.code).toBe(409)
  })

  test('an annotation that is broken or of another version excuses nothing', () => {
    for (const text of ['{', '[]', '{"apiVersion":"v2"}', '{"apiVersion":"v1","odd":1}']) {
      const broken = { ...live, metadata: { name: 'p', uid: 'u', annotations: { [LAST]: text } } }
      expect(refusal({ live: broken, managed, applied, manager: 'kubectl' })?.code).toBe(409)
    }
  })

  test('an annotation too large is dropped', () => {
    const large = pod({ replicas: 2 }, { annotations: { big: 'x'.repeat(200_000) } })
    const { object } = apply({ live, managed, applied: large, manager: 'kubectl' })
    expect(Object.keys((object['metadata'] as { annotations: JsonObject }).annotations)).toEqual([
      'big',
    ])
  })
})

describe('a manager that applied in another version', () => {
  const meta = struct('M', [field('name', of('string')), field('uid', of('string'))])
  const version = (name: string) =>
    struct(name, [
      field('apiVersion', of('string')),
      field('kind', of('string')),
      field('metadata', object(meta), { byValue: true }),
      field(name, map(of('string'))),
    ])
  const [v1, v2] = [version('data'), version('content')]
  const versions = {
    at(from: JsonObject, apiVersion: string) {
      const { data, content, ...rest } = from
      const values = data ?? content
      const key = apiVersion === 'v1' ? 'data' : 'content'
      const object = { ...rest, apiVersion, ...(values !== undefined && { [key]: values }) }
      return apiVersion === 'v0' ? undefined : { object, schema: apiVersion === 'v1' ? v1 : v2 }
    },
  }
  const thing = (data: JsonObject) => ({
    apiVersion: 'v1',
    kind: 'T',
    metadata: { name: 't' },
    data,
  })
  const entry = (manager: string, apiVersion: string, fieldsText: string): ManagedEntry => ({
    manager,
    operation: 'Apply',
    apiVersion,
    time: T1,
    subresource: '',
    fieldsText,
  })

  test('has its earlier fields taken back through that version', () => {
    const next = apply({
      schema: v1,
      kind: 'T',
      versions,
      live: thing({ a: '1', b: '2', c: '3' }),
      applied: thing({ a: '1' }),
      manager: 'x',
      managed: [
        entry('x', 'v2', '{"f:content":{"f:a":{},"f:b":{},"f:c":{}}}'),
        entry('y', 'v2', '{"f:content":{"f:c":{}}}'),
        entry('z', 'v0', '{"f:stuff":{"f:c":{}}}'),
      ],
    })
    expect(next.object).toEqual(thing({ a: '1', c: '3' }))
    expect(texts(next.managed)).toEqual([
      `x Apply ${T1} {"f:data":{"f:a":{}}}`,
      `y Apply ${T1} {"f:content":{"f:c":{}}}`,
    ])
  })

  test('conflicts in that version', () => {
    const status = refusal({
      schema: v1,
      kind: 'T',
      versions,
      live: thing({ a: '1' }),
      applied: thing({ a: '2' }),
      manager: 'x',
      managed: [entry('y', 'v2', '{"f:content":{"f:a":{}}}')],
    })
    expect(status?.message).toBe('Apply failed with 1 conflict: conflict with "y": .content.a')
  })
})

// Upstream itself needs a second apply to settle a list that is applied empty.
test('applying twice is applying once, whoever wrote before', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const container = fc.record(
    { name, image: name, args: fc.array(name, { minLength: 1, maxLength: 2 }) },
    { requiredKeys: ['name'] },
  )
  const spec = fc.record(
    {
      containers: fc.uniqueArray(container, {
        selector: (c) => c.name,
        minLength: 1,
        maxLength: 3,
      }),
      replicas: fc.nat(2),
      nodeSelector: fc.dictionary(name, name, { minKeys: 1, maxKeys: 2 }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(spec, spec, spec, (a, b, c) => {
      const live = pod(a as JsonObject, { uid: 'u' })
      const wish = { manager: 'x', force: true }
      const one = apply({ ...wish, live, applied: pod(b as JsonObject) })
      const applied = pod(c as JsonObject)
      const two = apply({
        ...wish,
        live: stored(one.object),
        applied,
        managed: one.managed,
        time: T2,
      })
      const now = stored(two.object)
      const again = apply({ manager: 'x', live: now, applied, managed: two.managed, time: T2 })
      expect(again.object).toBe(now)
      expect(managedText(keepTimes(two.managed, again.managed))).toBe(managedText(two.managed))
    }),
  )
})

/** As the decoder leaves it: without nulls, with what Go always writes. */
const stored = (object: JsonObject): JsonObject =>
  withGoZeros(
    JSON.parse(JSON.stringify(object, (_, value) => (value === null ? undefined : value))),
    smallPod,
  )
