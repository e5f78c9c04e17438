import { err, ok, type Result } from '../base/result.ts'
import {
  cannotDecode, kindOf, parseJsonBody, parseYamlBody, strictFailure, strictWarnings, typed,
  type FieldValidation, type NamedKind, type ParsedBody,
} from '../meta/decode.ts'
import { decodeProtobuf, openEnvelope, PROTOBUF_MEDIA_TYPE, type Envelope } from '../meta/protobuf.ts'
import { apiVersionOf, parseApiVersion } from '../meta/kind.ts'
import type { Json, KubeObject } from '../meta/object.ts'
import { prune, type Pruned } from '../meta/prune.ts'
import type { TypeSchema } from '../meta/schema.ts'
import { badRequest, unsupportedMediaType, type Status } from '../meta/status.ts'
import type { ServedVersion } from '../resources/define.ts'
import type { Served } from '../resources/registry.ts'
import { schemaOf } from '../resources/schemas.ts'
import type { Frame } from './environment.ts'

/** A body before its type is known: JSON or YAML values, or an opened protobuf envelope. */
export type RequestBody = ParsedBody | Envelope

const isEnvelope = (body: RequestBody): body is Envelope => 'raw' in body

/** Reads a body of any media type that upstream takes; its type is not known yet. */
export function parseBytes(bytes: Uint8Array, type: string): Result<RequestBody, Status> {
  const parsed = parserOf(type)?.(bytes)
  if (!parsed)
    return err(
      unsupportedMediaType(
        'the body of the request was in an unknown format - accepted media types include: ' +
          'application/json, application/yaml, application/vnd.kubernetes.protobuf',
      ),
    )
  return parsed.ok ? parsed : err(badRequest(parsed.error))
}

function parserOf(type: string): ((bytes: Uint8Array) => Result<RequestBody, string>) | undefined {
  if (type === 'application/json') return parseJsonBody
  if (type === PROTOBUF_MEDIA_TYPE) return openEnvelope
  return type === 'application/yaml' ? parseYamlBody : undefined
}

const NO_BODY = new Uint8Array()

/** The value of a body whose form needs no type; protobuf has none. */
export const plainValue = (body: RequestBody): Json | undefined =>
  isEnvelope(body) ? undefined : body.value

/** A body brought into a type's form. */
export const typedBody = (schema: TypeSchema, body: RequestBody): Result<Pruned, string> =>
  isEnvelope(body) ? decodeProtobuf(schema, body) : typed(schema, body)

/** An object in its storage version, defaulted, with the warnings its decoding gave. */
export interface Stored {
  readonly object: KubeObject
  readonly warnings: readonly string[]
}

/** Bodies of subresources that are another kind than the object's. */
const BODY_KINDS: Readonly<Record<string, string>> = {
  scale: 'io.k8s.api.autoscaling.v1.Scale',
  binding: 'io.k8s.api.core.v1.Binding',
  eviction: 'io.k8s.api.policy.v1.Eviction',
}

/** Brings a parsed body into storage form: typed, defaulted, converted. */
export function toStored(
  { definition, version }: Served,
  subresource: string,
  body: RequestBody,
  bytes: Uint8Array,
  validation: FieldValidation,
): Result<Stored, Status> {
  const schemaName = BODY_KINDS[subresource] ?? version.schema
  const own = schemaName === version.schema
  const kind = own ? definition.kind : schemaName.slice(schemaName.lastIndexOf('.') + 1)
  const wanted = own ? version : versionOfSchema(schemaName)
  const named = isEnvelope(body) ? ok(body) : kindOf(body.value)
  if (!named.ok) return err(cannotDecode(kind, undefined, named.error, bytes))
  const odd = kindProblem(named.value, kind, wanted)
  if (odd) return err(odd)
  const decoded = typedBody(schemaOf(schemaName), body)
  if (!decoded.ok) return err(cannotDecode(kind, { ...wanted, kind }, decoded.error, bytes))
  const { strict, value } = decoded.value
  const failure = validation === 'Strict' ? strictFailure(strict) : undefined
  if (failure !== undefined) return err(badRequest(failure))
  const object = value as unknown as KubeObject
  object.apiVersion = apiVersionOf(wanted)
  object.kind = kind
  object.metadata ??= {}
  const stored = own && version.toStorage ? version.toStorage(object) : object
  if (own) definition.defaults?.(stored)
  return ok({ object: stored, warnings: validation === 'Warn' ? strictWarnings(strict) : [] })
}

/** The same inside a decision, for a patched document: its text was never seen, so nothing is doubled. */
export function decodeBody(
  frame: Frame,
  value: Json,
  validation: FieldValidation,
): Result<KubeObject, Status> {
  const { definition, served } = frame
  const pruned = prune(schemaOf(served.schema), value)
  if (!pruned.ok)
    return err(cannotDecode(definition.kind, { ...served, kind: definition.kind }, pruned.error, NO_BODY))
  const { strict } = pruned.value
  const failure = validation === 'Strict' ? strictFailure(strict) : undefined
  if (failure !== undefined) return err(badRequest(failure))
  if (validation === 'Warn') frame.warnings.push(...strictWarnings(strict))
  const object = pruned.value.value as unknown as KubeObject
  object.apiVersion = apiVersionOf(served)
  object.kind = definition.kind
  object.metadata ??= {}
  const stored = served.toStorage ? served.toStorage(object) : object
  definition.defaults?.(stored)
  return ok(stored)
}

/** The object as a client of this version sees it. */
export const fromStorage = (served: ServedVersion, object: KubeObject): KubeObject =>
  served.fromStorage ? served.fromStorage(object) : object

interface GroupAndVersion {
  readonly group: string
  readonly version: string
}

function versionOfSchema(schema: string): GroupAndVersion {
  const [, , , group = '', version = ''] = schema.split('.')
  return { group: group === 'core' ? '' : group, version }
}

/** Source: apiserver handlers/create.go: the data must be of the version the path names. */
function kindProblem(named: NamedKind, kind: string, wanted: GroupAndVersion): Status | undefined {
  const expected = apiVersionOf(wanted)
  const { apiVersion } = named
  if (apiVersion !== '' && !parseApiVersion(apiVersion))
    return badRequest(`couldn't get version/kind; unexpected GroupVersion string: ${apiVersion}`)
  if (apiVersion !== '' && apiVersion !== expected)
    return badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    )
  if (named.kind === '' || named.kind === kind) return undefined
  return cannotDecode(kind, { ...wanted, kind: named.kind }, `no kind ${JSON.stringify(named.kind)} is served by this path`, NO_BODY)
}
