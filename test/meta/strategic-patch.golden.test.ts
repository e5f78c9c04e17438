import { expect, test } from 'bun:test'
import type { JsonObject } from '../../src/meta/object.ts'
import { strategicMergePatch } from '../../src/meta/strategic-patch.ts'
import { goldenCases, schemaOfKind } from '../support/golden.ts'

interface Case {
  kind: string
  object: JsonObject
  patch: JsonObject
  result?: JsonObject
  error?: string
}

const cases = goldenCases<Case>('strategic-patch')

test('there are cases of every kind and of refusals', () => {
  expect(new Set(cases.map(({ kind }) => kind)).size).toBe(6)
  expect(cases.filter(({ error }) => error !== undefined).length).toBeGreaterThan(20)
})

test.each(cases.map((each, i): [string, Case] => [`${each.kind} ${i}`, each]))(
  'patches %s as upstream does',
  (_, { kind, object, patch, result, error }) => {
    const outcome = strategicMergePatch(object, patch, schemaOfKind(kind))
    if (result) expect(outcome).toEqual({ ok: true, value: result })
    else expect(outcome.ok ? 'merged' : outcome.error.message).toBe(error!)
  },
)
