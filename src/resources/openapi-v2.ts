import type { Json, JsonObject } from '../meta/object.ts'
import { addKindTypes } from './openapi-kinds.ts'
import type { FindSchema, OpenApiKind } from './openapi-input.ts'
import { type Operation, operationsOf, PATCH_TYPE } from './openapi-operations.ts'
import type { Parameter } from './openapi-parameters.ts'
import { refTo } from './openapi-dialect.ts'
import { addType, type Definitions } from './openapi-schema.ts'
import { PATCH_MEDIA_TYPES } from './openapi-v3.ts'

const ANSWERS = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const STREAMS = [
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
]

/** What `/openapi/v2` answers as JSON: Swagger 2.0 of everything that is served. */
export function openApiV2(kinds: readonly OpenApiKind[], find: FindSchema): JsonObject {
  const definitions: Definitions = { dialect: 'v2', done: new Map() }
  const paths: Record<string, JsonObject> = {}
  for (const kind of kinds) {
    for (const operation of operationsOf(kind, find)) {
      const item = (paths[operation.path] ??= {})
      item[operation.method] = rendered(operation)
      for (const name of [operation.body?.type, operation.answer]) {
        const type = name === undefined || name === PATCH_TYPE ? undefined : find(name)
        if (type) addType(definitions, type)
      }
    }
  }
  addKindTypes(definitions, kinds, find)
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.37.2' },
    paths,
    definitions: Object.fromEntries(definitions.done),
    securityDefinitions: {
      BearerToken: {
        type: 'apiKey',
        name: 'authorization',
        in: 'header',
        description: 'Bearer Token authentication',
      },
    },
    security: [{ BearerToken: [] }],
  }
}

function rendered(operation: Operation): JsonObject {
  const { body, answer } = operation
  const produces = operation.isWatchable ? [...ANSWERS, ...STREAMS] : ANSWERS
  const bodies: Json[] = body
    ? [
        {
          name: 'body',
          in: 'body',
          ...(body.required && { required: true }),
          schema: refTo('v2', body.type),
        },
      ]
    : []
  const schema = answer === undefined ? { type: 'string' } : refTo('v2', answer)
  return {
    tags: [operation.tag],
    description: operation.description,
    operationId: operation.id,
    consumes: body?.type === PATCH_TYPE ? [...PATCH_MEDIA_TYPES] : ['*/*'],
    produces: operation.action === 'connect' ? ['*/*'] : [...produces],
    schemes: ['https'],
    parameters: [...operation.parameters.map(parameter), ...bodies],
    responses: Object.fromEntries([
      ...operation.codes.map((code): [string, Json] => [
        String(code),
        { description: 'OK', schema },
      ]),
      ['401', { description: 'Unauthorized' }],
    ]),
    'x-kubernetes-action': operation.action,
    'x-kubernetes-group-version-kind': { ...operation.gvk },
  }
}

const parameter = ({ name, in: place, type, description }: Parameter): JsonObject => ({
  name,
  in: place,
  description,
  type,
  uniqueItems: true,
  ...(place === 'path' && { required: true }),
})
