import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { decodeProtobuf, openEnvelope } from '../../src/meta/protobuf.ts'
import { schemaFor } from '../../src/resources/schemas.ts'
import { testApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const REVIEW = {
  apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview',
  spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
}
const PROTOBUF = 'application/vnd.kubernetes.protobuf'

test('what is never stored has no rows: 406', async () => {
  const answer = await api.call('POST', REVIEWS, REVIEW, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
  expect(answer.json).toMatchObject({
    code: 406, reason: 'NotAcceptable',
    message: 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  })
})

test('a Table in protobuf: 406', async () => {
  const answer = await api.call('GET', '/api/v1/namespaces/default/pods', undefined, {
    accept: `${PROTOBUF};as=Table;v=v1;g=meta.k8s.io`,
  })
  expect(answer.code).toBe(406)
})

test.each([
  ['a review', 'POST', REVIEWS, REVIEW, 'SelfSubjectAccessReview', 'authorization.k8s.io'],
  ['a refusal', 'GET', '/api/v1/namespaces/default/pods/none', undefined, 'Status', ''],
])('%s in protobuf to who reads nothing else', async (_what, method, path, body, kind, group) => {
  const answer = await api.call(method, path, body, { accept: PROTOBUF })
  expect(answer.headers.get('content-type')).toEqual([PROTOBUF])
  const envelope = openEnvelope(answer.body)
  if (!envelope.ok) throw new Error(envelope.error)
  expect(envelope.value.kind).toBe(kind)
  const read = decodeProtobuf(schemaFor({ group, version: 'v1', kind })!, envelope.value)
  expect(read.ok && Object.keys(read.value.value)).toContain('status')
})

describe('large answers', () => {
  const MAPS = '/api/v1/namespaces/default/configmaps'
  beforeAll(async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `line ${i}`).join('\n')
    await api.call('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large' }, data: { text } })
    await api.call('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'small' }, data: { a: 'b' } })
  })

  test.each([
    [`${MAPS}/large`, 'gzip', true],
    [MAPS, 'deflate, gzip;q=0.8', true],
    [`${MAPS}/small`, 'gzip', false],
    [`${MAPS}/large`, 'gzip;q=0', false],
    [`${MAPS}/large`, 'br', false],
  ])('%s for who takes %s: zipped %p', async (path, accepted, zipped) => {
    const headers = { 'accept-encoding': accepted }
    const plain = await api.call('GET', path)
    const answer = await api.call('GET', path, undefined, { headers })
    expect(answer.headers.get('content-encoding')).toEqual(zipped ? ['gzip'] : undefined)
    const body = zipped ? gunzipSync(answer.body) : answer.body
    expect(body.equals(plain.body)).toBe(true)
    if (zipped) expect(answer.body.length).toBeLessThan(body.length / 2)
  })
})
