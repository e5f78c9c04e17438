import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { JsonObject } from '../../src/meta/object.ts'
import { strategicMergePatch } from '../../src/meta/strategic-patch.ts'
import { smallPod } from '../support/schema.ts'

const pod = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({ metadata, spec })

const containers = (...names: string[]): JsonObject[] =>
  names.map((name) => ({ name, image: name }))

/** name | current | patch | merged */
const MERGES: [string, JsonObject, JsonObject, JsonObject][] = [
  ['scalar set', pod({ replicas: 1 }), pod({ replicas: 2 }), pod({ replicas: 2 })],
  ['null deletes', pod({ replicas: 1 }), pod({ replicas: null }), pod({})],
  ['null for nothing is dropped', pod({}), pod({ replicas: null }), pod({})],
  [
    'map keys merge, null deletes one',
    pod({}, { labels: { a: '1', b: '2' } }),
    pod({}, { labels: { b: null, c: '3' } }),
    pod({}, { labels: { a: '1', c: '3' } }),
  ],
  [
    'containers merge by name',
    pod({ containers: containers('a', 'b') }),
    pod({ containers: [{ name: 'b', image: 'new' }] }),
    pod({
      containers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'new' },
      ],
    }),
  ],
  [
    'a new container goes first: the patch wins over the server',
    pod({ containers: containers('a') }),
    pod({ containers: containers('z') }),
    pod({ containers: containers('z', 'a') }),
  ],
  [
    'delete by $patch',
    pod({ containers: containers('a', 'b') }),
    pod({ containers: [{ name: 'a', $patch: 'delete' }] }),
    pod({ containers: containers('b') }),
  ],
  [
    'replace a list by an element with $patch',
    pod({ containers: containers('a', 'b') }),
    pod({ containers: [...containers('c'), { $patch: 'replace' }] }),
    pod({ containers: containers('c') }),
  ],
  [
    'replace a map by $patch',
    pod({}, { labels: { a: '1' } }),
    pod({}, { labels: { $patch: 'replace', b: '2' } }),
    pod({}, { labels: { b: '2' } }),
  ],
  [
    'delete a map by $patch leaves it empty',
    pod({}, { labels: { a: '1' } }),
    pod({}, { labels: { $patch: 'delete' } }),
    pod({}, { labels: {} }),
  ],
  [
    '$setElementOrder sorts what the patch names, server-only elements keep their place',
    pod({ containers: containers('a', 'b', 'c') }),
    pod({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] }),
    pod({ containers: containers('b', 'c', 'a') }),
  ],
  [
    'sets of scalars unite',
    pod({}, { finalizers: ['a', 'b'] }),
    pod({}, { finalizers: ['b', 'c'] }),
    pod({}, { finalizers: ['a', 'b', 'c'] }),
  ],
  [
    '$deleteFromPrimitiveList',
    pod({}, { finalizers: ['a', 'b'] }),
    pod({}, { '$deleteFromPrimitiveList/finalizers': ['a'] }),
    pod({}, { finalizers: ['b'] }),
  ],
  [
    'lists without a merge strategy are replaced',
    pod({ tolerations: [{ key: 'a' }] }),
    pod({ tolerations: [{ key: 'b' }] }),
    pod({ tolerations: [{ key: 'b' }] }),
  ],
  [
    '$retainKeys drops the other members',
    pod({ volumes: [{ name: 'v', emptyDir: {} }] }),
    pod({ volumes: [{ name: 'v', hostPath: { path: '/' }, $retainKeys: ['name', 'hostPath'] }] }),
    pod({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
  ],
  [
    'unknown fields are kept for the decoder to judge',
    pod({}),
    pod({ unheardOf: { a: [1, { b: null, c: 2 }] } }),
    pod({ unheardOf: { a: [1, { c: 2 }] } }),
  ],
  [
    'new values lose nulls and directives',
    pod({}),
    pod({
      volumes: [
        { name: 'v', emptyDir: null },
        { name: 'w', $patch: 'delete' },
      ],
    }),
    pod({ volumes: [{ name: 'v' }] }),
  ],
]

const SENTENCE = 'the server rejected our request due to an error in our request'

/** name | current | patch | code | message */
const REFUSALS: [string, JsonObject, JsonObject, number, string][] = [
  [
    'an element without its merge key',
    pod({ containers: containers('a') }),
    pod({ containers: [{ image: 'nginx', args: ['x', null, 1.5] }] }),
    500,
    'map: map[args:[x <nil> 1.5] image:nginx] does not contain declared merge key: name',
  ],
  [
    'an unknown directive',
    pod({}, { labels: { a: '1' } }),
    pod({}, { labels: { $patch: 'odd' } }),
    500,
    'unknown patch type: odd in map: map[$patch:odd]',
  ],
  [
    'a directive that is no text',
    pod({}, { labels: { a: '1' } }),
    pod({}, { labels: { $patch: 1 } }),
    500,
    'unknown patch type: %!s(int64=1) in map: map[$patch:1]',
  ],
  [
    '$patch: merge within a list',
    pod({ containers: containers('a') }),
    pod({ containers: [{ name: 'a', $patch: 'merge' }] }),
    500,
    'merging lists cannot yet be specified in the patch',
  ],
  [
    'a merge list of maps without a key',
    pod({ odd: [{ key: 'a' }] }),
    pod({ odd: [{ key: 'b' }] }),
    500,
    'cannot merge lists without merge key for struct',
  ],
  [
    'mixed elements',
    pod({}, { finalizers: ['a'] }),
    pod({}, { finalizers: [1] }),
    500,
    'list element types are not identical: [[a] [1]]',
  ],
  ['lists of lists', pod({ containers: [] }), pod({ containers: [[1]] }), 422, SENTENCE],
  [
    'element order that is no list',
    pod({ containers: containers('a') }),
    pod({ '$setElementOrder/containers': 'a' }),
    500,
    'expected a []interface {}, but received a string',
  ],
  [
    'element order without a field',
    pod({}),
    pod({ $setElementOrder: [] }),
    400,
    'invalid patch format of setElementOrder list',
  ],
  [
    'element order that misses an element of the patch',
    pod({ containers: containers('a') }),
    pod({ '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b' }] }),
    500,
    "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
  ],
  [
    'scalar deletions without a field',
    pod({}),
    pod({ $deleteFromPrimitiveList: [] }),
    400,
    'invalid patch format of primitive list',
  ],
  [
    'retained keys that miss what the patch sets',
    pod({ volumes: [{ name: 'v', emptyDir: {} }] }),
    pod({ volumes: [{ name: 'v', hostPath: {}, $retainKeys: ['name'] }] }),
    400,
    'invalid patch format of retainKeys',
  ],
  [
    'a map inside a field Go does not know',
    pod({ unheardOf: { a: 1 } }),
    pod({ unheardOf: { b: 1 } }),
    500,
    'unable to find api field in struct PodSpec for the json field "unheardOf"',
  ],
  [
    'a list that begins with null',
    pod({}, { finalizers: [] }),
    pod({}, { finalizers: [null] }),
    500,
    'runtime error: invalid memory address or nil pointer dereference',
  ],
]

describe('strategicMergePatch', () => {
  test.each(MERGES)('%s', (_, current, patch, merged) => {
    const before = structuredClone([current, patch])
    expect(strategicMergePatch(current, patch, smallPod)).toEqual({ ok: true, value: merged })
    expect([current, patch]).toEqual(before)
  })

  test.each(REFUSALS)('refuses %s', (_, current, patch, code, message) => {
    const result = strategicMergePatch(current, patch, smallPod)
    expect(result).toMatchObject({ ok: false, error: { code, message, status: 'Failure' } })
  })

  test('a key named __proto__ is data and reaches no prototype', () => {
    const patch = JSON.parse('{"metadata":{"labels":{"__proto__":{"bad":"1"},"constructor":"c"}}}')
    const result = strategicMergePatch({ metadata: { labels: { a: '1' } } }, patch, smallPod)
    expect(JSON.stringify(result)).toBe(
      '{"ok":true,"value":{"metadata":{"labels":{"a":"1","__proto__":{"bad":"1"},"constructor":"c"}}}}',
    )
    expect(({} as Record<string, unknown>)['bad']).toBeUndefined()
  })

  test('a patch nested 5,000 deep ends', () => {
    const patch = JSON.parse(`{"x":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`)
    expect(strategicMergePatch({}, patch, smallPod).ok).toBe(true)
  })

  test('reverse order of 20,000 elements ends in time', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => ({ name: `c${i}` }))
    const patch = pod({ '$setElementOrder/containers': names.toReversed() })
    const result = strategicMergePatch(pod({ containers: names }), patch, smallPod)
    expect(result).toEqual({ ok: true, value: pod({ containers: names.toReversed() }) })
  })

  test('a patch applied twice is a patch applied once', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const element = fc.record({ name, image: name })
    const some = fc.uniqueArray(element, { selector: (each) => each.name, maxLength: 3 })
    fc.assert(
      fc.property(some, some, (current, patch) => {
        const once = strategicMergePatch(
          pod({ containers: current }),
          pod({ containers: patch }),
          smallPod,
        )
        if (!once.ok) throw new Error(once.error.message)
        const twice = strategicMergePatch(once.value, pod({ containers: patch }), smallPod)
        expect(twice).toEqual(once)
      }),
    )
  })
})
