import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Batch } from '../../src/events/log.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { memoryLog } from '../../src/events/memory-log.ts'
import { answerOf, request, testApi, type Answer, type TestApi } from '../support/api.ts'
import { requestBytes, type RawRequest } from '../support/raw-http.ts'

const PATH = '/api/v1/namespaces/default/configmaps'
const object = (name: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more })
const json = (text: string | Uint8Array, more: Partial<RawRequest> = {}): RawRequest =>
  request('POST', PATH, text, more)
const get = (path: string): RawRequest => request('GET', path)
const nested = (depth: number): string => `{"apiVersion":"v1","kind":"ConfigMap","data":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`
const token = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url')
const YAML = { type: 'application/yaml' }
const PROTOBUF = { type: 'application/vnd.kubernetes.protobuf' }

/** What is wrong, the request, and the code, reason and words of its refusal. */
type Row = readonly [what: string, request: RawRequest, code: number, reason: string | undefined, message: string | RegExp]

const rows: readonly Row[] = [
  ['JSON that ends too soon', json('{"apiVersion":"v1","kind":"ConfigMap"'), 400, 'BadRequest', 'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"apiVersion":"v1","kind":"Con ...)'],
  ['no JSON at all', json('hello'), 400, 'BadRequest', /^the object provided is unrecognized \(must be of type ConfigMap\): couldn't get version\/kind; json parse error: json: cannot unmarshal|invalid character 'h'/],
  ['YAML that is none', json('a: b: c\n', YAML), 400, 'BadRequest', /^the object provided is unrecognized \(must be of type ConfigMap\): yaml: /],
  ['protobuf without its magic', json('hello', PROTOBUF), 400, 'BadRequest', /expected at least 4 bytes|does not appear to be a protobuf message/],
  ['protobuf garbage', json(Uint8Array.from([0x6b, 0x38, 0x73, 0, 0xff, 0xff, 0xff]), PROTOBUF), 400, 'BadRequest', /unexpected EOF|proto: /],
  ['a number for a string', json('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":1}}'), 400, 'BadRequest', 'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string'],
  ['an array for an object', json('{"apiVersion":"v1","kind":"ConfigMap","metadata":[]}'), 400, 'BadRequest', /^ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal array into Go struct field/],
  ['unknown fields, Strict', json(JSON.stringify(object('x', { foo: 1 })), { path: `${PATH}?fieldValidation=Strict` }), 400, 'BadRequest', 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"'],
  ['duplicate fields, Strict', json('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":"1","a":"2"}}', { path: `${PATH}?fieldValidation=Strict` }), 400, 'BadRequest', 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a"'],
  ['a body of 5 MB', json(JSON.stringify(object('x', { data: { a: 'x'.repeat(5_000_000) } }))), 413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728'],
  ['10,000 levels', json(nested(10_000)), 400, 'BadRequest', /exceeded max depth/],
  ['100,000 levels', json(nested(100_000)), 400, 'BadRequest', /exceeded max depth/],
  ['100,000 open arrays', json('['.repeat(100_000)), 400, 'BadRequest', /exceeded max depth/],
  ['a raw NUL in a string', json('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x\0"}}'), 400, 'BadRequest', /invalid character '\\x00' in string literal/],
  ['NUL in a name', json(JSON.stringify(object('x\0'))), 422, 'Invalid', /^ConfigMap "x\\x00" is invalid|^ConfigMap "x\0" is invalid/],
  ['broken UTF-8 in a name', json(Buffer.from(JSON.stringify(object('x\xff')), 'latin1')), 422, 'Invalid', /metadata.name: Invalid value/],
  ['an int32 beyond its range', request('POST', '/apis/apps/v1/namespaces/default/deployments', '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{"replicas":9007199254740993}}'), 400, 'BadRequest', 'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number 9007199254740993 into Go struct field DeploymentSpec.spec.replicas of type int32'],
  ['an int64 beyond its range', request('POST', '/api/v1/namespaces/default/pods', '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"terminationGracePeriodSeconds":9223372036854775808}}'), 400, 'BadRequest', /cannot unmarshal number 9223372036854775808 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64/],
  ['a slash in a name', json(JSON.stringify(object('a/b'))), 422, 'Invalid', /^ConfigMap "a\/b" is invalid: metadata.name: Invalid value: "a\/b": a lowercase RFC 1123 subdomain/],
  ['dots for a name', json(JSON.stringify(object('..'))), 422, 'Invalid', /^ConfigMap ".." is invalid: metadata.name: Invalid value: ".."/],
  ['dots in a path', get(`${PATH}/%2e%2e`), 400, 'BadRequest', 'Name parameter invalid: "..": may not be \'..\''],
  ['a slash that is escaped in a path', get(`${PATH}/a%2fb`), 404, undefined, /./],
  ['a percent sign in a path', get(`${PATH}/a%252e`), 400, 'BadRequest', 'Name parameter invalid: "a%2e": may not contain \'%\''],
  ['a path that is badly escaped', get(`${PATH}/%zz`), 400, 'BadRequest', 'the request path is not valid'],
  ['a kind that nobody knows', json('{"apiVersion":"v1","kind":"Foo"}'), 400, 'BadRequest', 'Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"'],
  ['another kind', json('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}'), 400, 'BadRequest', 'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion'],
  ['a resource that nobody knows', get('/api/v1/namespaces/default/foos'), 404, 'NotFound', 'the server could not find the requested resource'],
  ['a version that nobody knows', get('/apis/apps/v9/deployments'), 404, 'NotFound', 'the server could not find the requested resource'],
  ['a verb that is not allowed', request('POST', `${PATH}/x`, object('x')), 405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  ['a stale resourceVersion', request('PUT', `${PATH}/there`, object('there', { metadata: { name: 'there', resourceVersion: '1' } })), 409, 'Conflict', 'Operation cannot be fulfilled on configmaps "there": the object has been modified; please apply your changes to the latest version and try again'],
  ['a resourceVersion of the future, GET', get(`${PATH}?resourceVersion=99999999`), 504, 'Timeout', /^Timeout: Too large resource version: 99999999, current: \d+$/],
  ['a resourceVersion that is no number', get(`${PATH}?resourceVersion=abc`), 400, 'BadRequest', 'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax'],
  ['a continue token that is none', get(`${PATH}?limit=1&continue=%00`), 400, 'BadRequest', 'invalid continue token: continue key is not valid: illegal base64 data at input byte 0'],
  ['a continue token that climbs', get(`${PATH}?limit=1&continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: '../../x' })}`), 400, 'BadRequest', 'invalid continue token: continue key is not valid: ../../x'],
  ['a continue token that is too old', get(`${PATH}?limit=1&continue=${token({ v: 'meta.k8s.io/v1', rv: 2, start: 'default/a\0' })}`), 410, 'Expired', /^The provided continue parameter is too old to display a consistent list result/],
]

let api: TestApi
const batches: Batch[] = []

beforeAll(async () => {
  api = await testApi({ log: memoryLog(mainLog('test'), { beforeAppend: async (batch) => void batches.push(batch) }) })
  await api.call('POST', PATH, object('there'))
})
beforeEach(() => batches.splice(0))
afterAll(() => api.close())

let names = 0

describe('what is bad is refused in the words of kube-apiserver, and who comes with it is not harmed', () => {
  test.each(rows.map((row) => [row[0], row] as const))('%s', async (_what, [, bad, code, reason, message]) => {
    const around = [`n${++names}`, `n${++names}`]
    const connections = await Promise.all([1, 2, 3].map(() => api.open()))
    const sent = [request('POST', PATH, object(around[0]!)), bad, request('POST', PATH, object(around[1]!))]
    // All are on their way before any is answered: the two that are good share a batch with the bad one.
    connections.forEach((connection, i) => connection.send(requestBytes(sent[i]!)))
    const answers = await Promise.all(connections.map(async (connection, i): Promise<Answer> => answerOf((await connection.answer(sent[i]!.method))!)))
    for (const connection of connections) connection.close()
    const [before, wrong, after] = answers
    expect([before!.code, after!.code]).toEqual([201, 201])
    expect(wrong!.code).toBe(code)
    if (reason !== undefined) {
      const { details: _, ...status } = wrong!.json
      expect(status).toEqual({
        kind: 'Status', apiVersion: 'v1', metadata: expect.any(Object), status: 'Failure', reason, code,
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      } as never)
    }
    const written = batches.flatMap(({ events }) => events.map(({ name }) => name))
    expect(written.sort()).toEqual(around.sort())
    for (const name of around) expect((await api.call('GET', `${PATH}/${name}`)).code).toBe(200)
  })

  test('a connection that brought a refusal serves the next request', async () => {
    const connection = await api.open()
    // What ran out of time or room ends its connection.
    for (const [what, bad, code] of rows.filter(([, , answer]) => answer !== 413 && answer !== 504)) {
      connection.send(requestBytes(bad))
      expect([what, (await connection.answer(bad.method))?.code]).toEqual([what, code])
    }
    connection.send(requestBytes(get(`${PATH}/there`)))
    expect((await connection.answer())?.code).toBe(200)
    connection.close()
  })

  test('a body that is too large ends its connection, not the server', async () => {
    const connection = await api.open()
    connection.send(requestBytes(rows.find(([, , code]) => code === 413)![1]))
    const answer = await connection.answer('POST')
    expect(answer?.code).toBe(413)
    expect(answer?.headers.get('connection')).toEqual(['close'])
    connection.close()
    expect((await api.call('GET', `${PATH}/there`)).code).toBe(200)
  })

  test('a client that goes in the middle of its body leaves nothing', async () => {
    const connection = await api.open()
    const whole = requestBytes(json(JSON.stringify(object('half', { data: { a: 'x'.repeat(100_000) } }))))
    connection.send(whole.subarray(0, 50_000))
    connection.close()
    expect((await api.call('POST', PATH, object('after-half'))).code).toBe(201)
    expect((await api.call('GET', `${PATH}/half`)).code).toBe(404)
  })
})

describe('values that are odd and allowed are kept exactly', () => {
  test.each<[string, string, string]>([
    ['an integer beyond 2^53', '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"NAME"},"spec":{"terminationGracePeriodSeconds":9007199254740993,"containers":[{"name":"a","image":"b"}]}}', '"terminationGracePeriodSeconds":9007199254740993'],
    ['NUL that is escaped', '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"NAME","annotations":{"a":"x\\u0000y"}},"spec":{"containers":[{"name":"a","image":"b"}]}}', '"a":"x\\u0000y"'],
    ['a lone surrogate becomes the replacement character', '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"NAME","annotations":{"a":"\\ud800"}},"spec":{"containers":[{"name":"a","image":"b"}]}}', '"a":"\ufffd"'],
    ['names of JavaScript', '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"NAME","annotations":{"constructor":"a","toString":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}', '"constructor":"a","toString":"b"'],
  ])('%s', async (_what, body, kept) => {
    const name = `kept-${++names}`
    const path = '/api/v1/namespaces/default/pods'
    expect((await api.call('POST', path, body.replace('NAME', name))).code).toBe(201)
    const stored = await api.call('GET', `${path}/${name}`)
    expect(stored.body.toString()).toContain(kept)
    await api.call('PATCH', `${path}/${name}`, { metadata: { labels: { touched: 'yes' } } })
    expect((await api.call('GET', `${path}/${name}`)).body.toString()).toContain(kept)
  })
})
