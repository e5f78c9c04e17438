import { err, ok, type Result } from '../../base/result.ts'
import {
  bodyKind, notRegistered, parseBytes, plainValue, toStored, typedBody, unknownFormat, type RequestBody, type Stored,
} from '../../commands/codec.ts'
import { schemaOf, typeOfVersion } from '../../resources/schemas.ts'
import type { Command } from '../../commands/command.ts'
import type { Accepted } from '../../commands/decided.ts'
import type { Commands, Wanted } from '../../commands/execute.ts'
import { kindOf } from '../../meta/decode.ts'
import { strictErrors } from '../../meta/duplicate-fields.ts'
import { unknownPatchFields } from '../../meta/json-patch-strict.ts'
import { isComponent, type RequestContext } from '../../commands/request-context.ts'
import { scaleOf } from '../../commands/scale.ts'
import type { Cause } from '../../events/log-event.ts'
import { managerName } from '../../meta/manager-name.ts'
import { mediaType } from '../../meta/media-type.ts'
import type { KubeObject } from '../../meta/object.ts'
import { badRequest, deleted, unsupportedMediaType, type Status } from '../../meta/status.ts'
import type { LiveView } from '../../projections/live-view.ts'
import type { Exchange } from '../exchange.ts'
import { contentType, encodeEntry, encodeList, encodeValue } from '../formats.ts'
import { sendPieces } from '../send-pieces.ts'
import { changeSetOf } from '../change-set.ts'
import { everySelected } from './list.ts'
import { encodingOf, type ResourceRequest } from './resource-request.ts'
import { deleteOptions, writeOptions, type WriteOptions } from './write-options.ts'

/** What write verbs need besides the request. */
export interface Writer {
  readonly commands: Commands
  readonly view: LiveView
}

/** What the log keeps of the request. People's patches are kept as sent, reconcilers' are not. */
export function contextOf(exchange: Exchange, options: WriteOptions | undefined, body?: Uint8Array): RequestContext {
  const { caller, agent } = exchange
  exchange.onRecord = true
  return {
    id: exchange.id,
    caller,
    agent,
    address: exchange.incoming.socket?.remoteAddress ?? '',
    command: exchange.header('kubectl-command'),
    session: exchange.header('kubectl-session'),
    traceparent: exchange.header('traceparent'),
    path: exchange.path,
    query: exchange.rawQuery,
    receivedAt: exchange.receivedAt,
    fieldManager: managerName(options?.fieldManager, agent),
    changeSet: changeSetOf(exchange),
    ...(isComponent(caller) && { cause: causeOf(exchange.header('klio-cause')) }),
    ...(body && !isComponent(caller) && { body }),
  }
}

/** The cause that one of klio's own nodes sends along; anything else in its place is ignored. */
function causeOf(header: string | undefined): Cause | undefined {
  if (header === undefined) return undefined
  try {
    return JSON.parse(header) as Cause
  } catch {
    return undefined
  }
}

/** POST of an object, or on a subresource such as binding and eviction. */
export async function create(request: ResourceRequest, writer: Writer): Promise<void> {
  const { exchange } = request
  const wish = await bodyWish(request, 'CreateOptions')
  if (!wish.ok) return exchange.refuse(wish.error)
  const { object, options, bytes, warnings, again } = wish.value
  const command = { verb: 'create', ...placeOf(request), object, dryRun: options.dryRun } as const
  await run(request, writer, options, bytes, { warnings, again: () => ({ ...command, object: again() }) }, command)
}

/** PUT of an object or of a part of it. */
export async function update(request: ResourceRequest, writer: Writer): Promise<void> {
  const { exchange } = request
  const wish = await bodyWish(request, 'UpdateOptions')
  if (!wish.ok) return exchange.refuse(wish.error)
  const { object, options, bytes, warnings, again } = wish.value
  const command = { verb: 'update', ...placeOf(request), object, dryRun: options.dryRun } as const
  await run(request, writer, options, bytes, { warnings, again: () => ({ ...command, object: again() }) }, command)
}

const DELETE_OPTIONS = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions'

type PatchType = Extract<Command, { verb: 'patch' }>['patchType']

const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
}

/** A custom resource's schema says nothing of strategic merges. */
const CUSTOM_PATCHES = Object.keys(PATCH_TYPES).filter((type) => PATCH_TYPES[type] !== 'strategic')

/** PATCH in one of the four forms. */
export async function patch(request: ResourceRequest, writer: Writer): Promise<void> {
  const { exchange } = request
  const type = mediaType(exchange.header('content-type'))
  const patchType = PATCH_TYPES[type]
  // Upstream's router answers this one, in its own words.
  if (!patchType) return exchange.refuse({ ...unsupportedMediaType('415: Unsupported Media Type'), details: {} })
  if (patchType === 'strategic' && request.served.definition.custom) return exchange.refuse(unknownFormat(CUSTOM_PATCHES))
  const options = writeOptions(exchange.query, 'PatchOptions', patchType === 'apply')
  if (!options.ok) return exchange.refuse(options.error)
  const body = await exchange.body()
  if (!body.ok) return exchange.refuse(body.error)
  const decoded = parseBytes(body.value, patchType === 'apply' ? 'application/yaml' : 'application/json')
  if (!decoded.ok) return exchange.refuse(patchType === 'apply' ? decoded.error : badRequest('invalid JSON patch'))
  const command = {
    verb: 'patch', ...placeOf(request), patchType, patch: plainValue(decoded.value) ?? null,
    force: options.value.force, dryRun: options.value.dryRun,
  } as const
  await run(request, writer, options.value, body.value, { doubled: doubledBy(request, patchType, decoded.value) }, command)
}

/** What a patch says twice, and what of a JSON patch means nothing. Source: apiserver handlers/patch.go. */
function doubledBy({ served }: ResourceRequest, patchType: PatchType, body: RequestBody): string[] {
  if (patchType === 'json') return unknownPatchFields(plainValue(body) ?? null)
  if ('raw' in body) return []
  if ('duplicates' in body) return [...body.duplicates]
  return strictErrors(body.text, typeOfVersion(served.version)).filter((text) => text.startsWith('duplicate field'))
}

/** DELETE of one object. */
export async function remove(request: ResourceRequest, writer: Writer): Promise<void> {
  const { exchange } = request
  const options = await readDeleteOptions(exchange)
  if (!options.ok) return exchange.refuse(options.error)
  const context = contextOf(exchange, undefined)
  const answer = await writer.commands.execute(
    {
      command: { verb: 'delete', ...placeOf(request), options: options.value, dryRun: options.value.dryRun },
      definition: request.served.definition, served: request.served.version,
    },
    context,
  )
  if (!answer.ok) return exchange.refuse(answer.error)
  answerDelete(request, writer, answer.value)
}

/** DELETE of a collection: each object on its own, as upstream does. */
export async function removeCollection(request: ResourceRequest, writer: Writer): Promise<void> {
  const { exchange, served } = request
  const options = await readDeleteOptions(exchange)
  if (!options.ok) return exchange.refuse(options.error)
  const selected = await everySelected(request)
  if (!selected.ok) return exchange.refuse(selected.error)
  const { definition, version } = served
  const context = contextOf(exchange, undefined)
  const answers = await Promise.all(
    selected.value.entries.map((entry, i) =>
      writer.commands.execute(
        {
          command: {
            verb: 'delete', resource: definition.resource, namespace: entry.namespace, name: entry.name,
            options: options.value, dryRun: options.value.dryRun, ofCollection: true,
          },
          definition, served: version,
        },
        i === 0 ? context : { ...context, id: Bun.randomUUIDv7(), changeSet: context.changeSet },
      ),
    ),
  )
  const refusal = answers.find((answer) => !answer.ok && answer.error.code !== 404)
  if (refusal && !refusal.ok) return exchange.refuse(refusal.error)
  const { entries, revision } = selected.value
  exchange.outgoing.writeHead(200, exchange.headers({ 'content-type': contentType(request.format) }))
  await sendPieces(exchange.outgoing, encodeList(encodingOf(request), entries, { revision }))
}

interface BodyWish {
  readonly object: KubeObject
  readonly options: WriteOptions
  readonly bytes: Uint8Array
  readonly warnings: readonly string[]
  /** The object out of the same bytes once more. */
  readonly again: () => KubeObject
}

async function bodyWish(request: ResourceRequest, kind: string): Promise<Result<BodyWish, Status>> {
  const { exchange, served } = request
  const options = writeOptions(exchange.query, kind)
  if (!options.ok) return options
  const body = await exchange.body()
  if (!body.ok) return body
  const { subresource } = exchange.info
  const type = mediaType(exchange.header('content-type')) || 'application/json'
  const read = (): Result<Stored, Status> => {
    const decoded = parseBytes(body.value, type, bodyKind(served, subresource))
    if (!decoded.ok) return decoded
    return toStored(served, subresource, decoded.value, body.value, options.value.fieldValidation)
  }
  const stored = read()
  if (!stored.ok) return stored
  const again = (): KubeObject => {
    const anew = read()
    return anew.ok ? anew.value.object : stored.value.object
  }
  return ok({ ...stored.value, options: options.value, bytes: body.value, again })
}

const placeOf = ({ exchange, served }: ResourceRequest) => ({
  resource: served.definition.resource,
  namespace: served.definition.namespaced ? exchange.info.namespace : '',
  name: exchange.info.name,
  subresource: exchange.info.subresource,
})

async function run(
  request: ResourceRequest,
  writer: Writer,
  options: WriteOptions,
  bytes: Uint8Array,
  said: Pick<Wanted, 'warnings' | 'doubled' | 'again'>,
  command: Command,
): Promise<void> {
  const { exchange, served } = request
  // What a create or update sent is the event's body; only a patch says more than its outcome.
  const context = contextOf(exchange, options, command.verb === 'patch' ? bytes : undefined)
  const answer = await writer.commands.execute(
    {
      command, definition: served.definition, served: served.version, ...said,
      fieldValidation: options.fieldValidation, onWarnings: (warnings) => exchange.warn(warnings),
    },
    context,
  )
  if (!answer.ok) return exchange.refuse(answer.error)
  answerObject(request, writer, answer.value)
}

/** 201 for what was created, 200 otherwise; the object in the form that was asked for. */
function answerObject(request: ResourceRequest, writer: Writer, accepted: Accepted): void {
  const { exchange, format } = request
  const encoding = encodingOf(request)
  exchange.warn(accepted.warnings)
  const { subresource } = exchange.info
  const action = exchange.info.verb === 'create' && subresource !== ''
  if (action) return exchange.json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
  const code = accepted.effect === 'created' ? 201 : 200
  const entry = entryOf(request, writer, accepted)
  const body = subresource === 'scale' ? encodeValue(encoding, scaleOf(encoding, entry)) : encodeEntry(encoding, entry)
  exchange.send(code, contentType(format), body)
}

const entryOf = ({ served }: ResourceRequest, { view }: Writer, { object, bytes, revision }: Accepted) =>
  view.entryOf({
    resource: served.definition.resource,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name ?? '',
    uid: object.metadata.uid ?? '',
    revision,
    bytes: bytes!,
    object,
  })

/** What vanished is a Status (or the object for kinds that give it back), what is held is the object. */
function answerDelete(request: ResourceRequest, writer: Writer, accepted: Accepted): void {
  const { exchange, served, format } = request
  const { definition, version } = served
  const given = definition.gracefulSeconds !== undefined || definition.returnsDeleted
  if (accepted.effect !== 'deleted' || given)
    return exchange.send(200, contentType(format), encodeEntry(encodingOf(request), entryOf(request, writer, accepted)))
  const gr = { group: version.group, resource: definition.plural }
  exchange.json(200, deleted(gr, exchange.info.name, accepted.object.metadata.uid!))
}

/** Options that call themselves something else. Source: apiserver handlers/delete.go. */
function oddOptions(body: RequestBody): string | undefined {
  const named = 'raw' in body ? ok(body) : kindOf(body.value)
  if (!named.ok) return named.error
  const { apiVersion, kind } = named.value
  return kind === '' || kind === 'DeleteOptions' ? undefined : notRegistered(kind, apiVersion)
}

async function readDeleteOptions(exchange: Exchange) {
  const body = await exchange.body()
  if (!body.ok) return body
  if (body.value.length === 0) return deleteOptions(undefined, exchange.query)
  const type = mediaType(exchange.header('content-type')) || 'application/json'
  const decoded = parseBytes(body.value, type)
  if (!decoded.ok) return err(decoded.error)
  const odd = oddOptions(decoded.value)
  if (odd !== undefined) return err(badRequest(odd))
  const options = typedBody(schemaOf(DELETE_OPTIONS), decoded.value)
  if (!options.ok) return err(badRequest(options.error))
  return deleteOptions(options.value.value, exchange.query)
}
