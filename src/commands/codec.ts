import { err, ok, type Result } from '../base/result.ts'
import {
  cannotDecode, kindOf, parseJsonBody, parseYamlBody, strictFailure, strictWarnings, typed,
  type FieldValidation, type NamedKind, type ParsedBody,
} from '../meta/decode.ts'
import { decodeProtobuf, openEnvelope, PROTOBUF_MEDIA_TYPE, type Envelope } from '../meta/protobuf.ts'
import { apiVersionOf, parseApiVersion, type GroupVersionKind } from '../meta/kind.ts'
import type { Json, JsonObject, KubeObject } from '../meta/object.ts'
import { prune, type Pruned } from '../meta/prune.ts'
import type { TypeSchema } from '../meta/schema.ts'
import { badRequest, unsupportedMediaType, type Status } from '../meta/status.ts'
import type { ServedVersion } from '../resources/define.ts'
import type { Served } from '../resources/registry.ts'
import { schemaFor, schemaOf, typeOfVersion } from '../resources/schemas.ts'
import type { Frame } from './environment.ts'
import { withLongNumbers } from './long-numbers.ts'

/** A body before its type is known: JSON or YAML values, or an opened protobuf envelope. */
export type RequestBody = ParsedBody | Envelope

const isEnvelope = (body: RequestBody): body is Envelope => 'raw' in body

/**
 * Reads a body of any media type that upstream takes; its type is not known yet. `kind` is what it
 * must be, for the message; options of a delete are read without one.
 */
export function parseBytes(bytes: Uint8Array, type: string, kind?: string): Result<RequestBody, Status> {
  const parsed = parserOf(type)?.(bytes)
  if (!parsed) return err(unknownFormat(BODY_TYPES))
  if (parsed.ok) return parsed
  return err(kind === undefined ? badRequest(parsed.error) : cannotDecode(kind, undefined, parsed.error, bytes))
}

const CUSTOM_BODY_TYPES = ['application/json', 'application/yaml']
const BODY_TYPES = [...CUSTOM_BODY_TYPES, 'application/vnd.kubernetes.protobuf']

/** 415 for a body in a form that is not read. Source: apiserver handlers/negotiation/errors.go. */
export const unknownFormat = (accepted: readonly string[]): Status =>
  unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

function parserOf(type: string): ((bytes: Uint8Array) => Result<RequestBody, string>) | undefined {
  if (type === 'application/json') return parseJsonBody
  if (type === PROTOBUF_MEDIA_TYPE) return openEnvelope
  return type === 'application/yaml' ? parseYamlBody : undefined
}

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

/** The kind that a body sent to a resource or its subresource must be. */
export function bodyKind({ definition, version }: Served, subresource: string): string {
  const schemaName = BODY_KINDS[subresource] ?? version.schema
  return schemaName === version.schema ? definition.kind : lastWord(schemaName)
}

const lastWord = (schema: string): string => schema.slice(schema.lastIndexOf('.') + 1)

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
  const kind = own ? definition.kind : lastWord(schemaName)
  const wanted = own ? version : versionOfSchema(schemaName)
  const named = isEnvelope(body) ? ok(body) : kindOf(body.value)
  if (!named.ok) return err(cannotDecode(kind, undefined, named.error, bytes))
  const odd = kindProblem(named.value, { ...wanted, kind }, bytes)
  if (odd) return err(odd)
  if (own && definition.custom && isEnvelope(body)) return err(unknownFormat(CUSTOM_BODY_TYPES))
  const decoded = typedBody(own ? typeOfVersion(version) : schemaOf(schemaName), body)
  if (!decoded.ok) return err(cannotDecode(kind, { ...wanted, kind }, decoded.error, bytes))
  const { value } = decoded.value
  const refined = own ? refine(version, value) : ok([])
  if (!refined.ok) return err(cannotDecode(kind, { ...wanted, kind }, refined.error, bytes))
  const strict = [...decoded.value.strict, ...refined.value]
  const failure = validation === 'Strict' ? strictFailure(strict) : undefined
  if (failure !== undefined) return err(cannotDecode(kind, { ...wanted, kind }, failure, bytes))
  const object = value as unknown as KubeObject
  object.apiVersion = apiVersionOf(wanted)
  object.kind = kind
  object.metadata ??= {}
  const stored = own && version.toStorage ? version.toStorage(object) : object
  if (own) withLongNumbers(stored, () => definition.defaults?.(stored))
  return ok({ object: stored, warnings: validation === 'Warn' ? strictWarnings(strict) : [] })
}

/** What a version takes out and adds beyond its type. */
const refine = (version: ServedVersion, value: JsonObject): Result<readonly string[], string> =>
  version.refine?.(value as unknown as KubeObject) ?? NOTHING_MORE

const NOTHING_MORE = ok<readonly string[]>([])

/**
 * The same inside a decision, for a patched document; `doubled` is what its patch said twice. Errors
 * are texts: what is shown beside them depends on the patch.
 */
export function decodeBody(
  frame: Pick<Frame, 'definition' | 'served' | 'warnings'>,
  value: Json,
  validation: FieldValidation,
  doubled: readonly string[] = [],
): Result<KubeObject, string> {
  const { definition, served } = frame
  const named = kindOf(value)
  if (!named.ok) return named
  const odd = oddKind(named.value, { ...served, kind: definition.kind })
  if (odd !== undefined) return err(odd)
  const pruned = prune(typeOfVersion(served), value)
  if (!pruned.ok) return pruned
  const refined = refine(served, pruned.value.value)
  if (!refined.ok) return refined
  const strict = [...doubled, ...pruned.value.strict, ...refined.value]
  const failure = validation === 'Strict' ? strictFailure(strict) : undefined
  if (failure !== undefined) return err(failure)
  if (validation === 'Warn') frame.warnings.push(...strictWarnings(strict))
  const object = pruned.value.value as unknown as KubeObject
  object.apiVersion = apiVersionOf(served)
  object.kind = definition.kind
  object.metadata ??= {}
  const stored = served.toStorage ? served.toStorage(object) : object
  withLongNumbers(stored, () => definition.defaults?.(stored))
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
function kindProblem(named: NamedKind, wanted: GroupVersionKind, bytes: Uint8Array): Status | undefined {
  const why = oddKind(named, wanted)
  if (why === undefined) return undefined
  const asked = parseApiVersion(named.apiVersion || apiVersionOf(wanted))
  if (!asked) return cannotDecode(wanted.kind, undefined, why, bytes)
  const kind = named.kind || wanted.kind
  // Another version of the same kind can be read; only the path does not take it.
  if (kind === wanted.kind && !why.startsWith('no kind')) return badRequest(why)
  return cannotDecode(wanted.kind, { ...asked, kind }, why, bytes)
}

/** What is wrong with what a body calls itself. Source: runtime Scheme.New, Convert. */
function oddKind(named: NamedKind, wanted: GroupVersionKind): string | undefined {
  const expected = apiVersionOf(wanted)
  const apiVersion = named.apiVersion || expected
  const kind = named.kind || wanted.kind
  if (apiVersion === expected && kind === wanted.kind) return undefined
  const asked = parseApiVersion(apiVersion)
  if (!asked) return `unexpected GroupVersion string: ${apiVersion}`
  if (!schemaFor({ ...asked, kind })) return notRegistered(kind, apiVersion)
  if (kind === wanted.kind)
    return `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`
  const internal = wanted.group === '' ? 'core' : wanted.group.split('.')[0]
  return `converting (${asked.version}.${kind}) to (${internal}.${wanted.kind}): unknown conversion`
}

/** Source: apimachinery runtime/error.go NewNotRegisteredErrForKind, with upstream's name of its scheme. */
export const notRegistered = (kind: string, apiVersion: string): string =>
  `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`
