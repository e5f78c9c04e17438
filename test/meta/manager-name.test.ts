import { expect, test } from 'bun:test'
import { managerName } from '../../src/meta/manager-name.ts'

/** fieldManager | user agent | name. Source: apiserver create_test.go TestPrefixFromUserAgent. */
const NAMES: [string | undefined, string, string][] = [
  ['mine', 'kubectl/v1.37.2', 'mine'],
  ['', 'kubectl/v1.37.2 (linux/amd64) kubernetes/abc', 'kubectl'],
  [undefined, 'kubectl', 'kubectl'],
  [undefined, '', ''],
  [undefined, '/v1', ''],
  [undefined, 'a\u0000b\tc d/1', 'abc d'],
  [undefined, `${'x'.repeat(200)}/1`, 'x'.repeat(128)],
  [undefined, `${'x'.repeat(127)}éy/1`, 'x'.repeat(127)],
]

test.each(NAMES)('%p and %p name %p', (fieldManager, agent, name) => {
  expect(managerName(fieldManager, agent)).toBe(name)
})
