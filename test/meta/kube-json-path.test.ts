import { expect, test } from 'bun:test'
import { jsonPathText, parseKubeJsonPath } from '../../src/meta/kube-json-path.ts'
import type { Json } from '../../src/meta/object.ts'

const POD: Json = {
  metadata: { name: 'web', labels: { 'a.b/c': 'd' } },
  spec: { ports: [{ n: 1, name: 'a' }, { n: 2, name: 'b' }, { n: 3, name: 'c' }] },
  status: { conditions: [{ type: 'Ready', status: 'True' }, { type: 'Other', status: 'False' }] },
}

test.each<[string, Json[]]>([
  ['.metadata.name', ['web']],
  ['.metadata.absent.name', []],
  ['.metadata.labels.a\\.b/c', ['d']],
  [".metadata.labels['a.b/c']", ['d']],
  ['.spec.ports[0].n', [1]],
  ['.spec.ports[-1].n', [3]],
  ['.spec.ports[*].n', [1, 2, 3]],
  ['.spec.ports[0:2].n', [1, 2]],
  ['.spec.ports[0,2].n', [1, 3]],
  ['.spec.ports[::2].n', [1, 3]],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  ['.spec.ports[?(@.n>1)].name', ['b', 'c']],
  ['.spec.ports[?(@.absent)].name', []],
  ['..status', [{ conditions: (POD as { status: { conditions: Json } }).status.conditions }, 'True', 'False']],
  ['.', [POD]],
  ['.constructor', []],
])('%s finds %j', (path, found) => {
  const parsed = parseKubeJsonPath(path)
  expect(parsed.ok && parsed.value.find(POD)).toEqual(found)
})

test.each(['.a[', '.a[x]', '.a[?(@.b==)]'])('%s is refused', (path) => {
  expect(parseKubeJsonPath(path).ok).toBe(false)
})

test('text of what is found', () => {
  expect([1, true, 'x', { a: [1] }, null].map((value) => jsonPathText(value as Json))).toEqual(['1', 'true', 'x', '{"a":[1]}', '<nil>'])
})
