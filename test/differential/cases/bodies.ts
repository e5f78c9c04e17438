import { get, patch, post, put, type Case } from '../case.ts'
import { configMap, deployment, pod } from './objects.ts'

const PATH = '/api/v1/namespaces/NS/configmaps'
const one = (name: string, body: string | Uint8Array, type = 'application/json', query = '', path = PATH): Case => ({
  name: `body: ${name}`, steps: [post(path + query, body, { type })],
})
const nested = (depth: number): string => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`
const YAML = 'application/yaml'
const PROTO = 'application/vnd.kubernetes.protobuf'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/NS/deployments'

const malformed: readonly Case[] = [
  one('empty', ''),
  one('spaces', '   '),
  one('half an object', '{"apiVersion":"v1","kind":"ConfigMap"'),
  one('no JSON', 'hello'),
  one('number', '12'),
  one('null', 'null'),
  one('array', '[]'),
  one('string', '"x"'),
  one('trailing text', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x1"}} x'),
  one('single quotes', "{'a':1}"),
  one('trailing comma', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x2"},}'),
  one('no kind', '{"apiVersion":"v1","metadata":{"name":"x3"}}'),
  one('no apiVersion', '{"kind":"ConfigMap","metadata":{"name":"x4"}}'),
  one('neither', '{"metadata":{"name":"x5"}}'),
  one('empty object', '{}'),
  one('other kind', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x6"}}'),
  one('unknown kind', '{"apiVersion":"v1","kind":"Foo","metadata":{"name":"x7"}}'),
  one('kind is a number', '{"apiVersion":"v1","kind":3}'),
  one('other version', '{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"x8"}}'),
  one('other group', '{"apiVersion":"apps/v1","kind":"ConfigMap","metadata":{"name":"x9"}}'),
  one('bad apiVersion', '{"apiVersion":"a/b/c","kind":"ConfigMap","metadata":{"name":"x10"}}'),
  one('lower-case kind', '{"apiVersion":"v1","kind":"configmap","metadata":{"name":"x11"}}'),
  one('NUL in a value', JSON.stringify(configMap('nul', { a: 'x\0y' }))),
  one('NUL in a name', JSON.stringify(configMap('n\0l'))),
  one('NUL in a key', JSON.stringify(configMap('nulkey', { 'a\0': 'x' }))),
  one('raw NUL', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"raw"},"data":{"a":"x\0y"}}'),
  one('broken UTF-8', Buffer.from(JSON.stringify(configMap('utf8', { a: '\xff\xfe' })), 'latin1')),
  one('broken UTF-8 in a name', Buffer.from(JSON.stringify(configMap('utf8\xff')), 'latin1')),
  one('lone surrogate', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"lone"},"data":{"a":"\\ud800"}}'),
  one('byte order mark', `\ufeff${JSON.stringify(configMap('bom'))}`),
  one('nested 9,000', nested(9_000)),
  one('nested 10,000', nested(10_000)),
  one('nested 100,000', nested(100_000)),
  one('nested arrays', `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"arr"},"data":${'['.repeat(10_001)}`),
  one('5 MB', JSON.stringify(configMap('big', { a: 'x'.repeat(5_000_000) }))),
  one('2 MB of data', JSON.stringify(configMap('big2', { a: 'x'.repeat(2_000_000) }))),
  one('1.4 MB of data', JSON.stringify(configMap('big3', { a: 'x'.repeat(1_400_000) }))),
]

const types: readonly Case[] = [
  one('number for a string', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t1"},"data":{"a":1}}'),
  one('bool for a string', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t2"},"data":{"a":true}}'),
  one('object for a string', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t3"},"data":{"a":{}}}'),
  one('string for a map', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t4"},"data":"x"}'),
  one('array for a map', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t5"},"data":[]}'),
  one('null for a map', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t6"},"data":null}'),
  one('null in a map', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t7"},"data":{"a":null}}'),
  one('metadata a string', '{"apiVersion":"v1","kind":"ConfigMap","metadata":"x"}'),
  one('metadata null', '{"apiVersion":"v1","kind":"ConfigMap","metadata":null}'),
  one('name a number', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":3}}'),
  one('labels an array', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t8","labels":["a"]}}'),
  one('bad time', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t9","creationTimestamp":"yesterday"}}'),
  one('immutable a string', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t10"},"immutable":"yes"}'),
  one('bad base64', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"t11"},"data":{"a":"%%"}}', undefined, '', '/api/v1/namespaces/NS/secrets'),
  one('replicas a string', JSON.stringify(deployment('t12', { replicas: '3' })), undefined, '', DEPLOYMENTS),
  one('replicas a float', JSON.stringify(deployment('t13', { replicas: 1.5 })), undefined, '', DEPLOYMENTS),
  one('replicas 3.0', JSON.stringify(deployment('t14', { replicas: 777 })).replace('777', '3.0'), undefined, '', DEPLOYMENTS),
  one('replicas 1e2', JSON.stringify(deployment('t15', { replicas: 777 })).replace('777', '1e2'), undefined, '', DEPLOYMENTS),
  one('replicas above int32', JSON.stringify(deployment('t16', { replicas: 2147483648 })), undefined, '', DEPLOYMENTS),
  one('replicas above 2^53', JSON.stringify(deployment('t17', { replicas: 777 })).replace('777', '9007199254740993'), undefined, '', DEPLOYMENTS),
  one('int64 above 2^53 kept', JSON.stringify(pod('t18', { terminationGracePeriodSeconds: 777 })).replace('777', '9007199254740993'), undefined, '', '/api/v1/namespaces/NS/pods'),
  one('int64 max', JSON.stringify(pod('t19', { activeDeadlineSeconds: 777 })).replace('777', '9223372036854775807'), undefined, '', '/api/v1/namespaces/NS/pods'),
  one('above int64', JSON.stringify(pod('t20', { terminationGracePeriodSeconds: 777 })).replace('777', '9223372036854775808'), undefined, '', '/api/v1/namespaces/NS/pods'),
  one('bad quantity', JSON.stringify(pod('t21', { containers: [{ name: 'a', image: 'b', resources: { limits: { cpu: 'lots' } } }] })), undefined, '', '/api/v1/namespaces/NS/pods'),
  one('quantity a number', JSON.stringify(pod('t22', { containers: [{ name: 'a', image: 'b', resources: { limits: { cpu: 2 } } }] })), undefined, '', '/api/v1/namespaces/NS/pods'),
  one('containers an object', JSON.stringify(pod('t23', { containers: {} })), undefined, '', '/api/v1/namespaces/NS/pods'),
  one('containers null', JSON.stringify(pod('t24', { containers: null })), undefined, '', '/api/v1/namespaces/NS/pods'),
  one('intOrString an object', JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 't25' }, spec: { ports: [{ port: 1, targetPort: {} }] } }), undefined, '', '/api/v1/namespaces/NS/services'),
]

const doubled = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dup","name":"dup"},"data":{"a":"1","a":"2"},"foo":1,"Data":{"x":"y"}}'
const oddPod = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"odd","lables":{}},"spec":{"containers":[{"name":"a","image":"b","imagePullPolcy":"x","image":"c"}],"nodename":"x"},"bar":{"a":1}}'
const strict: readonly Case[] = ['Strict', 'Warn', 'Ignore', '', 'Sometimes'].flatMap((mode) => [
  one(`doubled and unknown, ${mode}`, doubled, undefined, `?fieldValidation=${mode}`),
  one(`pod, ${mode}`, oddPod, undefined, `?fieldValidation=${mode}`, '/api/v1/namespaces/NS/pods'),
  one(`YAML doubled, ${mode}`, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ydup\ndata:\n  a: b\n  a: c\nfoo: 1\n', YAML, `?fieldValidation=${mode}`),
  {
    name: `body: strict patches, ${mode}`,
    steps: [
      post(PATH, configMap('sp')),
      patch('merge', `${PATH}/sp?fieldValidation=${mode}`, '{"data":{"a":"1","a":"2"},"foo":1}'),
      patch('strategic', `${PATH}/sp?fieldValidation=${mode}`, '{"data":{"b":"1","b":"2"},"foo":1,"metadata":{"lables":{}}}'),
      patch('json', `${PATH}/sp?fieldValidation=${mode}`, '[{"op":"add","path":"/foo","value":1},{"op":"add","path":"/data/c","value":"x","foo":1}]'),
      patch('apply', `${PATH}/sp?fieldValidation=${mode}&fieldManager=me&force=true`, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: sp\ndata:\n  z: b\nfoo: 1\n'),
      put(`${PATH}/sp?fieldValidation=${mode}`, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"sp"},"foo":1,"data":{"a":"1","a":"2"}}'),
    ],
  },
])

const yaml: readonly Case[] = [
  one('YAML', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y1}\ndata: {a: "1"}\n', YAML),
  one('YAML number for string', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y2}\ndata: {a: 1}\n', YAML),
  one('YAML bad', 'apiVersion: v1\n  kind: ConfigMap\n', YAML),
  one('YAML tab', 'apiVersion: v1\nkind:\tConfigMap\nmetadata:\n\tname: x\n', YAML),
  one('YAML two documents', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y3}\n---\nkind: Foo\n', YAML),
  one('YAML empty', '', YAML),
  one('YAML scalar', 'hello', YAML),
  one('YAML list', '- a\n- b\n', YAML),
  one('YAML anchors', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: &n y4}\ndata: {a: *n}\n', YAML),
  one('YAML merge key', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y5}\ndata:\n  <<: {a: b}\n  c: d\n', YAML),
  one('YAML bomb', `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`).join('\n')}\n`, YAML),
  one('YAML booleans', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y6}\nimmutable: yes\n', YAML),
  one('YAML octal', 'apiVersion: v1\nkind: Pod\nmetadata: {name: y7}\nspec: {containers: [{name: a, image: b}], volumes: [{name: v, configMap: {name: c, defaultMode: 0644}}]}\n', YAML, '', '/api/v1/namespaces/NS/pods'),
  one('JSON sent as YAML', JSON.stringify(configMap('y8')), YAML),
  one('YAML sent as JSON', 'apiVersion: v1\nkind: ConfigMap\n'),
]

const envelope = (...bytes: number[]): Uint8Array => Uint8Array.from([0x6b, 0x38, 0x73, 0, ...bytes])
const protobuf: readonly Case[] = [
  one('protobuf empty', '', PROTO),
  one('protobuf without magic', 'hello', PROTO),
  one('protobuf magic only', envelope(), PROTO),
  one('protobuf garbage', envelope(0xff, 0xff, 0xff), PROTO),
  one('protobuf type alone', envelope(0x0a, 0x0f, 0x0a, 2, 0x76, 0x31, 0x12, 9, ...Buffer.from('ConfigMap')), PROTO),
  one('protobuf broken object', envelope(0x0a, 0x0f, 0x0a, 2, 0x76, 0x31, 0x12, 9, ...Buffer.from('ConfigMap'), 0x12, 3, 0x0a, 50, 1), PROTO),
  one('protobuf unknown kind', envelope(0x0a, 0x09, 0x0a, 2, 0x76, 0x31, 0x12, 3, ...Buffer.from('Foo')), PROTO),
]

const media: readonly Case[] = [
  one('type text/plain', JSON.stringify(configMap('m1')), 'text/plain'),
  one('type with charset', JSON.stringify(configMap('m2')), 'application/json; charset=utf-8'),
  one('type upper case', JSON.stringify(configMap('m3')), 'Application/JSON'),
  one('type nonsense', JSON.stringify(configMap('m4')), 'x'),
  { name: 'body: no type', steps: [post(PATH, configMap('m5'), { type: undefined })] },
  one('patch type on POST', JSON.stringify(configMap('m6')), 'application/merge-patch+json'),
  { name: 'body: patch of wrong type', steps: [post(PATH, configMap('m7')), { method: 'PATCH', path: `${PATH}/m7`, type: 'application/json', body: '{}' }] },
  { name: 'body: patch without type', steps: [post(PATH, configMap('m8')), { method: 'PATCH', path: `${PATH}/m8`, body: '{}' }] },
  { name: 'body: form', steps: [post(PATH, 'a=b', { type: 'application/x-www-form-urlencoded' })] },
  ...['text/html', 'application/json;as=Foo;g=meta.k8s.io;v=v1', 'application/json;q=0.1, */*', 'application/*', 'application/xml, application/json', 'application/json;as=Table;g=meta.k8s.io;v=v1beta1', 'application/json;as=Table;g=meta.k8s.io;v=v2', 'application/yaml', 'application/json;pretty=1', 'application/json;stream=watch', '*/xml', ';', 'application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1', 'application/cbor'].map((accept): Case => ({
    name: `accept: ${accept}`, steps: [get('/api/v1/namespaces/kube-public/serviceaccounts/default', { accept }), get('/api/v1/namespaces/NS/serviceaccounts', { accept }), post(PATH, configMap('acc'), { accept })],
  })),
]

export const bodies: readonly Case[] = [...malformed, ...types, ...strict, ...yaml, ...protobuf, ...media]
