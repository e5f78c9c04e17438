import type { FieldError } from '../../meta/field-error.ts'
import { goText } from '../../meta/go-text.ts'
import { invalid } from '../../meta/field-error.ts'
import type { Json, JsonObject, KubeObject } from '../../meta/object.ts'
import { isJsonObject, ownValue } from '../../meta/own-property.ts'
import { isRawNumber, numberText } from '../../meta/raw-number.ts'
import type { CustomResourceSubresourceScale } from '../generated/apiextensions.gen.ts'
import { checked, type Checked } from './check-schema.ts'
import { listKeyErrors } from './list-keys-unique.ts'
import { fieldErrorsOf } from './schema-errors.ts'
import type { Structural } from './structural.ts'
import { embeddedErrors } from './validate-embedded.ts'
import { ruleErrors, ruleTree, type RuleTree } from './validate-rules.ts'
import { validateValue } from './validate-value.ts'

/** What objects of one version are checked by. */
export interface CustomRules {
  readonly node: Structural
  /** The schema and that of its status, made ready when first used. */
  schema(): Checked
  status(): Checked | undefined
  readonly scale: CustomResourceSubresourceScale | undefined
  /** Rules of the schema, compiled when first used; undefined when it has none. */
  rules(): RuleTree | undefined
}

/** Rules of a version. */
export function customRules(
  node: Structural,
  scale: CustomResourceSubresourceScale | undefined,
): CustomRules {
  let schema: Checked | undefined
  const own = (): Checked => (schema ??= checked(node.schema))
  let rules: { readonly tree: RuleTree | undefined } | undefined
  return {
    node,
    scale,
    schema: own,
    status: () => own().properties.get('status'),
    rules: () => (rules ??= { tree: ruleTree(node) }).tree,
  }
}

const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject

/** Source: registry/customresource/strategy.go Validate. */
export function createErrors(object: KubeObject, rules: CustomRules): FieldError[] {
  const json = asJson(object)
  const errors = [
    ...fieldErrorsOf(validateValue(rules.schema(), json)),
    ...scaleErrors(json, rules.scale, true),
    ...embeddedErrors(json, rules.node),
    ...listKeyErrors(json, rules.node),
  ]
  return withRules(errors, rules, json, undefined)
}

/** Broken in one of these ways an object may not be what its rules expect. Source: strategy.go hasBlockingErr. */
const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid',
])
const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation'

function withRules(
  errors: FieldError[],
  rules: CustomRules,
  object: JsonObject,
  before: JsonObject | undefined,
): FieldError[] {
  const tree = rules.rules()
  if (!tree) return errors
  if (errors.some(({ reason }) => BLOCKING.has(reason))) return [...errors, invalid('<nil>', null, NOT_CHECKED)]
  return [...errors, ...ruleErrors(tree, object, before)]
}

/** Source: registry/customresource/strategy.go ValidateUpdate; what did not change is not held against it. */
export function updateErrors(object: KubeObject, before: KubeObject, rules: CustomRules): FieldError[] {
  const [json, old] = [asJson(object), asJson(before)]
  const errors = [
    ...fieldErrorsOf(validateValue(rules.schema(), json, old)),
    ...scaleErrors(json, rules.scale, true),
    ...embeddedErrors(json, rules.node),
    ...listKeyErrorsNew(json, old, rules.node),
  ]
  return withRules(errors, rules, json, old)
}

/** Source: registry/customresource/status_strategy.go ValidateUpdate. */
export function statusErrors(object: KubeObject, before: KubeObject, rules: CustomRules): FieldError[] {
  const [json, old] = [asJson(object), asJson(before)]
  const status = rules.status()
  const value = ownValue(json, 'status')
  const found = status && value !== undefined ? validateValue(status, value, ownValue(old, 'status')) : []
  const errors = [
    ...fieldErrorsOf(found, 'status'),
    ...scaleErrors(json, rules.scale, false),
    ...listKeyErrorsNew(json, old, rules.node),
  ]
  return withRules(errors, rules, json, old)
}

/** Lists whose keys were not unique before may stay so. */
function listKeyErrorsNew(object: JsonObject, before: JsonObject, node: Structural): FieldError[] {
  const errors = listKeyErrors(object, node)
  return errors.length > 0 && listKeyErrors(before, node).length === 0 ? errors : []
}

const INT32_MAX = 2 ** 31 - 1

/** Source: registry/customresource/validator.go ValidateScaleSpec, ValidateScaleStatus. */
function scaleErrors(
  object: JsonObject,
  scale: CustomResourceSubresourceScale | undefined,
  withSpec: boolean,
): FieldError[] {
  if (!scale) return []
  const errors: FieldError[] = []
  for (const path of withSpec ? [scale.specReplicasPath, scale.statusReplicasPath] : [scale.statusReplicasPath])
    errors.push(...replicasErrors(object, path))
  const { labelSelectorPath: selector } = scale
  const text = selector ? valueAt(object, selector) : undefined
  if (selector && text !== undefined && typeof text !== 'string')
    errors.push(invalid(selector, '', wrongType(selector, text, 'string')))
  return errors
}

function replicasErrors(object: JsonObject, path: string): FieldError[] {
  const value = valueAt(object, path)
  if (value === undefined) return []
  const number = isRawNumber(value) ? Number(numberText(value)) : value
  if (typeof number !== 'number' || !Number.isInteger(number)) return [invalid(path, 0, wrongType(path, value, 'int64'))]
  if (number < 0) return [invalid(path, value, 'should be a non-negative integer')]
  return number > INT32_MAX ? [invalid(path, value, `should be less than or equal to ${INT32_MAX}`)] : []
}

/** Source: apimachinery unstructured/helpers.go NestedInt64. */
const wrongType = (path: string, value: Json, wanted: string): string =>
  `.${path.replace(/^\./, '')} accessor error: ${goText(value)} is of the type ${goName(value)}, expected ${wanted}`

function goName(value: Json): string {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  if (value === null) return '<nil>'
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
}

const valueAt = (object: JsonObject, path: string): Json | undefined =>
  path
    .replace(/^\./, '')
    .split('.')
    .reduce<Json | undefined>((value, step) => (isJsonObject(value) ? ownValue(value, step) : undefined), object)
