import { err, ok, type Result } from '../base/result.ts'
import { newTrail } from './decode-trail.ts'
import { strictErrors } from './duplicate-fields.ts'
import { type ParsedJson, parseJson } from './json-text.ts'
import type { GroupVersionKind } from './kind.ts'
import type { Json, JsonObject } from './object.ts'
import { type Pruned, walkType } from './prune.ts'
import type { TypeSchema } from './schema.ts'
import { badRequest, type Status } from './status.ts'
import { type ParsedYaml, parseYaml } from './yaml.ts'

/** A body before its type is known. */
export type ParsedBody = ParsedJson | ParsedYaml

/** What a body calls itself; either may be missing. */
export interface NamedKind {
  readonly apiVersion: string
  readonly kind: string
}

/**
 * Parses a JSON body. Errors are upstream's texts. Source: runtime/serializer/json json.go Decode.
 */
export function parseJsonBody(body: string | Uint8Array): Result<ParsedJson, string> {
  const parsed = parseJson(body)
  return parsed.ok ? parsed : err(`couldn't get version/kind; json parse error: ${parsed.error}`)
}

/** Parses a YAML body. Errors are in upstream's form. Source: as above, with sigs.k8s.io/yaml. */
export const parseYamlBody = (body: string | Uint8Array): Result<ParsedYaml, string> =>
  parseYaml(body)

const INTERPRETED =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; ' +
  'Kind string "json:\\"kind,omitempty\\"" }'

/** Reads apiVersion and kind. Source: runtime/serializer/json meta.go Interpret. */
export function kindOf(value: Json): Result<NamedKind, string> {
  const wrong = (found: string, where: string): Result<never, string> =>
    err(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into ${where}`,
    )
  if (value === null) return ok({ apiVersion: '', kind: '' })
  if (typeof value !== 'object' || JSON.isRawJSON(value)) {
    return wrong(wordFor(value), `Go value of type ${INTERPRETED}`)
  }
  if (Array.isArray(value)) return wrong('array', `Go value of type ${INTERPRETED}`)
  for (const name in value) {
    if (name !== 'apiVersion' && name !== 'kind') continue
    const text = value[name] ?? ''
    if (typeof text !== 'string')
      return wrong(wordFor(text), `Go struct field .${name} of type string`)
  }
  return ok({ apiVersion: textAt(value, 'apiVersion'), kind: textAt(value, 'kind') })
}

const textAt = (value: JsonObject, name: string): string =>
  Object.hasOwn(value, name) ? ((value[name] ?? '') as string) : ''

function wordFor(value: Json): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'object' && !JSON.isRawJSON(value)
    ? 'object'
    : typeof value === 'string'
      ? 'string'
      : 'number'
}

/**
 * Brings a parsed body into its type's form; the error is upstream's text of the first wrong type.
 */
export function typed(schema: TypeSchema, body: ParsedBody): Result<Pruned, string> {
  const trail = newTrail()
  const value = walkType(schema, body.value ?? {}, trail)
  if (trail.failure !== undefined) return err(trail.failure)
  if ('duplicates' in body) {
    return ok({ value: value as JsonObject, strict: [...body.duplicates, ...trail.strict] })
  }
  const maybeDuplicates = trail.keys < body.keysMost
  const strict = maybeDuplicates ? strictErrors(body.text, schema) : [...trail.strict]
  return ok({ value: value as JsonObject, strict })
}

/** A JSON body of a known type, from bytes to value. */
export function decodeJson(schema: TypeSchema, body: string | Uint8Array): Result<Pruned, string> {
  const parsed = parseJsonBody(body)
  if (!parsed.ok) return parsed
  const kind = kindOf(parsed.value.value)
  return kind.ok ? typed(schema, parsed.value) : kind
}

/** A YAML body of a known type, from bytes to value. */
export function decodeYaml(schema: TypeSchema, body: string | Uint8Array): Result<Pruned, string> {
  const parsed = parseYamlBody(body)
  if (!parsed.ok) return parsed
  const kind = kindOf(parsed.value.value)
  return kind.ok ? typed(schema, parsed.value) : kind
}

/** What a client asks to happen with unknown and duplicate fields. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

/**
 * 400 for a body that cannot be decoded. `asked` is what the body says it is, with the endpoint's
 * defaults; undefined when that much could not be read. Source: apiserver handlers/rest.go
 * transformDecodeError.
 */
export function cannotDecode(
  wantedKind: string,
  asked: GroupVersionKind | undefined,
  why: string,
  body: Uint8Array,
): Status {
  if (asked && asked.kind !== '') {
    const given = `${asked.kind} in version ${JSON.stringify(asked.version)}`
    return badRequest(`${given} cannot be handled as a ${wantedKind}: ${why}`)
  }
  const wanted = `must be of type ${wantedKind}`
  return badRequest(`the object provided is unrecognized (${wanted}): ${why} (${summary(body)})`)
}

/**
 * The 400's reason for a body's strict errors under Strict; undefined when there is nothing to say.
 */
export const strictFailure = (strict: readonly string[]): string | undefined =>
  strict.length === 0 ? undefined : `strict decoding error: ${strict.join(', ')}`

/**
 * Warning texts for a body's strict errors under Warn; YAML's come several in one.
 * Source: apiserver handlers/rest.go addStrictDecodingWarnings.
 */
export const strictWarnings = (strict: readonly string[]): string[] =>
  strict.flatMap((text) => {
    const lines = text.split('\n')
    return lines[0] === 'yaml: unmarshal errors:' ? lines.slice(1).map((l) => l.trim()) : [text]
  })

/** The head of a body in such an error. Source: apiserver handlers/rest.go summarizeData. */
function summary(body: Uint8Array): string {
  const head = Buffer.from(body.subarray(0, SUMMARY_BYTES))
  const more = body.length > SUMMARY_BYTES ? ' ...' : ''
  if (body.length === 0) return '<empty>'
  return body[0] === 0x7b ? `${head.toString()}${more}` : `${head.toString('hex')}${more}`
}

const SUMMARY_BYTES = 30
