import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../../src/meta/object.ts'
import type { JSONSchemaProps } from '../../../src/resources/generated/apiextensions.gen.ts'
import { applySchemaDefaults } from '../../../src/resources/custom/default-custom.ts'
import { coerceEmbedded } from '../../../src/resources/custom/embedded-meta.ts'
import { pruneNulls, pruneUnknown } from '../../../src/resources/custom/prune-custom.ts'
import { structuralOf } from '../../../src/resources/custom/structural.ts'
import { compareVersions, versionsInOrder } from '../../../src/resources/custom/version-order.ts'

const object = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object', properties, ...more,
})
const text: JSONSchemaProps = { type: 'string' }
const open = { 'x-kubernetes-preserve-unknown-fields': true }

describe('pruning', () => {
  const cases: [string, JSONSchemaProps, JsonObject, JsonObject, string[]][] = [
    ['the root keeps its meta fields', object({}), { apiVersion: 'v1', kind: 'K', metadata: { a: 1 }, x: 1 }, { apiVersion: 'v1', kind: 'K', metadata: { a: 1 } }, ['x']],
    ['nested, in lists, sorted', object({ a: { type: 'array', items: object({ b: text }) } }), { z: 1, a: [{ b: 'b', c: 1 }, { d: 2 }] }, { a: [{ b: 'b' }, {}] }, ['a[0].c', 'a[1].d', 'z']],
    ['what is kept below is pruned where it is known', object({ a: object({ b: object({ c: text }) }, open) }), { a: { x: { y: 1 }, b: { c: 'c', d: 1 } } }, { a: { x: { y: 1 }, b: { c: 'c' } } }, ['a.b.d']],
    ['maps', object({ m: { type: 'object', additionalProperties: object({ a: text }) } }), { m: { k: { a: 'a', b: 1 } } }, { m: { k: { a: 'a' } } }, ['m.k.b']],
    ['a root that keeps everything', { type: 'object', ...open }, { x: { y: null } }, { x: { y: null } }, []],
    ['embedded resources keep their meta fields', object({ e: object({ spec: object({}) }, { 'x-kubernetes-embedded-resource': true }) }), { e: { apiVersion: 'v1', kind: 'K', metadata: {}, spec: { x: 1 }, y: 1 } }, { e: { apiVersion: 'v1', kind: 'K', metadata: {}, spec: {} } }, ['e.spec.x', 'e.y']],
    ['prototype names are plain keys', object({}), JSON.parse('{"__proto__":{"a":1},"constructor":1}'), {}, ['__proto__', 'constructor']],
  ]
  test.each(cases)('%s', (_, schema, value, after, unknown) => {
    expect(pruneUnknown(value, structuralOf(schema))).toEqual(unknown)
    expect(value).toEqual(after)
  })

  test('nulls go where they may not be and no default replaces them', () => {
    const schema = object({ a: text, b: { ...text, nullable: true }, c: { ...text, default: 'c' } })
    const value: JsonObject = { a: null, b: null, c: null, d: null }
    pruneNulls(value, structuralOf(schema))
    expect(value).toEqual({ b: null, c: null, d: null })
  })
})

describe('defaults', () => {
  const cases: [string, JSONSchemaProps, Json, Json][] = [
    ['where a field is missing', object({ a: { ...text, default: 'x' } }), {}, { a: 'x' }],
    ['not where one is', object({ a: { ...text, default: 'x' } }), { a: '' }, { a: '' }],
    ['instead of a null that may not be', object({ a: { ...text, default: 'x' } }), { a: null }, { a: 'x' }],
    ['not instead of one that may', object({ a: { ...text, default: 'x', nullable: true } }), { a: null }, { a: null }],
    ['inside of a default', object({ a: object({ b: { ...text, default: 'b' } }, { default: {} }) }), {}, { a: { b: 'b' } }],
    ['not inside of what is missing', object({ a: object({ b: { ...text, default: 'b' } }) }), {}, {}],
    ['in lists and maps', object({ l: { type: 'array', items: object({ a: { ...text, default: 'x' } }) }, m: { type: 'object', additionalProperties: { ...text, default: 'y' } } }), { l: [{}], m: { k: null } }, { l: [{ a: 'x' }], m: { k: 'y' } }],
  ]
  test.each(cases)('%s', (_, schema, value, after) => {
    applySchemaDefaults(value, structuralOf(schema))
    expect(value).toEqual(after)
  })

  test('each object gets a copy of its own', () => {
    const node = structuralOf(object({ a: { type: 'object', default: { b: [] }, ...open } }))
    const [first, second] = [{}, {}] as JsonObject[]
    applySchemaDefaults(first!, node)
    applySchemaDefaults(second!, node)
    ;((first!['a'] as JsonObject)['b'] as Json[]).push(1)
    expect(second).toEqual({ a: { b: [] } })
  })
})

describe('embedded resources', () => {
  const node = structuralOf(object({ e: { type: 'object', 'x-kubernetes-embedded-resource': true, ...open } }))

  test('have typed metadata', () => {
    const value = { e: { metadata: { name: 'x', creationTimestamp: null, foo: 1 } } }
    expect(coerceEmbedded(value, node)).toEqual({ ok: true, value: ['e.metadata.foo'] })
    expect(value).toEqual({ e: { metadata: { name: 'x' } } } as never)
  })

  test.each([
    [{ e: { kind: 1 } }, 'e.kind: Invalid value: 1: must be a string'],
    [{ e: { metadata: { labels: 1 } } }, 'e.metadata: Invalid value: {"labels":1}: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type map[string]string'],
  ])('%j is refused', (value, error) => {
    expect(coerceEmbedded(value as unknown as Json, node)).toEqual({ ok: false, error })
  })
})

test('versions stand in the order that clients prefer', () => {
  expect(versionsInOrder(['foo10', 'v1alpha1', 'v11beta2', 'v1', 'v10', 'v3beta1', 'v2', 'foo1', 'v12alpha1'])).toEqual(
    ['v10', 'v2', 'v1', 'v11beta2', 'v3beta1', 'v12alpha1', 'v1alpha1', 'foo1', 'foo10'],
  )
  expect(compareVersions('v1', 'v1')).toBe(0)
})
