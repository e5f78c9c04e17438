import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { changedPaths, diffValues } from '../../src/meta/json-path-set.ts'
import { valueAt } from '../../src/meta/json-path.ts'
import type { Json, JsonObject } from '../../src/meta/object.ts'
import type { FieldSchema, TypeSchema, ValueType } from '../../src/meta/schema.ts'

const typeOf = (name: string, fields: Partial<FieldSchema>[]): TypeSchema => {
  const full = fields.map((f) => f as FieldSchema)
  return {
    name, description: '', fields: full,
    byName: new Map(full.map((f) => [f.name, f])), byNumber: new Map(),
  }
}
const text: ValueType = { of: 'string' }
const texts: ValueType = { of: 'map', values: text }
const object = (type: TypeSchema): ValueType => ({ of: 'object', type })
const listOf = (type: TypeSchema): ValueType => ({ of: 'list', items: object(type) })
const port = typeOf('Port', [{ name: 'containerPort', value: text }, { name: 'protocol', value: text }])
const container = typeOf('Container', [
  { name: 'name', value: text },
  { name: 'image', value: text },
  { name: 'args', value: { of: 'list', items: text } },
  {
    name: 'ports', value: listOf(port),
    listType: 'map', listMapKeys: ['containerPort', 'protocol'], patchMergeKey: 'containerPort',
  },
])
const spec = typeOf('Spec', [
  { name: 'containers', value: listOf(container), patchMergeKey: 'name' },
  { name: 'nodeSelector', value: texts },
  { name: 'node', value: text },
])
const meta = typeOf('Meta', [{ name: 'labels', value: texts }, { name: 'annotations', value: texts }])
const pod = typeOf('Pod', [
  { name: 'metadata', value: object(meta) },
  { name: 'spec', value: object(spec) },
])

const web = { name: 'web', image: 'a', ports: [{ containerPort: 80, protocol: 'TCP' }] }
const side = { name: 'side', image: 'b' }
const base: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [web, side] } }
const withSpec = (change: JsonObject): JsonObject => ({ ...base, spec: { containers: [web, side], ...change } })

describe('what changed', () => {
  test.each<[string, Json, Json, string[]]>([
    ['nothing', base, structuredClone(base), []],
    ['a leaf', base, withSpec({ node: 'n' }), ['spec.node']],
    ['an item of a keyed list', base, withSpec({ containers: [{ ...web, image: 'c' }, side] }), ['spec.containers[name=web].image']],
    ['an item that moved and changed', base, withSpec({ containers: [side, { ...web, image: 'c' }] }), ['spec.containers[name=web].image']],
    ['an item that came', base, withSpec({ containers: [web, side, { name: 'new' }] }), ['spec.containers[name=new]']],
    ['an item that went', base, withSpec({ containers: [side] }), ['spec.containers[name=web]']],
    ['only the order', base, withSpec({ containers: [side, web] }), ['spec.containers']],
    ['an item with two keys', base, withSpec({ containers: [{ ...web, ports: [{ containerPort: 80, protocol: 'UDP' }] }, side] }), ['spec.containers[name=web].ports[containerPort=80,protocol=TCP]', 'spec.containers[name=web].ports[containerPort=80,protocol=UDP]']],
    ['items of the same key go by place', withSpec({ containers: [web, web] }), withSpec({ containers: [web, { ...web, image: 'c' }] }), ['spec.containers[1].image']],
    ['a plain list', withSpec({ containers: [{ ...web, args: ['a'] }] }), withSpec({ containers: [{ ...web, args: ['b', 'c'] }] }), ['spec.containers[name=web].args[0]', 'spec.containers[name=web].args[1]']],
    ['a map that came goes key by key', base, withSpec({ nodeSelector: { a: '1', 'b.c/d': '2' } }), ['spec.nodeSelector.a', 'spec.nodeSelector["b.c/d"]']],
    ['an empty map that came is nothing', base, withSpec({ nodeSelector: {} }), []],
    ['an empty list that came is nothing', base, withSpec({ containers: [{ ...web, args: [] }, side] }), []],
    ['labels', { ...base, metadata: { labels: { a: '1' } } }, { ...base, metadata: { labels: { a: '2', b: '1' } } }, ['metadata.labels.a', 'metadata.labels.b']],
    ['what the server writes', base, { ...base, metadata: { name: 'x', resourceVersion: '5', generation: 2, managedFields: [{}] } }, []],
    ['a subtree that came', { ...base, spec: null }, base, ['spec']],
    ['an object for a text', base, { ...base, spec: 'x' }, ['spec']],
  ])('%s', (_, before, after, paths) => {
    expect(changedPaths(before, after, pod, 64)).toEqual(paths)
  })
})

test('without a schema lists go by place, and data, labels, annotations by key', () => {
  const after = withSpec({ containers: [{ ...web, image: 'c' }, side] })
  expect(changedPaths(base, after, undefined, 64)).toEqual(['spec.containers[0].image'])
  expect(changedPaths({}, { data: { MODE: 'on' }, x: { y: 1 } }, undefined, 64)).toEqual(['data.MODE', 'x'])
})

test('an object that came or went tells what its author wrote', () => {
  const whole = { ...base, metadata: { name: 'x', uid: 'u', labels: { a: '1' } }, status: { phase: 'Running' } }
  expect(changedPaths(undefined, whole, pod, 64)).toEqual(['metadata.labels.a', 'spec'])
  expect(changedPaths(whole, undefined, pod, 64)).toEqual(['metadata.labels.a', 'spec'])
})

test('it stops at the cap', () => {
  const data = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, 'x']))
  expect(changedPaths({}, { data }, undefined, 10)).toHaveLength(10)
})

test('both values are told', () => {
  expect(diffValues(base, withSpec({ node: 'n', containers: [side, web] }), pod)).toEqual([
    { path: 'spec.containers', before: [web, side], after: [side, web] },
    { path: 'spec.node', before: undefined, after: 'n' },
  ])
})

test('keys that an object inherits are not there', () => {
  expect(changedPaths({ data: {} }, { data: { constructor: 'x' } }, undefined, 9)).toEqual(['data.constructor'])
  expect(changedPaths({ data: JSON.parse('{"__proto__": "x"}') }, { data: {} }, undefined, 9)).toEqual(['data.__proto__'])
})

test('every path leads to its values; equal objects have none', () => {
  const tree = fc
    .object({ maxDepth: 4, values: [fc.integer(), fc.string(), fc.boolean()] })
    .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject)
  fc.assert(
    fc.property(tree, tree, (spec, other) => {
      const before = { spec }
      const after = { spec: other }
      expect(changedPaths(before, structuredClone(before), undefined, 1000)).toEqual([])
      for (const found of diffValues(before, after)) {
        expect(valueAt(before, found.path)).toEqual(found.before as Json)
        expect(valueAt(after, found.path)).toEqual(found.after as Json)
      }
    }),
  )
})
