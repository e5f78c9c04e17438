import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { childPath, indexPath, keyedPath, parsePath, valueAt } from '../../src/meta/json-path.ts'
import type { Json } from '../../src/meta/object.ts'

const OBJECT: Json = {
  data: { MODE: 'on', 'app.conf': 'x', '1a': 'y', 'q"q': 'z' },
  metadata: { annotations: { 'a.b/c': 'v' }, labels: { 'my-key': 'k' } },
  spec: {
    containers: [
      { name: 'web', image: 'nginx', args: ['a', 'b'] },
      { name: 'side,car', ports: [{ containerPort: 80, protocol: 'TCP' }] },
    ],
  },
}

test.each<[string, Json | undefined]>([
  ['data.MODE', 'on'],
  ['data["app.conf"]', 'x'],
  ['data["1a"]', 'y'],
  ['data["q\\"q"]', 'z'],
  ['metadata.annotations["a.b/c"]', 'v'],
  ['metadata.labels.my-key', 'k'],
  ['spec.containers[name=web].image', 'nginx'],
  ['spec.containers[0].args[1]', 'b'],
  ['spec.containers[name="side,car"].ports[containerPort=80,protocol=TCP].protocol', 'TCP'],
  ['spec.containers[name=web].ports', undefined],
  ['spec.containers[name=none]', undefined],
  ['spec.containers[7]', undefined],
  ['spec.containers.name', undefined],
  ['data[0]', undefined],
  ['data.toString', undefined],
  ['', OBJECT],
])('%s', (path, value) => {
  expect(valueAt(OBJECT, path)).toEqual(value as Json)
})

test.each(['.a', 'a.', 'a..b', 'a[', 'a[]', 'a[b]', 'a["b', 'a["b"x]', 'a[b=1', 'a[=1]', 'a[0]b', 'a[b=1;]'])(
  '%s is not well formed',
  (path) => {
    expect(parsePath(path)).toBeUndefined()
    expect(valueAt(OBJECT, path)).toBeUndefined()
  },
)

test('any name, index and key survives printing and reading', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean())
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(1e6), value, (name, index, key) => {
      const keys = new Map<string, Json>([['name', key], ['port', 80]])
      const path = keyedPath(indexPath(childPath(childPath('', 'root'), name), index), keys)
      expect(parsePath(path)).toEqual([
        { by: 'name', name: 'root' },
        { by: 'name', name: name.toWellFormed() === name ? name : expect.any(String) },
        { by: 'index', index },
        { by: 'keys', keys },
      ])
    }),
  )
})
