import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { bodyText } from '../../src/commands/body.ts'
import { headOf, splitManaged } from '../../src/meta/managed-segment.ts'
import type { KubeObject } from '../../src/meta/object.ts'

const pod = (more: object = {}, metadata: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', ...metadata }, ...more }) as KubeObject
const OWNED = '[{"manager":"m","fieldsV1":{"f:spec":{"k:{\\"name\\":\\"}]\\"}":{}}}}]'

describe('splitManaged', () => {
  test.each<[string, KubeObject, string]>([
    ['none', pod(), ''],
    ['some', pod({ spec: { a: 1 } }), OWNED],
    ['the last of all', pod(), OWNED],
    ['a name with quotes and brackets', pod({}, { annotations: { x: '"}],"managedFields":[{' } }), OWNED],
    ['a text that ends in a backslash', pod({}, { annotations: { x: 'a\\', y: '\\"' } }), OWNED],
    ["a template's own", pod({ spec: { template: { metadata: { name: 'b', managedFields: [{ manager: 'x' }] } } } }), OWNED],
    ["a template's own alone", pod({ spec: { template: { metadata: { name: 'b', managedFields: [] } } } }), ''],
  ])('%s', (_name, object, managed) => {
    const split = splitManaged(bodyText(object, managed))
    expect(split).toEqual({ rest: bodyText(object, ''), managed })
  })

  test.each([
    ['not the last', '{"metadata":{"name":"a","managedFields":[],"uid":"u"}}'],
    ['the only one', '{"metadata":{"managedFields":[]}}'],
    ['no object', '[]'],
  ])('another form is left to a parser: %s', (_name, text) => expect(splitManaged(text)).toBeUndefined())

  test('whatever texts there are', () => {
    const text = fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', 'a', 'managedFields') })
    fc.assert(
      fc.property(fc.dictionary(text, text), fc.dictionary(text, fc.array(text)), text, (annotations, spec, manager) => {
        const object = pod({ spec }, { annotations })
        const managed = JSON.stringify([{ manager, fieldsV1: { [manager]: {} } }])
        expect(splitManaged(bodyText(object, managed))).toEqual({ rest: bodyText(object, ''), managed })
        expect(splitManaged(bodyText(object, ''))?.managed ?? '').toBe('')
      }),
    )
  })
})

describe('headOf', () => {
  test.each<[string, KubeObject, string]>([
    ['none', pod({ spec: { a: 1 } }), ''],
    ['some', pod({ spec: { a: 1 } }, { labels: { a: 'b' } }), OWNED],
    ['the last of all', pod(), OWNED],
    ['a name with quotes and brackets', pod({}, { annotations: { x: '"}],"managedFields":[{' } }), OWNED],
    ["a template's own", pod({ spec: { template: { metadata: { name: 'b', managedFields: [{ manager: 'x' }] } } } }), ''],
  ])('%s', (_name, object, managed) => {
    const { apiVersion, kind, metadata } = object
    expect(JSON.parse(headOf(bodyText(object, managed))!)).toEqual({ apiVersion, kind, metadata })
  })

  test('tells nothing of a text in another form', () => {
    expect(headOf('{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}}')).toBeUndefined()
    expect(headOf('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"')).toBeUndefined()
  })
})
