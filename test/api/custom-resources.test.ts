import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../src/meta/object.ts'
import type { TestApi } from '../support/api.ts'
import { apiWithControllers, crd, CRDS, established, type CrdWish } from '../support/custom.ts'
import { until } from '../support/until.ts'
import { Watcher } from '../support/watcher.ts'

let api: TestApi
beforeAll(async () => {
  api = await apiWithControllers()
})
afterAll(() => api.close())

const at = (group: string, name = '', version = 'v1'): string =>
  `/apis/${group}/${version}/namespaces/default/shirts${name === '' ? '' : `/${name}`}`

const shirt = (group: string, name: string, more: JsonObject = {}, version = 'v1'): JsonObject => ({
  apiVersion: `${group}/${version}`, kind: 'Shirt', metadata: { name }, ...more,
})

const define = (group: string, wish: CrdWish = {}) => established(api, crd(group, wish))

const SPEC: CrdWish = {
  schema: {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          size: { type: 'string', default: 'M' },
          n: { type: 'integer' },
          list: {
            type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'],
            items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, v: { type: 'integer' } } },
          },
        },
      },
      status: { type: 'object', properties: { ready: { type: 'boolean' } } },
    },
  },
  version: {
    subresources: { status: {}, scale: { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' } },
    additionalPrinterColumns: [{ name: 'Size', type: 'string', jsonPath: '.spec.size' }],
    selectableFields: [{ jsonPath: '.spec.size' }],
  },
}

describe('a definition', () => {
  test('is served with discovery and OpenAPI once its names are accepted', async () => {
    const made = await define('served.example.com', SPEC)
    expect((made['status'] as JsonObject)['acceptedNames']).toEqual({ plural: 'shirts', singular: 'shirt', kind: 'Shirt', listKind: 'ShirtList' })
    expect((await api.call('GET', '/apis/served.example.com')).json['preferredVersion']).toEqual({ groupVersion: 'served.example.com/v1', version: 'v1' })
    const { resources } = (await api.call('GET', '/apis/served.example.com/v1')).json as { resources: JsonObject[] }
    expect(resources.map(({ name }) => name)).toEqual(['shirts', 'shirts/scale', 'shirts/status'])
    const document = (await api.call('GET', '/openapi/v3/apis/served.example.com/v1')).json as unknown as { components: { schemas: Record<string, JsonObject> } }
    expect(Object.keys(document.components.schemas)).toContain('com.example.served.v1.ShirtList')
    expect((await api.call('GET', '/openapi/v2')).json['definitions']).toHaveProperty(['com.example.served.v1.Shirt'])
  })

  test('whose names are taken is not served, and is when they are free', async () => {
    const first = crd('taken.example.com', { names: { plural: 'shirts', kind: 'Shirt', shortNames: ['s'] } })
    await established(api, first)
    const second = crd('taken.example.com', { names: { plural: 'socks', kind: 'Shirt', shortNames: ['s'] } })
    ;(second['metadata'] as JsonObject)['name'] = 'socks.taken.example.com'
    expect((await api.call('POST', CRDS, second)).code).toBe(201)
    const conditions = async () =>
      ((await api.call('GET', `${CRDS}/socks.taken.example.com`)).json['status'] as { conditions: { type: string; status: string; reason: string; message: string }[] }).conditions
    await until('the conflict is told', async () => (await conditions()).length === 2)
    expect((await conditions()).map(({ type, status, reason, message }) => [type, status, reason, message])).toEqual([
      ['NamesAccepted', 'False', 'ListKindConflict', '"ShirtList" is already in use'],
      ['Established', 'False', 'NotAccepted', 'not all names are accepted'],
    ])
    await api.call('DELETE', `${CRDS}/shirts.taken.example.com`)
    await until('the second is established', async () => (await conditions()).every(({ status }) => status === 'True'))
  })

  test('that is deleted takes its objects with it first', async () => {
    await define('gone.example.com')
    await api.call('POST', at('gone.example.com'), shirt('gone.example.com', 'held', { metadata: { name: 'held', finalizers: ['a.b/c'] } }))
    await api.call('POST', at('gone.example.com'), shirt('gone.example.com', 'free'))
    const answer = await api.call('DELETE', `${CRDS}/shirts.gone.example.com`)
    expect((answer.json['metadata'] as JsonObject)['finalizers']).toEqual(['customresourcecleanup.apiextensions.k8s.io'])
    await until('one is gone', async () => (await api.call('GET', at('gone.example.com', 'free'))).code === 404)
    const refused = await api.call('POST', at('gone.example.com'), shirt('gone.example.com', 'late'))
    expect([refused.code, refused.json['message']]).toEqual([405, 'create not allowed while custom resource definition is terminating'])
    await api.call('PATCH', at('gone.example.com', 'held'), { metadata: { finalizers: null } })
    await until('the definition is gone', async () => (await api.call('GET', `${CRDS}/shirts.gone.example.com`)).code === 404)
    expect((await api.call('GET', at('gone.example.com'))).code).toBe(404)
    expect((await api.call('GET', '/apis/gone.example.com')).code).toBe(404)
  })

  test('ends the watches of its objects when their form changes, and when it is gone', async () => {
    const definition = await define('watched.example.com', { schema: { type: 'object' } })
    const path = at('watched.example.com')
    const first = await Watcher.open(api, `${path}?watch=1&resourceVersion=0`)
    const versions = structuredClone((definition['spec'] as JsonObject)['versions']) as { schema: JsonObject }[]
    versions[0]!.schema = { openAPIV3Schema: { type: 'object', properties: { n: { type: 'integer' } } } }
    await api.call('PATCH', `${CRDS}/shirts.watched.example.com`, { spec: { versions } } as unknown as JsonObject)
    expect(await first.frame()).toBeUndefined()
    await api.call('POST', path, shirt('watched.example.com', 'x'))
    const second = await Watcher.open(api, `${path}?watch=1`)
    await api.call('DELETE', `${CRDS}/shirts.watched.example.com`)
    expect((await second.frames(2)).map(({ type }) => type)).toEqual(['ADDED', 'DELETED'])
    expect(await second.frame()).toBeUndefined()
    for (const watcher of [first, second]) watcher.close()
  })

  test('stays readable in the past', async () => {
    await define('past.example.com')
    await api.call('POST', at('past.example.com'), shirt('past.example.com', 'x'))
    const revision = api.core.view.revision
    await api.call('DELETE', `${CRDS}/shirts.past.example.com`)
    await until('it is gone', async () => (await api.call('GET', '/apis/past.example.com')).code === 404)
    expect((await api.call('GET', `/asof/${revision}${at('past.example.com', 'x')}`)).json['kind']).toBe('Shirt')
  })
})

describe('a custom resource', () => {
  const group = 'objects.example.com'
  beforeAll(() => define(group, SPEC))
  const post = (name: string, more: JsonObject, query = '') => api.call('POST', at(group) + query, shirt(group, name, more))

  test('is pruned and defaulted, and says what was wrong', async () => {
    const made = await post('pruned', { spec: { n: 1, bad: 2 }, status: { ready: true } })
    expect([made.code, made.json['spec'], made.json['status']]).toEqual([201, { n: 1, size: 'M' }, undefined as unknown as Json])
    expect(made.headers.get('warning')).toEqual(['299 - "unknown field \\"spec.bad\\""'])
    const strict = await post('strict', { spec: { bad: 2 }, other: 1, metadata: { name: 'strict', foo: 1 } }, '?fieldValidation=Strict')
    expect([strict.code, strict.json['message']]).toEqual([
      400, 'Shirt in version "v1" cannot be handled as a Shirt: strict decoding error: unknown field "metadata.foo", unknown field "other", unknown field "spec.bad"',
    ])
    const twice = await api.call('POST', `${at(group)}?fieldValidation=Strict`, `{"apiVersion":"${group}/v1","kind":"Shirt","metadata":{"name":"t"},"spec":{"n":1,"n":2}}`)
    expect(twice.json['message']).toEndWith('strict decoding error: duplicate field "spec.n"')
  })

  test('has a status of its own, and a scale', async () => {
    await post('parts', { spec: { n: 1 } })
    const patched = await api.call('PATCH', `${at(group, 'parts')}/status`, { status: { ready: false }, spec: { n: 5 }, metadata: { labels: { a: 'b' } } })
    expect([patched.json['spec'], patched.json['status'], (patched.json['metadata'] as JsonObject)['generation']]).toEqual([{ n: 1, size: 'M' }, { ready: false }, 1])
    expect((patched.json['metadata'] as JsonObject)['labels']).toBeUndefined()
    const scaled = await api.call('PATCH', `${at(group, 'parts')}/scale`, { spec: { replicas: 7 } })
    expect(scaled.json['spec']).toEqual({ replicas: 7 })
    const now = (await api.call('GET', at(group, 'parts'))).json
    expect([now['spec'], (now['metadata'] as JsonObject)['generation']]).toEqual([{ n: 7, size: 'M' }, 2])
    await post('unscaled', { spec: {} })
    const unscaled = await api.call('GET', `${at(group, 'unscaled')}/scale`)
    expect([unscaled.code, unscaled.json['message']]).toEqual([
      500, 'Internal error occurred: the spec replicas field ".spec.n" does not exist',
    ])
  })

  test('is applied by the keys of its lists', async () => {
    const apply = (manager: string, spec: JsonObject) =>
      api.call('PATCH', `${at(group, 'applied')}?fieldManager=${manager}`, JSON.stringify(shirt(group, 'applied', { spec })), { type: 'application/apply-patch+yaml' })
    expect((await apply('one', { list: [{ name: 'a', v: 1 }] })).code).toBe(201)
    const merged = await apply('two', { list: [{ name: 'b', v: 1 }] })
    expect(merged.json['spec']).toEqual({ list: [{ name: 'a', v: 1 }, { name: 'b', v: 1 }], size: 'M' })
    expect((await apply('two', { list: [{ name: 'a', v: 2 }] })).json['message']).toBe(
      'Apply failed with 1 conflict: conflict with "one": .spec.list[name="a"].v',
    )
    expect((await apply('two', { size: 3 as never })).json['message']).toContain('.spec.size: expected string, got &value.valueUnstructured{Value:3}')
  })

  test('has columns, selectable fields, and no protobuf', async () => {
    await post('shown', { spec: { size: 'XL' } })
    const table = await api.call('GET', `${at(group)}?fieldSelector=spec.size%3DXL`, undefined, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } } as never)
    expect((table.json as unknown as { rows: { cells: Json }[] }).rows.map(({ cells }) => cells)).toEqual([['shown', 'XL']])
    const strategic = await api.call('PATCH', at(group, 'shown'), {}, { type: 'application/strategic-merge-patch+json' })
    expect([strategic.code, strategic.json['message']]).toEqual([415, 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml'])
  })

  test('is checked by its schema, and what was wrong before may stay', async () => {
    const made = await post('wrong', { spec: { n: 'x' as never } })
    expect([made.code, made.json['message']]).toEqual([
      422, 'Shirt.objects.example.com "wrong" is invalid: [spec.n: Invalid value: "string": spec.n in body must be of type integer: "string", .spec.n: Invalid value: 0: .spec.n accessor error: x is of the type string, expected int64]',
    ])
    const schema = (minimum?: number) => ({
      type: 'object', properties: { a: { type: 'integer', ...(minimum && { minimum }) }, b: { type: 'integer' } },
    })
    const definition = await define('ratchet.example.com', { schema: schema() })
    await api.call('POST', at('ratchet.example.com'), shirt('ratchet.example.com', 'x', { a: 1, b: 1 }))
    const spec = structuredClone(definition['spec']) as { versions: { schema: JsonObject }[] }
    spec.versions[0]!.schema = { openAPIV3Schema: schema(5) }
    await api.call('PUT', `${CRDS}/shirts.ratchet.example.com`, { ...definition, spec } as unknown as JsonObject)
    const patch = (body: JsonObject) => api.call('PATCH', at('ratchet.example.com', 'x'), body)
    expect([(await patch({ b: 2 })).code, (await patch({ a: 2 })).code, (await patch({ a: 6 })).code]).toEqual([200, 422, 200])
  })

  test('is held to the rules of its schema', async () => {
    const rules = [
      { rule: 'self.min <= self.max', messageExpression: '"max is below " + (self.min > 2 ? "three" : "two")', fieldPath: '.max' },
      { rule: 'self.max >= oldSelf.max', message: 'max never shrinks' },
    ]
    const spec = {
      type: 'object', required: ['min', 'max'], 'x-kubernetes-validations': rules,
      properties: { min: { type: 'integer' }, max: { type: 'integer' } },
    }
    await define('rules.example.com', { schema: { type: 'object', properties: { spec } } })
    const path = at('rules.example.com')
    const made = (name: string, min: number, max: number) =>
      api.call('POST', path, shirt('rules.example.com', name, { spec: { min, max } }))
    expect((await made('x', 3, 2)).json['message']).toEqual(
      'Shirt.rules.example.com "x" is invalid: spec.max: Invalid value: max is below three',
    )
    expect((await made('x', 1, 5)).code).toEqual(201)
    const shrunk = await api.call('PATCH', `${path}/x`, { spec: { max: 4 } })
    expect([shrunk.code, shrunk.json['message']]).toEqual([
      422, 'Shirt.rules.example.com "x" is invalid: spec: Invalid value: max never shrinks',
    ])
    const refused = await api.call('POST', CRDS, crd('badrule.example.com', {
      schema: { type: 'object', properties: { spec: { ...spec, 'x-kubernetes-validations': [{ rule: 'self.nope > 1' }] } } },
    }))
    expect([refused.code, refused.json['message']]).toEqual([422, expect.stringContaining("undefined field 'nope'")])
  })

  test('keeps integers that no double can be through a patch', async () => {
    await define('exact.numbers.example.com')
    const path = at('exact.numbers.example.com', 'x')
    await api.call('POST', at('exact.numbers.example.com'), '{"apiVersion":"exact.numbers.example.com/v1","kind":"Shirt","metadata":{"name":"x"},"n":9223372036854775807}')
    const patched = await api.call('PATCH', path, '[{"op":"add","path":"/a","value":"b"}]', { type: 'application/json-patch+json' })
    expect([patched.code, patched.body.toString()]).toEqual([200, expect.stringContaining('"n":9223372036854775807,"a":"b"')])
  })

  test('tells null, an empty list and nothing apart', async () => {
    await define('exact.example.com')
    const write = async (spec: Json) => (await api.call('PATCH', at('exact.example.com', 'x'), [{ op: 'add', path: '/spec', value: spec }], { type: 'application/json-patch+json' })).json
    await api.call('POST', at('exact.example.com'), shirt('exact.example.com', 'x', { spec: {} }))
    expect((await write({ a: [] }))['spec']).toEqual({ a: [] })
    expect((await write({ a: null }))['spec']).toEqual({ a: null })
    expect(((await write({ a: null }))['metadata'] as JsonObject)['generation']).toBe(3)
  })
})

describe('stored objects', () => {
  test('get defaults that came after them, when they are read and when they are written', async () => {
    const group = 'later.example.com'
    const made = await define(group, { schema: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } } })
    await api.call('POST', at(group), shirt(group, 'old', { a: 'a', b: 'b' }))
    const spec = structuredClone(made['spec']) as { versions: { schema: JsonObject }[] }
    spec.versions[0]!.schema = { openAPIV3Schema: { type: 'object', properties: { a: { type: 'string' }, c: { type: 'string', default: 'C' } } } }
    const put = await api.call('PUT', `${CRDS}/shirts.${group}`, { ...made, spec } as unknown as JsonObject)
    expect(put.code).toBe(200)
    const seen = async () => {
      const { a, b, c } = (await api.call('GET', at(group, 'old'))).json
      return [a, b, c]
    }
    expect(await seen()).toEqual(['a', undefined as never, 'C'])
    const { items } = (await api.call('GET', at(group))).json as { items: JsonObject[] }
    expect(items.map(({ c }) => c)).toEqual(['C'])
    await api.call('PATCH', at(group, 'old'), { a: 'A' })
    expect(await seen()).toEqual(['A', undefined as never, 'C'])
  })

  test('are shown in each version that is served', async () => {
    const group = 'versions.example.com'
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
    const versions = [
      { name: 'v1beta1', served: true, storage: true, schema },
      { name: 'v1', served: true, storage: false, schema },
      { name: 'v0', served: false, storage: false, schema },
    ]
    await define(group, { versions } as CrdWish)
    const made = await api.call('POST', at(group, '', 'v1'), shirt(group, 'x', { spec: { a: 1 } }, 'v1'))
    expect([made.code, made.json['apiVersion'], made.json['spec']]).toEqual([201, `${group}/v1`, { a: 1 }])
    expect((await api.call('GET', at(group, 'x', 'v1beta1'))).json['apiVersion']).toBe(`${group}/v1beta1`)
    expect((await api.call('GET', at(group, 'x', 'v0'))).code).toBe(404)
    const { versions: told } = (await api.call('GET', `/apis/${group}`)).json as { versions: { version: string }[] }
    expect(told.map(({ version }) => version)).toEqual(['v1', 'v1beta1'])
    const managed = ((await api.call('GET', at(group, 'x', 'v1'))).json['metadata'] as { managedFields: { apiVersion: string }[] }).managedFields
    expect(managed.map(({ apiVersion }) => apiVersion)).toEqual([`${group}/v1`])
  })

  test('that a webhook would make are not served', async () => {
    const group = 'hooked.example.com'
    const schema = { openAPIV3Schema: { type: 'object' } }
    const versions = [
      { name: 'v1', served: true, storage: true, schema },
      { name: 'v2', served: true, storage: false, schema },
    ]
    const webhook = { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://127.0.0.1:1/convert' } }
    await define(group, { versions, conversion: { strategy: 'Webhook', webhook } } as CrdWish)
    expect((await api.call('GET', at(group))).code).toBe(200)
    expect((await api.call('GET', at(group, '', 'v2'))).code).toBe(404)
  })
})
