import { describe, expect, test } from 'bun:test'
import { type FieldSet, setOfPaths } from '../../src/meta/field-set.ts'
import { mergeTypeOf } from '../../src/meta/merge-type.ts'
import type { JsonObject } from '../../src/meta/object.ts'
import { reconcileSet, removeFields, withNamedFields } from '../../src/meta/remove-fields.ts'
import { smallPod } from '../support/schema.ts'

const type = mergeTypeOf(smallPod)
const WEB = 'k:{"name":"web"}'

/** gone | spec | what is left of it */
const REMOVED: [string[][], JsonObject, JsonObject | null][] = [
  [[['f:replicas']], { replicas: 1, hostname: 'a' }, { hostname: 'a' }],
  [[['f:replicas']], { replicas: 1 }, null],
  [
    [['f:containers', WEB]],
    { containers: [{ name: 'web' }, { name: 'db' }] },
    { containers: [{ name: 'db' }] },
  ],
  [[['f:containers', WEB]], { containers: [{ name: 'web' }] }, { containers: null }],
  [
    [['f:containers', WEB, 'f:image']],
    { containers: [{ name: 'web', image: 'x' }] },
    { containers: [{ name: 'web' }] },
  ],
  [[['f:unheardOf']], { replicas: 1 }, { replicas: 1 }],
]

test.each(REMOVED)('without %j', (gone, spec, left) => {
  const set = setOfPaths(gone.map((path) => ['f:spec', ...path]))
  const before = structuredClone(spec)
  expect(removeFields(type, { kind: 'Pod', spec }, set)).toEqual({ kind: 'Pod', spec: left })
  expect(spec).toEqual(before)
})

test('structs on the way become members, map keys and elements do not', () => {
  const set = setOfPaths([
    ['f:spec', 'f:containers', WEB, 'f:image'],
    ['f:metadata', 'f:labels', 'f:a'],
  ])
  const named: FieldSet = withNamedFields(type, set)
  expect(JSON.stringify(named)).toBe(
    '{"f:metadata":{".":{},"f:labels":{".":{},"f:a":{}}},' +
      `"f:spec":{".":{},"f:containers":{".":{},"k:{\\"name\\":\\"web\\"}":{"f:image":{}}}}}`,
  )
})

describe('reconcileSet', () => {
  test('who owned parts of what is now one value owns it', () => {
    const old = setOfPaths([
      ['f:spec', 'f:nodeSelector', 'f:a'],
      ['f:spec', 'f:tolerations', 'k:{"key":"x"}', 'f:key'],
      ['f:spec', 'f:replicas'],
    ])
    expect(JSON.stringify(reconcileSet(type, old))).toBe(
      '{"f:spec":{"f:nodeSelector":{},"f:replicas":{},"f:tolerations":{}}}',
    )
  })

  test('a set that fits stays the very same', () => {
    const set = setOfPaths([
      ['f:spec', 'f:nodeSelector'],
      ['f:spec', 'f:containers', WEB, 'f:image'],
    ])
    expect(reconcileSet(type, set)).toBe(set)
  })
})
