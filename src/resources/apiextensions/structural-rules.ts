import { RE2JS } from 're2js'
import { forbidden, invalid, required, type FieldError } from '../../meta/field-error.ts'
import { at, atKey, where, type Path } from '../field-path.ts'
import type { JSONSchemaProps } from '../generated/apiextensions.gen.ts'
import { completenessErrors } from './structural-completeness.ts'

type Level = 'root' | 'item' | 'field'

/**
 * Whether a schema is structural: every value has a type outside of junctors, and those only restrict. Errors
 * are sorted by their text. Source: apiextensions-apiserver apiserver/schema/validation.go.
 */
export function structuralErrors(path: Path | undefined, schema: JSONSchemaProps): FieldError[] {
  const errors: FieldError[] = []
  invariants(errors, schema, 'root', path)
  completenessErrors(errors, schema, path)
  const text = ({ field, message }: FieldError): string => `${field}: ${message}`
  return errors.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0))
}

/** A property's schema below a path. */
export const propertyAt = (path: Path | undefined, name: string): Path => atKey(at(path, 'properties'), name)

function invariants(
  errors: FieldError[],
  schema: JSONSchemaProps,
  level: Level,
  path: Path | undefined,
): void {
  const { items, properties = {}, additionalProperties: additional, type = '' } = schema
  if (type === 'array' && !items) errors.push(required(where(path, 'items'), 'must be specified'))
  if (items && !Array.isArray(items)) invariants(errors, items, 'item', at(path, 'items'))
  for (const [name, each] of Object.entries(properties)) invariants(errors, each, 'field', propertyAt(path, name))
  if (additional !== undefined && level === 'root')
    errors.push(forbidden(where(path, 'additionalProperties'), 'must not be used at the root'))
  if (typeof additional === 'object') invariants(errors, additional, 'field', at(path, 'additionalProperties'))
  extensionErrors(errors, schema, path)
  const skip = { anyOf: saysIntOrString(schema.anyOf), allOf: saysIntOrString(schema.allOf?.[0]?.anyOf) }
  valueErrors(errors, schema, skip, path)
  typeErrors(errors, schema, level, path)
  metaErrors(errors, schema, level, path)
}

const EITHER = JSON.stringify([{ type: 'integer' }, { type: 'string' }])
const saysIntOrString = (anyOf: JSONSchemaProps['anyOf']): boolean => JSON.stringify(anyOf) === EITHER

function extensionErrors(errors: FieldError[], schema: JSONSchemaProps, path: Path | undefined): void {
  if (!schema['x-kubernetes-int-or-string']) return
  for (const name of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    if (schema[name]) errors.push(invalid(where(path, name), true, 'must be false if x-kubernetes-int-or-string is true'))
}

const WHERE_EMPTY: Readonly<Record<Level, string>> = {
  root: 'at the root',
  item: 'for specified array items',
  field: 'for specified object fields',
}

function typeErrors(
  errors: FieldError[],
  schema: JSONSchemaProps,
  level: Level,
  path: Path | undefined,
): void {
  const { type = '' } = schema
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  const field = where(path, 'type')
  const must = 'must be object if x-kubernetes-embedded-resource is true'
  if (embedded && type !== 'object') errors.push(type === '' ? required(field, must) : invalid(field, type, must))
  else if (type === '' && !schema['x-kubernetes-int-or-string'] && !schema['x-kubernetes-preserve-unknown-fields'])
    errors.push(required(field, `must not be empty ${WHERE_EMPTY[level]}`))
  if (embedded && schema.additionalProperties !== undefined)
    errors.push(forbidden(where(path, 'additionalProperties'), 'must not be used if x-kubernetes-embedded-resource is set'))
  if (level === 'root' && type !== '' && type !== 'object') errors.push(invalid(field, type, 'must be object at the root'))
}

function metaErrors(
  errors: FieldError[],
  schema: JSONSchemaProps,
  level: Level,
  path: Path | undefined,
): void {
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  const { properties = {} } = schema
  const isResource = level === 'root' || embedded
  if (isResource)
    for (const name of ['kind', 'apiVersion']) {
      const type = properties[name] && (properties[name].type ?? '')
      if (type !== undefined && type !== 'string')
        errors.push(invalid(where(propertyAt(path, name), 'type'), type, 'must be string'))
    }
  const metadata = properties['metadata']
  const metadataPath = propertyAt(path, 'metadata')
  if (metadata && isResource && metadata.type !== 'object')
    errors.push(invalid(where(metadataPath, 'type'), metadata.type ?? '', 'must be object'))
  if (metadata && level === 'root' && saysMoreThanNames(metadata))
    errors.push(forbidden(where(metadataPath), 'must not specify anything other than name and generateName, but metadata is implicitly specified'))
  if (embedded && !schema['x-kubernetes-preserve-unknown-fields'] && Object.keys(properties).length === 0)
    errors.push(required(where(path, 'properties'), 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'))
}

function saysMoreThanNames(
  { type: _, default: _default, properties = {}, ...rest }: JSONSchemaProps,
): boolean {
  const others = Object.keys(properties).filter((name) => name !== 'name' && name !== 'generateName')
  return others.length > 0 || Object.keys(rest).length > 0
}

/** What junctors and patterns say; `skip` names those that spell an int-or-string. */
function valueErrors(
  errors: FieldError[],
  schema: JSONSchemaProps,
  skip: { readonly anyOf: boolean; readonly allOf: boolean },
  path: Path | undefined,
): void {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema
  if (!skip.anyOf) anyOf.forEach((each, i) => nestedErrors(errors, each, false, at(at(path, 'anyOf'), i)))
  allOf.forEach((each, i) => nestedErrors(errors, each, skip.allOf && i === 0, at(at(path, 'allOf'), i)))
  oneOf.forEach((each, i) => nestedErrors(errors, each, false, at(at(path, 'oneOf'), i)))
  if (not) nestedErrors(errors, not, false, at(path, 'not'))
  const problem = pattern ? patternProblem(pattern) : undefined
  if (problem !== undefined)
    errors.push(invalid(where(path, 'pattern'), pattern, `must be a valid regular expression, but isn't: ${problem}`))
}

function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What may not stand inside a junctor, and what upstream says of it. */
const FORBIDDEN: readonly (readonly [key: keyof JSONSchemaProps, detail: string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

function isSet(key: keyof JSONSchemaProps, value: unknown): boolean {
  if (key === 'default') return value !== undefined && value !== null
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}

function nestedErrors(errors: FieldError[], schema: JSONSchemaProps, skipAnyOf: boolean, path: Path): void {
  valueErrors(errors, schema, { anyOf: skipAnyOf, allOf: false }, path)
  const { items, properties = {} } = schema
  if (items && !Array.isArray(items)) nestedErrors(errors, items, false, at(path, 'items'))
  for (const [name, each] of Object.entries(properties)) nestedErrors(errors, each, false, propertyAt(path, name))
  for (const [key, detail] of FORBIDDEN) {
    const value = schema[key]
    if (isSet(key, value)) errors.push(forbidden(where(path, key), detail))
  }
  if (properties['metadata'])
    errors.push(forbidden(where(propertyAt(path, 'metadata')), 'must not be specified in a nested context'))
}
