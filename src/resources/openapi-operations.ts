import type { GroupVersionKind } from '../meta/kind.ts'
import { listSchemaName, type FindSchema, type OpenApiKind, type ServedSubresource } from './openapi-input.ts'
import {
  DELETE,
  LIST,
  NAMESPACE,
  nameOf,
  type Parameter,
  PATCH,
  PRETTY,
  REST_OF_PATH,
  WRITE,
} from './openapi-parameters.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
/** The type of a patch body, which is any object. */
export const PATCH_TYPE = `${META}.Patch`

/** One HTTP operation, before a dialect spells it. */
export interface Operation {
  readonly path: string
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete' | 'head' | 'options'
  readonly id: string
  readonly description: string
  /** x-kubernetes-action. */
  readonly action: string
  readonly gvk: GroupVersionKind
  readonly parameters: readonly Parameter[]
  readonly body?: { readonly type: string; readonly required: boolean }
  /** Type of the answer; undefined for text. */
  readonly answer: string | undefined
  readonly codes: readonly number[]
  readonly isWatchable: boolean
  readonly tag: string
}

/** All operations of a kind and its subresources. Source: apiserver endpoints/installer.go. */
export function operationsOf(kind: OpenApiKind, find: FindSchema): Operation[] {
  const at = placeOf(kind)
  const verbs = new Set(kind.verbs)
  const listName = listSchemaName(kind)
  const list = find(listName) ? listName : undefined
  const operations: Operation[] = []
  if (verbs.has('list') && list) operations.push(...lists(kind, at, list))
  if (verbs.has('create')) operations.push(create(kind, at))
  if (verbs.has('deletecollection')) operations.push(deleteCollection(kind, at))
  operations.push(...items(kind, at, verbs))
  for (const subresource of kind.subresources)
    operations.push(...subresourceOf(kind, at, subresource))
  return operations
}

/** `Core`, `Apps`, `RbacAuthorization` as operation ids spell a group. */
export function groupWord(group: string): string {
  const parts = group === '' ? ['core'] : group.replace(/\.k8s\.io$/, '').split('.')
  return parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')
}

/** `/api/v1` or `/apis/apps/v1`. */
export const groupVersionPath = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`

interface Place {
  readonly root: string
  readonly collection: string
  readonly item: string
  readonly scope: readonly Parameter[]
  readonly word: string
  /** `NamespacedDeployment` or `Node`. */
  readonly noun: string
  readonly shared: Pick<Operation, 'gvk' | 'tag'>
}

function placeOf(kind: OpenApiKind): Place {
  const root = groupVersionPath(kind)
  const within = kind.namespaced ? `${root}/namespaces/{namespace}` : root
  const word = groupWord(kind.group)
  const version = kind.version.charAt(0).toUpperCase() + kind.version.slice(1)
  return {
    root,
    collection: `${within}/${kind.plural}`,
    item: `${within}/${kind.plural}/{name}`,
    scope: kind.namespaced ? [NAMESPACE] : [],
    word: `${word}${version}`,
    noun: `${kind.namespaced ? 'Namespaced' : ''}${kind.kind}`,
    shared: {
      gvk: gvkOf(kind),
      tag: `${word.charAt(0).toLowerCase()}${word.slice(1)}_${kind.version}`,
    },
  }
}

const gvkOf = ({ group, version, kind }: GroupVersionKind): GroupVersionKind => ({
  group,
  version,
  kind,
})

function lists(kind: OpenApiKind, at: Place, list: string): Operation[] {
  const shared = {
    ...at.shared,
    method: 'get' as const,
    action: 'list',
    description: `list or watch objects of kind ${kind.kind}`,
    answer: list,
    codes: [200],
    isWatchable: kind.verbs.includes('watch'),
  }
  const own: Operation = {
    ...shared,
    path: at.collection,
    id: `list${at.word}${at.noun}`,
    parameters: [...at.scope, PRETTY, ...LIST],
  }
  if (!kind.namespaced) return [own]
  const id = `list${at.word}${kind.kind}ForAllNamespaces`
  return [own, { ...shared, path: `${at.root}/${kind.plural}`, id, parameters: [PRETTY, ...LIST] }]
}

const create = (kind: OpenApiKind, at: Place): Operation => ({
  ...at.shared,
  path: at.collection,
  method: 'post',
  id: `create${at.word}${at.noun}`,
  description: `create a ${kind.kind}`,
  action: 'post',
  parameters: [...at.scope, PRETTY, ...WRITE],
  body: { type: kind.schemaName, required: true },
  answer: kind.schemaName,
  codes: [200, 201, 202],
  isWatchable: false,
})

const deleteCollection = (kind: OpenApiKind, at: Place): Operation => ({
  ...at.shared,
  path: at.collection,
  method: 'delete',
  id: `delete${at.word}Collection${at.noun}`,
  description: `delete collection of ${kind.kind}`,
  action: 'deletecollection',
  parameters: [...at.scope, PRETTY, ...DELETE, ...LIST.filter((p) => !DELETE_LACKS.has(p.name))],
  body: { type: `${META}.DeleteOptions`, required: false },
  answer: `${META}.Status`,
  codes: [200],
  isWatchable: false,
})

const DELETE_LACKS = new Set(['allowWatchBookmarks', 'watch'])

interface ItemVerb {
  readonly verb: string
  readonly method: Operation['method']
  readonly word: string
  readonly says: string
  readonly parameters: readonly Parameter[]
  readonly codes: readonly number[]
  readonly body?: Operation['body']
}

const itemVerbs = (type: string): ItemVerb[] => [
  { verb: 'get', method: 'get', word: 'read', says: 'read', parameters: [], codes: [200] },
  {
    verb: 'update',
    method: 'put',
    word: 'replace',
    says: 'replace',
    parameters: WRITE,
    codes: [200, 201],
    body: { type, required: true },
  },
  {
    verb: 'patch',
    method: 'patch',
    word: 'patch',
    says: 'partially update',
    parameters: PATCH,
    codes: [200, 201],
    body: { type: PATCH_TYPE, required: true },
  },
]

function items(kind: OpenApiKind, at: Place, verbs: ReadonlySet<string>): Operation[] {
  const scope = [nameOf(kind.kind), ...at.scope, PRETTY]
  const shared = { ...at.shared, path: at.item, isWatchable: false }
  const operations = itemVerbs(kind.schemaName)
    .filter(({ verb }) => verbs.has(verb))
    .map(({ method, word, says, parameters, codes, body }): Operation => ({
      ...shared,
      method,
      codes,
      body,
      id: `${word}${at.word}${at.noun}`,
      description: `${says} the specified ${kind.kind}`,
      action: method,
      parameters: [...scope, ...parameters],
      answer: kind.schemaName,
    }))
  if (!verbs.has('delete')) return operations
  const removal: Operation = {
    ...shared,
    method: 'delete',
    id: `delete${at.word}${at.noun}`,
    description: `delete a ${kind.kind}`,
    action: 'delete',
    parameters: [...scope, ...DELETE],
    body: { type: `${META}.DeleteOptions`, required: false },
    answer: `${META}.Status`,
    codes: [200, 202],
  }
  return [...operations, removal]
}

function subresourceOf(kind: OpenApiKind, at: Place, sub: ServedSubresource): Operation[] {
  const type = sub.schemaName ?? kind.schemaName
  const gvk = {
    group: sub.group ?? kind.group,
    version: sub.version ?? kind.version,
    kind: sub.kind ?? kind.kind,
  }
  const suffix = sub.name
    .split('/')
    .map((p) => p.charAt(0).toUpperCase() + p.slice(1))
    .join('')
  const shared = { ...at.shared, gvk, path: `${at.item}/${sub.name}`, isWatchable: false }
  const scope = [nameOf(gvk.kind), ...at.scope, PRETTY]
  if (CONNECTS.has(sub.name.split('/')[0]!))
    return connects(kind, at, { sub, shared, suffix, scope })
  const isText = sub.name === 'log'
  const operations = itemVerbs(type)
    .filter(({ verb }) => sub.verbs.includes(verb))
    .map(({ method, word, says, parameters, codes, body }): Operation => ({
      ...shared,
      method,
      codes,
      body,
      id: `${word}${at.word}${at.noun}${suffix}`,
      description: `${says} ${sub.name} of the specified ${kind.kind}`,
      action: method,
      parameters: [...scope, ...parameters],
      answer: isText ? undefined : type,
    }))
  if (!sub.verbs.includes('create')) return operations
  const post: Operation = {
    ...shared,
    method: 'post',
    id: `create${at.word}${at.noun}${suffix}`,
    description: `create ${sub.name} of a ${kind.kind}`,
    action: 'post',
    parameters: [...scope, ...WRITE],
    body: { type, required: true },
    answer: type,
    codes: [200, 201, 202],
  }
  return [...operations, post]
}

const CONNECTS = new Set(['exec', 'attach', 'portforward', 'proxy'])

interface Connecting {
  readonly sub: ServedSubresource
  readonly shared: Pick<Operation, 'gvk' | 'tag' | 'path' | 'isWatchable'>
  readonly suffix: string
  readonly scope: readonly Parameter[]
}

function connects(
  kind: OpenApiKind,
  at: Place,
  { sub, shared, suffix, scope }: Connecting,
): Operation[] {
  const isProxy = sub.name.startsWith('proxy')
  const methods = isProxy
    ? (['get', 'put', 'post', 'patch', 'delete', 'head', 'options'] as const)
    : (['get', 'post'] as const)
  const own = methods.map((method): Operation => ({
    ...shared,
    method,
    id: `connect${at.word}${method.charAt(0).toUpperCase()}${method.slice(1)}${at.noun}${suffix}`,
    description: `connect ${method.toUpperCase()} requests to ${sub.name} of ${kind.kind}`,
    action: 'connect',
    parameters: scope.filter((p) => p !== PRETTY),
    answer: undefined,
    codes: [200],
  }))
  if (!isProxy) return own
  const below = own.map((operation) => ({
    ...operation,
    path: `${operation.path}/{path}`,
    id: `${operation.id}WithPath`,
    parameters: [...operation.parameters, REST_OF_PATH],
  }))
  return [...own, ...below]
}
