import { invalid, type FieldError } from '../../meta/field-error.ts'
import { cloneJson } from '../../meta/clone-json.ts'
import { equalValues } from '../../meta/compare-objects.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import { isJsonObject } from '../../meta/own-property.ts'
import { checked } from '../custom/check-schema.ts'
import { coerceEmbedded } from '../custom/embedded-meta.ts'
import { pruneValue, pruneUnknown } from '../custom/prune-custom.ts'
import { fieldErrorsOf } from '../custom/schema-errors.ts'
import { structuralOf, type Structural } from '../custom/structural.ts'
import { ruleErrors, ruleTree } from '../custom/validate-rules.ts'
import { embeddedErrors } from '../custom/validate-embedded.ts'
import { validateValue } from '../custom/validate-value.ts'
import { at, where, type Path } from '../field-path.ts'
import type { JSONSchemaProps } from '../generated/apiextensions.gen.ts'
import { propertyAt } from './structural-rules.ts'

/**
 * Defaults that their own schemas would refuse or prune. Source: apiextensions-apiserver
 * apiserver/schema/defaulting/validation.go.
 */
export function defaultErrors(schema: JSONSchemaProps, path: Path, unpruned: boolean): FieldError[] {
  const errors: FieldError[] = []
  const value = schema.default
  if (value !== undefined && value !== null) errors.push(...ownErrors(schema, value, where(path, 'default'), unpruned))
  const { items, properties = {} } = schema
  if (items && !Array.isArray(items)) errors.push(...defaultErrors(items, at(path, 'items'), unpruned))
  for (const [name, each] of Object.entries(properties))
    errors.push(...defaultErrors(each, propertyAt(path, name), unpruned))
  return errors
}

/** A default must do where something was before and where nothing was. */
function brokenRules(node: Structural, value: Json, field: string): FieldError[] {
  const tree = ruleTree(node, false)
  if (!tree) return []
  const path = at(undefined, field)
  const errors = ruleErrors(tree, value, value, path)
  return errors.length > 0 ? errors : ruleErrors(tree, value, undefined, path)
}

function ownErrors(schema: JSONSchemaProps, value: Json, field: string, unpruned: boolean): FieldError[] {
  const node = structuralOf(schema)
  const errors: FieldError[] = []
  const pruned = cloneJson(value)
  if (node.embedded && isJsonObject(pruned)) pruneUnknown(pruned, node)
  else pruneValue(pruned, node)
  if (!unpruned && !equalValues(pruned, value)) errors.push(invalid(field, value, 'must not have unknown fields'))
  const copy = cloneJson(value)
  const coerced = coerceEmbedded(copy, node)
  if (!coerced.ok) return [...errors, { ...invalid(field, value, ''), message: coerced.error }]
  const embedded = isJsonObject(copy) ? embeddedErrors(copy as JsonObject, node) : []
  if (embedded.length > 0) return [...errors, ...embedded.map((error) => ({ ...error, field: `${field}.${error.field}` }))]
  const wrong = fieldErrorsOf(validateValue(checked(schema), value), field)
  return [...errors, ...(wrong.length > 0 ? wrong : brokenRules(node, value, field))]
}
