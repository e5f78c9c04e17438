import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  cannotDecode,
  decodeJson,
  kindOf,
  strictFailure,
  strictWarnings,
} from '../../src/meta/decode.ts'
import { schemaFor } from '../../src/resources/schemas.ts'

const schema = (gvk: string) => {
  const [group = '', version = '', kind = ''] = gvk.split('|')
  return schemaFor({ group, version, kind })!
}
const POD = schema('|v1|Pod')
const decoded = (body: string, type = POD) => decodeJson(type, body)
const spec = (body: string) => {
  const result = decoded(`{"spec":${body}}`)
  return result.ok
    ? { value: result.value.value['spec'], strict: result.value.strict }
    : result.error
}

describe('values take the form Go stores', () => {
  const cases: [string, string, unknown][] = [
    [
      'fields in the struct’s order',
      '{"hostNetwork":true,"nodeName":"a","containers":[]}',
      { containers: [], nodeName: 'a', hostNetwork: true },
    ],
    ['null is absent', '{"containers":null,"nodeName":null}', { containers: [] }],
    [
      'zero values that Go leaves out',
      '{"containers":[],"hostNetwork":false,"nodeName":"","tolerations":[],"nodeSelector":{}}',
      { containers: [] },
    ],
    [
      'explicit zeros behind pointers',
      '{"containers":[],"activeDeadlineSeconds":0,"priority":0}',
      { containers: [], activeDeadlineSeconds: 0, priority: 0 },
    ],
    [
      'structs by value are always there',
      '{"containers":[{"name":"a"}]}',
      { containers: [{ name: 'a', resources: {} }] },
    ],
    [
      'null in a list is the zero value',
      '{"containers":[null]}',
      { containers: [{ name: '', resources: {} }] },
    ],
    [
      'quantities are canonical',
      '{"containers":[],"overhead":{"a":1,"b":"1000m","c":0.5,"d":"1024Ki","e":1e3,"f":null}}',
      { containers: [], overhead: { a: '1', b: '1', c: '500m', d: '1Mi', e: '1e3', f: '0' } },
    ],
    [
      '-0 is 0',
      '{"containers":[],"terminationGracePeriodSeconds":-0}',
      { containers: [], terminationGracePeriodSeconds: -0 },
    ],
  ]
  test.each(cases)('%s', (_, body, value) => {
    expect(spec(body)).toEqual({ value, strict: [] } as never)
    expect(Object.keys((spec(body) as { value: object }).value)).toEqual(
      Object.keys(value as object),
    )
  })

  test('times are UTC seconds; Go’s zero time is absent', () => {
    const times =
      '{"metadata":{"creationTimestamp":"2026-01-01T02:00:00.5+02:00","deletionTimestamp":"0001-01-01T00:00:00Z"}}'
    const result = decoded(times)
    expect(result.ok && result.value.value['metadata']).toEqual({
      creationTimestamp: '2026-01-01T00:00:00Z',
    })
  })

  test('base64 loses line breaks and unused bits', () => {
    const result = decoded(
      '{"data":{"a":"Q\\nQ=\\n=","b":"QR==","c":[65,66]}}',
      schema('|v1|Secret'),
    )
    expect(result.ok && result.value.value['data']).toEqual({ a: 'QQ==', b: 'QQ==', c: 'QUI=' })
  })

  test('integers beyond 2^53 survive to the digit', () => {
    const body =
      '{"metadata":{},"data":{"a":9007199254740993,"b":[1.0]},"revision":9223372036854775807}'
    const result = decoded(body, schema('apps|v1|ControllerRevision'))
    expect(JSON.stringify(result.ok && result.value.value)).toBe(
      '{"metadata":{},"data":{"a":9007199254740993,"b":[1]},"revision":9223372036854775807}',
    )
  })

  test('`__proto__` is a key like any other, and harms no one', () => {
    const map = '{"data":{"__proto__":"x","constructor":"y"},"__proto__":{"polluted":true}}'
    const result = decoded(map, schema('|v1|ConfigMap'))
    expect(result.ok && JSON.stringify(result.value.value['data'])).toBe(
      '{"__proto__":"x","constructor":"y"}',
    )
    expect(result.ok && result.value.strict).toEqual(['unknown field "__proto__"'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('what is unknown or twice', () => {
  const cases: [string, string[]][] = [
    [
      '{"foo":1,"containers":[{"name":"a","bar":{"x":1}}]}',
      ['unknown field "spec.foo"', 'unknown field "spec.containers[0].bar"'],
    ],
    ['{"nodeName":"a","nodeName":"b"}', ['duplicate field "spec.nodeName"']],
    ['{"nodeName" : "a" , "nodeName" : "b"}', ['duplicate field "spec.nodeName"']],
    [
      '{"foo":1,"foo":2,"nodeSelector":{"a":"1","a":"2"}}',
      ['unknown field "spec.foo"', 'duplicate field "spec.nodeSelector.a"'],
    ],
    ['{"nodeSelector":{"a\\\\":"1","a\\\\":"2"}}', ['duplicate field "spec.nodeSelector.a\\\\"']],
    ['{"NodeName":"a"}', ['unknown field "spec.NodeName"']],
    ['{"nodeName":"{\\"a\\":1,\\"a\\":2}","schedulerName":":8080"}', []],
    ['{"nodeSelector":{"a":":","b":"\\":"}}', []],
  ]
  test.each(cases)('%s', (body, strict) => {
    expect(spec(body)).toMatchObject({ strict })
  })

  test('at most 100 are reported, each once', () => {
    const many = Array.from({ length: 300 }, (_, i) => `"x${i % 200}":1`).join(',')
    const result = decoded(`{"spec":{${many}}}`)
    expect(result.ok && result.value.strict).toHaveLength(100)
  })

  test('the words of Strict and Warn', () => {
    expect(strictFailure([])).toBeUndefined()
    expect(strictFailure(['unknown field "a"', 'duplicate field "b"'])).toBe(
      'strict decoding error: unknown field "a", duplicate field "b"',
    )
    const yaml =
      'yaml: unmarshal errors:\n  line 3: key "a" already set in map\n  line 4: key "b" already set in map'
    expect(strictWarnings([yaml, 'unknown field "c"'])).toEqual([
      'line 3: key "a" already set in map',
      'line 4: key "b" already set in map',
      'unknown field "c"',
    ])
  })
})

describe('wrong types get Go’s words', () => {
  const at = (field: string, type: string, found = 'string') =>
    `json: cannot unmarshal ${found} into Go struct field ${field} of type ${type}`
  const cases: [string, string][] = [
    ['{"containers":"x"}', at('PodSpec.spec.containers', '[]v1.Container')],
    ['{"containers":[{"name":5}]}', at('Container.spec.containers.name', 'string', 'number')],
    [
      '{"containers":[{"ports":[{"containerPort":"80"}]}]}',
      at('ContainerPort.spec.containers.ports.containerPort', 'int32'),
    ],
    ['{"priority":80.5}', at('PodSpec.spec.priority', 'int32', 'number 80.5')],
    ['{"priority":1.0}', at('PodSpec.spec.priority', 'int32', 'number 1.0')],
    ['{"priority":99999999999}', at('PodSpec.spec.priority', 'int32', 'number 99999999999')],
    ['{"restartPolicy":{}}', at('PodSpec.spec.restartPolicy', 'v1.RestartPolicy', 'object')],
    [
      '{"volumes":[{"hostPath":5}]}',
      at('Volume.spec.volumes.VolumeSource.hostPath', 'v1.HostPathVolumeSource', 'number'),
    ],
    ['{"overhead":[]}', at('PodSpec.spec.overhead', 'v1.ResourceList', 'array')],
    ['{"hostNetwork":[]}', at('PodSpec.spec.hostNetwork', 'bool', 'array')],
    ['{"nodeSelector":{"a":true}}', at('PodSpec.spec.nodeSelector', 'string', 'bool')],
    [
      '{"containers":[{"livenessProbe":{"httpGet":{"port":{}}}}]}',
      at(
        'HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port',
        'int32',
        'object',
      ),
    ],
    [
      '{"overhead":{"cpu":"abc"}}',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ]
  test.each(cases)('%s', (body, error) => {
    expect(spec(body)).toBe(error)
  })

  const times: [string, string][] = [
    ['nope', 'parsing time "nope" as "2006-01-02T15:04:05Z07:00": cannot parse "nope" as "2006"'],
    ['2026-13-01T00:00:00Z', 'parsing time "2026-13-01T00:00:00Z": month out of range'],
    ['2026-02-30T00:00:00Z', 'parsing time "2026-02-30T00:00:00Z": day out of range'],
    [
      '2026-01-01 00:00:00Z',
      'parsing time "2026-01-01 00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse " 00:00:00Z" as "T"',
    ],
  ]
  test.each(times)('time %s', (text, error) => {
    const result = decoded(`{"metadata":{"creationTimestamp":"${text}"}}`)
    expect(result).toEqual({ ok: false, error })
  })

  const kinds: [string, string][] = [
    [
      '[]',
      'array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    ],
    ['{"kind":5}', 'number into Go struct field .kind of type string'],
    ['{"apiVersion":{},"kind":5}', 'object into Go struct field .apiVersion of type string'],
  ]
  test.each(kinds)('kind of %s', (body, error) => {
    expect(kindOf(JSON.parse(body))).toEqual({
      ok: false,
      error: `couldn't get version/kind; json parse error: json: cannot unmarshal ${error}`,
    })
  })

  test('the 400 names what was asked for, or shows the body’s head', () => {
    const gvk = { group: '', version: 'v1', kind: 'Pod' }
    expect(cannotDecode('Pod', gvk, 'x', new Uint8Array())).toMatchObject({
      code: 400,
      message: 'Pod in version "v1" cannot be handled as a Pod: x',
    })
    const body = Buffer.from('{"a":"0123456789012345678901234567890"}')
    expect(cannotDecode('Pod', undefined, 'x', body).message).toBe(
      'the object provided is unrecognized (must be of type Pod): x ({"a":"012345678901234567890123 ...)',
    )
    expect(cannotDecode('Pod', undefined, 'x', Buffer.from('[]')).message).toEndWith('x (5b5d)')
  })
})

describe('any body', () => {
  test('random JSON never throws, and decoding twice changes nothing', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        const first = decoded(text)
        if (!first.ok) return
        const again = decoded(JSON.stringify(first.value.value))
        expect(again).toEqual({ ok: true, value: { value: first.value.value, strict: [] } })
      }),
      { numRuns: 300 },
    )
  })

  test('random values in a Pod’s fields never throw', () => {
    const names = POD.byName.get('spec')!.value
    const fields = names.of === 'object' ? names.type.fields.map((f) => f.name) : []
    const arbitrary = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 }), {
      maxKeys: 6,
    })
    fc.assert(
      fc.property(arbitrary, (value) => {
        const result = decoded(JSON.stringify({ spec: value }))
        expect(result.ok || result.error.length > 0).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('10,000 levels are refused, a little less is read', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(decoded(nested(10_000))).toEqual({
      ok: false,
      error: "couldn't get version/kind; json parse error: invalid character '[' exceeded max depth",
    })
    const deep = decoded(nested(9_000))
    expect(deep.ok && deep.value.strict).toEqual(['unknown field "a"'])
  })
})

test('nesting inside a known recursive type is a value or an error, never a crash', () => {
  const crd = schema('apiextensions.k8s.io|v1|CustomResourceDefinition')
  for (const step of ['{"items":', '{"not":', '{"items" :']) {
    const nested = `${step.repeat(9_900)}{}${'}'.repeat(9_900)}`
    const body = `{"spec":{"versions":[{"schema":{"openAPIV3Schema":${nested}}}]}}`
    const result = decodeJson(crd, body)
    expect(result.ok || result.error).toSatisfy(
      (r) => r === true || `${r}`.endsWith('exceeded max depth'),
    )
  }
})
