import { forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { at, atKey, where, type Path } from '../field-path.ts'
import type { JSONSchemaProps } from '../generated/apiextensions.gen.ts'
import { propertyAt } from './structural-rules.ts'
import { ruleErrors } from './rule-fields.ts'

/** What older definitions may keep; see `leniencyOf`. */
export interface Leniency {
  readonly anyType: boolean
  readonly nonAtomicSets: boolean
  readonly looseMapKeys: boolean
}

/** Where a schema stands, and what that forbids. */
export interface Standing {
  /** Why there may be no default; undefined: there may. */
  readonly noDefaults: string | undefined
  /** Inside of type and metadata of a resource. */
  readonly inMeta: boolean
  readonly isRoot: boolean
}

/** The root of a definition's schema. */
export const ROOT: Standing = { noDefaults: undefined, inMeta: false, isRoot: true }

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const META_FIELDS = ['metadata', 'kind', 'apiVersion']

/**
 * What no schema may say, whether it is structural or not. `visit` is called for each schema outside of
 * junctors, after those below it. Source: apiextensions/validation/validation.go
 * ValidateCustomResourceDefinitionOpenAPISchema.
 */
export function schemaErrors(
  schema: JSONSchemaProps,
  path: Path,
  standing: Standing,
  leniency: Leniency,
): FieldError[] {
  const errors = ownErrors(schema, path, standing, leniency)
  const below = (each: JSONSchemaProps, at: Path, more: Partial<Standing> = {}): void =>
    void errors.push(...schemaErrors(each, at, { ...standing, isRoot: false, ...more }, leniency))
  if (schema.uniqueItems)
    errors.push(forbidden(where(path, 'uniqueItems'), 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'))
  additionalErrors(errors, schema, path, standing, below)
  for (const [name, each] of Object.entries(schema.properties ?? {}))
    below(each, propertyAt(path, name), propertyStanding(schema, name, standing))
  if (schema.not) below(schema.not, at(path, 'not'))
  for (const junctor of ['allOf', 'oneOf', 'anyOf'] as const)
    schema[junctor]?.forEach((each, i) => below(each, at(at(path, junctor), i)))
  const { items } = schema
  if (items) {
    if (Array.isArray(items)) items.forEach((each, i) => below(each, at(at(path, 'items'), i)))
    else below(items, at(path, 'items'))
  }
  extensionErrors(errors, schema, path, leniency)
  errors.push(...ruleErrors(schema, path))
  return errors
}

type Below = (schema: JSONSchemaProps, path: Path, more?: Partial<Standing>) => void

function additionalErrors(
  errors: FieldError[],
  schema: JSONSchemaProps,
  path: Path,
  standing: Standing,
  below: Below,
): void {
  const { additionalProperties: additional, properties = {} } = schema
  if (additional === undefined) return
  if (Object.keys(properties).length > 0 && additional !== true)
    errors.push(forbidden(where(path, 'additionalProperties'), 'additionalProperties and properties are mutual exclusive'))
  const noDefaults = standing.inMeta ? 'inside additionalProperties applying to object metadata' : standing.noDefaults
  if (typeof additional === 'object') below(additional, at(path, 'additionalProperties'), { noDefaults })
}

function propertyStanding(
  schema: JSONSchemaProps,
  name: string,
  standing: Standing,
): Partial<Standing> {
  const inMeta = (standing.isRoot || schema['x-kubernetes-embedded-resource'] === true) && META_FIELDS.includes(name)
  if (!inMeta) return {}
  return { inMeta, ...(standing.isRoot && { noDefaults: `in top-level ${name}` }) }
}

/** Source: specStandardValidatorV3.validate. */
function ownErrors(
  schema: JSONSchemaProps,
  path: Path,
  standing: Standing,
  leniency: Leniency,
): FieldError[] {
  const errors: FieldError[] = []
  const no = (key: string, detail: string): void => void errors.push(forbidden(where(path, key), detail))
  const { type = '' } = schema
  if (!leniency.anyType && type !== '' && !TYPES.includes(type)) errors.push(notSupported(where(path, 'type'), type, TYPES))
  if (schema.default !== undefined && schema.default !== null && standing.noDefaults !== undefined)
    no('default', `must not be set ${standing.noDefaults}`)
  if (schema.id) no('id', 'id is not supported')
  if (schema.additionalItems !== undefined) no('additionalItems', 'additionalItems is not supported')
  if (Object.keys(schema.patternProperties ?? {}).length > 0) no('patternProperties', 'patternProperties is not supported')
  if (Object.keys(schema.definitions ?? {}).length > 0) no('definitions', 'definitions is not supported')
  if (schema.dependencies !== undefined) no('dependencies', 'dependencies is not supported')
  if (schema.$ref !== undefined) no('$ref', '$ref is not supported')
  if (type === 'null') no('type', 'type cannot be set to null, use nullable as an alternative')
  if (Array.isArray(schema.items) && schema.items.length > 0) no('items', 'items must be a schema object and not an array')
  if (standing.inMeta && schema['x-kubernetes-embedded-resource'])
    no('x-kubernetes-embedded-resource', 'must not be used inside of resource meta')
  return errors
}

function extensionErrors(
  errors: FieldError[],
  schema: JSONSchemaProps,
  path: Path,
  leniency: Leniency,
): void {
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(invalid(where(path, 'x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined'))
  mapTypeErrors(errors, schema, path)
  listTypeErrors(errors, schema, path, leniency)
  mapKeyErrors(errors, schema, path)
  if (!leniency.looseMapKeys) errors.push(...looseMapKeyErrors(schema, path))
}

const typeError = (type: string, path: Path, must: string): FieldError =>
  type === '' ? required(where(path, 'type'), must) : invalid(where(path, 'type'), type, must)

function mapTypeErrors(errors: FieldError[], schema: JSONSchemaProps, path: Path): void {
  const { type = '', 'x-kubernetes-map-type': mapType } = schema
  if (mapType === undefined) return
  const must = 'must be object if x-kubernetes-map-type is specified'
  if (type !== 'object') errors.push(typeError(type, path, must))
  if (mapType !== 'atomic' && mapType !== 'granular')
    errors.push(notSupported(where(path, 'x-kubernetes-map-type'), mapType, ['atomic', 'granular']))
}

function listTypeErrors(errors: FieldError[], schema: JSONSchemaProps, path: Path, leniency: Leniency): void {
  const { type = '', 'x-kubernetes-list-type': listType } = schema
  if (listType === undefined) return
  const must = 'must be array if x-kubernetes-list-type is specified'
  if (type !== 'array') errors.push(typeError(type, path, must))
  else if (!leniency.nonAtomicSets) errors.push(...setItemErrors(schema, path))
  if (!['atomic', 'set', 'map'].includes(listType))
    errors.push(notSupported(where(path, 'x-kubernetes-list-type'), listType, ['atomic', 'set', 'map']))
}

/** Elements of a set are whole values. */
export function setItemErrors(schema: JSONSchemaProps, path: Path | undefined): FieldError[] {
  const { items, 'x-kubernetes-list-type': listType } = schema
  if (listType !== 'set' || !items || Array.isArray(items)) return []
  const { 'x-kubernetes-list-type': inner, 'x-kubernetes-map-type': map } = items
  const must = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  const bad = (key: string): FieldError[] => [invalid(where(path, 'items', key), inner ?? null, must)]
  if (items.type === 'array' && inner !== undefined && inner !== 'atomic') return bad('x-kubernetes-list-type')
  return items.type === 'object' && map !== 'atomic' ? bad('x-kubernetes-map-type') : []
}

function mapKeyErrors(errors: FieldError[], schema: JSONSchemaProps, path: Path): void {
  const { items, 'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys = [] } = schema
  const must = 'must be map if x-kubernetes-list-map-keys is non-empty'
  const field = where(path, 'x-kubernetes-list-type')
  if (keys.length > 0 && listType === undefined) errors.push(required(field, must))
  else if (keys.length > 0 && listType !== 'map') errors.push(invalid(field, listType, must))
  if (listType !== 'map') return
  if (keys.length === 0)
    errors.push(required(where(path, 'x-kubernetes-list-map-keys'), 'must not be empty if x-kubernetes-list-type is map'))
  if (!items) errors.push(required(where(path, 'items'), 'must have a schema if x-kubernetes-list-type is map'))
  if (!items || Array.isArray(items)) return
  if (items.type !== 'object')
    errors.push(invalid(where(path, 'items', 'type'), items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map"))
  else keyErrors(errors, items, keys, path)
}

function keyErrors(errors: FieldError[], items: JSONSchemaProps, keys: readonly string[], path: Path): void {
  const field = where(path, 'x-kubernetes-list-map-keys')
  keys.forEach((key, i) => {
    const property = items.properties?.[key]
    if (!property) errors.push(invalid(field, keys, 'entries must all be names of item properties'))
    else if (property.type === 'array' || property.type === 'object')
      errors.push(
        invalid(where(propertyAt(at(path, 'items'), key), 'type'), items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map"),
      )
    if (keys.indexOf(key) < i) errors.push(invalid(field, keys, 'must not contain duplicate entries'))
  })
}

/** Keys are always there, and never null. Source: validateMapListKeysMapSet. */
export function looseMapKeyErrors(schema: JSONSchemaProps, path: Path | undefined): FieldError[] {
  const { items, 'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys = [] } = schema
  if (!items || Array.isArray(items) || (listType !== 'set' && listType !== 'map')) return []
  const errors: FieldError[] = []
  if (items.nullable)
    errors.push(forbidden(where(path, 'items', 'nullable'), `cannot be nullable when x-kubernetes-list-type is ${listType}`))
  if (listType === 'set') return errors
  for (const key of keys) {
    const property = items.properties?.[key]
    if (!property) continue
    const place = atKey(at(at(path, 'items'), 'properties'), key)
    if (!items.required?.includes(key) && (property.default === undefined || property.default === null))
      errors.push(required(where(place, 'default'), 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'))
    if (property.nullable)
      errors.push(forbidden(where(place, 'nullable'), 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'))
  }
  return errors
}
