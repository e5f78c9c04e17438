import { expect, test } from 'bun:test'
import { keyOf, objectKey, splitKey } from '../../src/meta/key.ts'

test.each([
  ['default', 'web', 'default/web'],
  ['', 'node-1', 'node-1'],
  [undefined, 'node-1', 'node-1'],
])('%p and %p', (namespace, name, key) => {
  expect(objectKey(namespace, name)).toBe(key)
  expect(keyOf({ metadata: { namespace, name } })).toBe(key)
  expect(splitKey(key)).toEqual({ namespace: namespace ?? '', name })
})
