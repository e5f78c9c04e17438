import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '../meta/object.ts'
import { addKindTypes } from './openapi-kinds.ts'
import type { FindSchema, OpenApiKind } from './openapi-input.ts'
import { groupVersionPath, type Operation, operationsOf, PATCH_TYPE } from './openapi-operations.ts'
import type { Parameter } from './openapi-parameters.ts'
import { refTo } from './openapi-dialect.ts'
import { addType, type Definitions } from './openapi-schema.ts'

const ANSWERS = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const STREAMS = [
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
]
/** Media types of a patch. */
export const PATCH_MEDIA_TYPES: readonly string[] = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]

/**
 * What `/openapi/v3` answers: a document for each group and version, whose URL changes when its
 * content does, so that clients may cache it for ever. Source: kube-openapi handler3.
 */
export function openApiV3Index(kinds: readonly OpenApiKind[]): JsonObject {
  const byPath = new Map<string, OpenApiKind[]>()
  for (const kind of kinds) {
    const path = groupVersionPath(kind).slice(1)
    byPath.set(path, [...(byPath.get(path) ?? []), kind])
  }
  const paths = [...byPath].map(([path, served]): [string, Json] => [
    path,
    { serverRelativeURL: `/openapi/v3/${path}?hash=${openApiHash(served)}` },
  ])
  return { paths: Object.fromEntries(paths) }
}

/**
 * Changes when a document about these kinds would change (the types change with klio's version).
 */
export const openApiHash = (kinds: readonly OpenApiKind[]): string =>
  createHash('sha256').update(JSON.stringify(kinds)).digest('hex').toUpperCase()

/**
 * The document of one group and version. `kinds` are the served kinds of that group and version.
 */
export function openApiV3(kinds: readonly OpenApiKind[], find: FindSchema): JsonObject {
  const definitions: Definitions = { dialect: 'v3', done: new Map() }
  const paths: Record<string, JsonObject> = {}
  for (const kind of kinds) {
    for (const operation of operationsOf(kind, find)) {
      const item = (paths[operation.path] ??= {})
      item[operation.method] = rendered(operation)
      for (const name of typesOf(operation)) {
        const type = find(name)
        if (type) addType(definitions, type)
      }
    }
  }
  addKindTypes(definitions, kinds, find)
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.37.2' },
    paths,
    components: { schemas: Object.fromEntries(definitions.done), securitySchemes: SECURITY },
  }
}

const SECURITY: JsonObject = {
  BearerToken: {
    type: 'apiKey',
    name: 'authorization',
    in: 'header',
    description: 'Bearer Token authentication',
  },
}

const typesOf = ({ body, answer }: Operation): string[] =>
  [body?.type, answer].filter((name) => name !== undefined && name !== PATCH_TYPE) as string[]

function rendered(operation: Operation): JsonObject {
  const { body, answer } = operation
  const requestBody = body && {
    ...(body.required && { required: true }),
    content: content(
      body.type === PATCH_TYPE ? PATCH_MEDIA_TYPES : ['*/*'],
      refTo('v3', body.type),
    ),
  }
  return {
    tags: [operation.tag],
    description: operation.description,
    operationId: operation.id,
    parameters: operation.parameters.map(parameter),
    ...(requestBody && { requestBody }),
    responses: Object.fromEntries([
      ...operation.codes.map((code): [string, Json] => [String(code), response(operation, answer)]),
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
  ...(place === 'path' && { required: true }),
  schema: { type, uniqueItems: true },
})

function response(operation: Operation, answer: string | undefined): JsonObject {
  if (answer === undefined) {
    const types = operation.action === 'connect' ? ['*/*'] : ['text/plain', ...ANSWERS]
    return { description: 'OK', content: content(types, { type: 'string' }) }
  }
  const types = operation.isWatchable ? [...ANSWERS, ...STREAMS] : ANSWERS
  return { description: 'OK', content: content(types, refTo('v3', answer)) }
}

const content = (mediaTypes: readonly string[], schema: JsonObject): JsonObject =>
  Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }]))
