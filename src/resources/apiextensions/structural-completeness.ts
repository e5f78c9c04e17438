import { required, type FieldError } from '../../meta/field-error.ts'
import { at, atKey, where, type Path } from '../field-path.ts'
import type { JSONSchemaProps } from '../generated/apiextensions.gen.ts'

/** A place of the schema proper, and the place inside a junctor that speaks of it. */
interface Places {
  readonly structural: Path | undefined
  readonly nested: Path | undefined
}

/**
 * Whatever a junctor speaks of must be there outside of it. Source: apiextensions-apiserver
 * apiserver/schema/complete.go.
 */
export function completenessErrors(
  errors: FieldError[],
  schema: JSONSchemaProps,
  path: Path | undefined,
): void {
  junctors(errors, schema, schema, { structural: path, nested: path })
}

function junctors(
  errors: FieldError[],
  nested: JSONSchemaProps,
  schema: JSONSchemaProps,
  places: Places,
): void {
  const below = (each: JSONSchemaProps, path: Path): void => complete(errors, each, schema, { ...places, nested: path })
  if (nested.not) below(nested.not, at(places.nested, 'not'))
  for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const)
    nested[junctor]?.forEach((each, i) => below(each, at(at(places.nested, junctor), i)))
}

function complete(
  errors: FieldError[],
  nested: JSONSchemaProps,
  schema: JSONSchemaProps | undefined,
  places: Places,
): void {
  const { structural, nested: path } = places
  if (!schema) {
    errors.push(required(where(structural), `because it is defined in ${where(path)}`))
    return
  }
  junctors(errors, nested, schema, places)
  const { items } = nested
  if (items && !Array.isArray(items)) {
    const of = Array.isArray(schema.items) ? undefined : schema.items
    complete(errors, items, of, { structural: at(structural, 'items'), nested: at(path, 'items') })
  }
  for (const [name, each] of Object.entries(nested.properties ?? {})) {
    const property = (from: Path | undefined): Path => atKey(at(from, 'properties'), name)
    complete(errors, each, schema.properties?.[name], { structural: property(structural), nested: property(path) })
  }
}
