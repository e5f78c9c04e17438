import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../src/meta/object.ts'
import type { OpenApiKind } from '../../src/resources/openapi-input.ts'
import { groupWord } from '../../src/resources/openapi-operations.ts'
import { openApiV2 } from '../../src/resources/openapi-v2.ts'
import { openApiV2Protobuf } from '../../src/resources/openapi-v2-protobuf.ts'
import { openApiHash, openApiV3, openApiV3Index } from '../../src/resources/openapi-v3.ts'
import { schemaOf } from '../../src/resources/schemas.ts'

const ALL = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const STATUS = { name: 'status', verbs: ['get', 'patch', 'update'] }
const deployment: OpenApiKind = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
  verbs: ALL,
  schemaName: 'io.k8s.api.apps.v1.Deployment',
  subresources: [
    STATUS,
    {
      name: 'scale',
      verbs: ['get', 'patch', 'update'],
      kind: 'Scale',
      group: 'autoscaling',
      version: 'v1',
      schemaName: 'io.k8s.api.autoscaling.v1.Scale',
    },
  ],
}
const pod: OpenApiKind = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
  verbs: ALL,
  schemaName: 'io.k8s.api.core.v1.Pod',
  subresources: [
    STATUS,
    { name: 'log', verbs: ['get'] },
    { name: 'exec', verbs: ['create', 'get'], kind: 'PodExecOptions' },
    { name: 'proxy', verbs: ['create', 'get'], kind: 'PodProxyOptions' },
    {
      name: 'eviction',
      verbs: ['create'],
      kind: 'Eviction',
      group: 'policy',
      version: 'v1',
      schemaName: 'io.k8s.api.policy.v1.Eviction',
    },
  ],
}
const node: OpenApiKind = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  namespaced: false,
  verbs: ['get', 'list'],
  schemaName: 'io.k8s.api.core.v1.Node',
  subresources: [],
}
const find = (name: string) => {
  try {
    return schemaOf(name)
  } catch {
    return undefined
  }
}
const at = (value: Json | undefined, ...path: (string | number)[]): Json | undefined =>
  path.reduce<Json | undefined>(
    (inner, key) => (inner as Record<string | number, Json> | undefined)?.[key],
    value,
  )

describe('/openapi/v3', () => {
  const document = openApiV3([deployment], find)
  const schemas = at(document, 'components', 'schemas') as JsonObject
  const paths = document['paths'] as JsonObject

  test('the index names each group version with a hash of what is in it', () => {
    const index = openApiV3Index([pod, node, deployment])
    expect(Object.keys(index['paths'] as object)).toEqual(['api/v1', 'apis/apps/v1'])
    expect(at(index, 'paths', 'apis/apps/v1', 'serverRelativeURL')).toBe(
      `/openapi/v3/apis/apps/v1?hash=${openApiHash([deployment])}`,
    )
    expect(openApiHash([pod])).not.toBe(openApiHash([pod, node]))
  })

  test('paths and operations are upstream’s', () => {
    expect(Object.keys(paths).sort()).toEqual([
      '/apis/apps/v1/deployments',
      '/apis/apps/v1/namespaces/{namespace}/deployments',
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}',
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale',
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status',
    ])
    const item = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
    expect(Object.keys(item as object).sort()).toEqual(['delete', 'get', 'patch', 'put'])
    expect(at(item, 'patch')).toMatchObject({
      operationId: 'patchAppsV1NamespacedDeployment',
      tags: ['apps_v1'],
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' },
    })
    expect(
      at(item, 'patch', 'requestBody', 'content', 'application/apply-patch+yaml'),
    ).toBeDefined()
  })

  test('kubectl finds fieldValidation and dryRun on PATCH', () => {
    const item = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
    const names = (at(item, 'patch', 'parameters') as JsonObject[]).map((p) => p['name'])
    expect(names).toEqual([
      'name',
      'namespace',
      'pretty',
      'dryRun',
      'fieldManager',
      'fieldValidation',
      'force',
    ])
  })

  test('a subresource with a body of its own says so', () => {
    const scale = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale']
    expect(at(scale, 'put', 'x-kubernetes-group-version-kind')).toEqual({
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
    })
    expect(
      at(scale, 'get', 'responses', '200', 'content', 'application/json', 'schema', '$ref'),
    ).toBe('#/components/schemas/io.k8s.api.autoscaling.v1.Scale')
    expect(schemas['io.k8s.api.autoscaling.v1.ScaleSpec']).toBeDefined()
  })

  test('kinds are marked, and everything a document refers to is in it', () => {
    expect(at(schemas, 'io.k8s.api.apps.v1.Deployment', 'x-kubernetes-group-version-kind')).toEqual(
      [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
    )
    const refs = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
        (m) => m[1]!,
      ),
    )
    expect([...refs].filter((name) => schemas[name] === undefined)).toEqual([])
    expect(refs.size).toBeGreaterThan(100)
  })

  test('schemas carry merge keys, list types, defaults, enums and formats', () => {
    const spec = 'io.k8s.api.core.v1.PodSpec'
    expect(at(schemas, spec, 'properties', 'containers')).toMatchObject({
      type: 'array',
      items: { $ref: '#/components/schemas/io.k8s.api.core.v1.Container' },
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    })
    expect(at(schemas, spec, 'properties', 'restartPolicy', 'enum')).toEqual([
      'Always',
      'Never',
      'OnFailure',
    ])
    expect(at(schemas, spec, 'required')).toEqual(['containers'])
    const port = 'io.k8s.api.core.v1.ContainerPort'
    expect(at(schemas, port, 'properties', 'protocol', 'default')).toBe('TCP')
    expect(at(schemas, port, 'properties', 'containerPort')).toMatchObject({
      type: 'integer',
      format: 'int32',
      default: 0,
    })
    expect(at(schemas, 'io.k8s.api.core.v1.Container', 'properties', 'resources')).toMatchObject({
      allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.ResourceRequirements' }],
      default: {},
    })
    expect(
      at(schemas, 'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector', 'x-kubernetes-map-type'),
    ).toBe('atomic')
    expect(at(schemas, 'io.k8s.apimachinery.pkg.util.intstr.IntOrString', 'oneOf')).toEqual([
      { type: 'integer' },
      { type: 'string' },
    ])
  })

  test('connecting subresources and those that only create', () => {
    const own = openApiV3([pod, node], find)
    const item = '/api/v1/namespaces/{namespace}/pods/{name}'
    expect(at(own, 'paths', `${item}/exec`, 'post', 'operationId')).toBe(
      'connectCoreV1PostNamespacedPodExec',
    )
    expect(at(own, 'paths', `${item}/proxy/{path}`, 'options', 'operationId')).toBe(
      'connectCoreV1OptionsNamespacedPodProxyWithPath',
    )
    expect(
      at(own, 'paths', `${item}/log`, 'get', 'responses', '200', 'content', 'text/plain'),
    ).toEqual({
      schema: { type: 'string' },
    })
    expect(Object.keys(at(own, 'paths', `${item}/eviction`) as object)).toEqual(['post'])
    expect(at(own, 'paths', '/api/v1/nodes', 'get', 'operationId')).toBe('listCoreV1Node')
    expect(at(own, 'paths', '/api/v1/nodes', 'post')).toBeUndefined()
  })
})

describe('/openapi/v2', () => {
  const document = openApiV2([pod, deployment], find)

  test('is Swagger 2.0 with plain references and no defaults', () => {
    expect(document['swagger']).toBe('2.0')
    const template = at(
      document,
      'definitions',
      'io.k8s.api.apps.v1.DeploymentSpec',
      'properties',
      'template',
    )
    expect(template).toMatchObject({ $ref: '#/definitions/io.k8s.api.core.v1.PodTemplateSpec' })
    expect(JSON.stringify(document['definitions'])).not.toContain('"default":{}')
    expect(
      at(document, 'paths', '/api/v1/namespaces/{namespace}/pods', 'post', 'parameters', 5),
    ).toEqual({
      name: 'body',
      in: 'body',
      required: true,
      schema: { $ref: '#/definitions/io.k8s.api.core.v1.Pod' },
    })
  })

  test('as gnostic protobuf: swagger, info, paths and definitions in their places', () => {
    const bytes = Buffer.from(openApiV2Protobuf(document))
    expect(bytes.subarray(0, 5).toString('latin1')).toBe('\n\x032.0')
    expect(bytes.includes(Buffer.from('io.k8s.api.core.v1.PodSpec'))).toBe(true)
    const small = openApiV2Protobuf({
      swagger: '2.0',
      definitions: { A: { type: 'object', properties: { b: { type: 'string' } }, 'x-k': ['c'] } },
    })
    // Definitions(9) { NamedSchema(1) { name(1), value(2) { type(22), properties(25), vendor(31) }
    // } }
    const type = 'b201080a066f626a656374'
    const properties = 'ca01120a100a0162120bb201080a06737472696e67'
    const vendor = 'fa010e0a03782d6b120712055b2263225d'
    const value = type + properties + vendor
    const sized = (tag: string, hex: string): string =>
      `${tag}${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`
    const named = sized('0a', sized('0a', '41') + sized('12', value))
    expect(Buffer.from(small).toString('hex')).toBe(`0a03322e30${sized('4a', named)}`)
  })
})

test.each([
  ['', 'Core'],
  ['apps', 'Apps'],
  ['rbac.authorization.k8s.io', 'RbacAuthorization'],
  ['flowcontrol.apiserver.k8s.io', 'FlowcontrolApiserver'],
])('operation ids of group %j', (group, word) => {
  expect(groupWord(group)).toBe(word)
})
