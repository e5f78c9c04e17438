import { CEL_DEFINITION_COST_MAX, CEL_RULE_COST_MAX } from '../../base/limits.ts'
import { forbidden, invalid, type FieldError } from '../../meta/field-error.ts'
import { placeRules, type CompiledRule } from '../custom/rule-programs.ts'
import { at, where, type Path } from '../field-path.ts'
import type { JSONSchemaProps, ValidationRule } from '../generated/apiextensions.gen.ts'
import { propertyAt } from './structural-rules.ts'

/** What older rules of a definition are not asked. */
export interface RuleLeniency {
  /** Rules that were accepted before. */
  readonly known: ReadonlySet<string>
  /** The schema did not change: single rules may cost what they cost. */
  readonly unchanged: boolean
}

/** A schema's place, how many values of it an object can hold, and what its rules may not do. */
interface Spot {
  readonly path: Path
  readonly root: boolean
  /** Undefined: as many as fit into a request. */
  readonly cardinality: bigint | undefined
  /** Where values cannot be told from their old selves any more. */
  readonly uncorrelated: Path | undefined
}

/** One definition's rules together. */
interface Total {
  readonly errors: FieldError[]
  readonly leniency: RuleLeniency
  /** Places where the schema itself is wrong: rules there are not looked at. */
  readonly wrong: readonly string[]
  cost: bigint
  readonly expensive: { readonly path: string; readonly cost: bigint }[]
}

const UINT64_MAX = 2n ** 64n - 1n
const RULE_MAX = BigInt(CEL_RULE_COST_MAX)
const DEFINITION_MAX = BigInt(CEL_DEFINITION_COST_MAX)
const EXPENSIVE_MAX = 4

/**
 * Rules that cannot be compiled, compare what cannot be compared, or may cost too much: alone, or all of a schema
 * together. Source: apiextensions/validation/validation.go and cel_validation.go.
 */
export function ruleCostErrors(
  schema: JSONSchemaProps,
  path: Path,
  leniency: RuleLeniency,
  wrong: readonly string[],
): FieldError[] {
  const total: Total = { errors: [], leniency, wrong, cost: 0n, expensive: [] }
  walk(total, schema, { path, root: true, cardinality: 1n, uncorrelated: undefined })
  if (total.cost <= DEFINITION_MAX) return total.errors
  const expensive = total.expensive.toSorted((a, b) => (a.cost > b.cost ? -1 : 1)).slice(0, EXPENSIVE_MAX)
  const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema'
  return [
    ...total.errors,
    ...expensive.map((each) =>
      forbidden(each.path, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema')),
    forbidden(where(path), costText(what, total.cost, DEFINITION_MAX)),
  ]
}

function walk(total: Total, schema: JSONSchemaProps, spot: Spot): void {
  const { path } = spot
  const { items, properties = {}, additionalProperties: additional } = schema
  const cardinality = childCardinality(schema, spot.cardinality)
  const below = (each: JSONSchemaProps, to: Path, uncorrelated = spot.uncorrelated): void =>
    walk(total, each, { path: to, root: each['x-kubernetes-embedded-resource'] === true, cardinality, uncorrelated })
  if (typeof additional === 'object') below(additional, at(path, 'additionalProperties'))
  for (const [name, each] of Object.entries(properties)) below(each, propertyAt(path, name))
  const keyed = schema['x-kubernetes-list-type'] === 'map'
  if (items && !Array.isArray(items))
    below(items, at(path, 'items'), keyed ? spot.uncorrelated : (spot.uncorrelated ?? path))
  if ((schema['x-kubernetes-validations'] ?? []).length > 0) placeErrors(total, schema, spot)
}

/** Source: extractMaxElements. */
function childCardinality(schema: JSONSchemaProps, own: bigint | undefined): bigint | undefined {
  const most = (limit: number | undefined): bigint | undefined =>
    own === undefined || limit === undefined ? undefined : times(own, BigInt(Math.max(0, limit)))
  if (schema.type === 'array') return most(schema.maxItems)
  return schema.type === 'object' && schema.additionalProperties !== undefined ? most(schema.maxProperties) : own
}

function placeErrors(total: Total, schema: JSONSchemaProps, spot: Spot): void {
  const place = where(spot.path)
  if (total.wrong.some((field) => field.startsWith(place))) return
  const rules = schema['x-kubernetes-validations']!
  const known = rules.every(({ rule }) => total.leniency.known.has(rule))
  const { rules: compiled, self } = placeRules(schema, spot.root, known ? 'stored' : 'new')
  if (!self) {
    const why = 'unable to convert structural schema to CEL declarations'
    const message = `internal error: failed to construct type information for x-kubernetes-validations rules: ${why}`
    total.errors.push({
      field: `${place}.x-kubernetes-validations`, reason: 'InternalError', message: `Internal error: ${message}`,
    })
    return
  }
  const cardinality = spot.cardinality ?? BigInt(self.cardinality)
  compiled.forEach((each, i) => oneRule(total, each, at(at(spot.path, 'x-kubernetes-validations'), i), spot, cardinality))
}

function oneRule(
  total: Total,
  compiled: CompiledRule,
  place: Path,
  { uncorrelated }: Spot,
  cardinality: bigint,
): void {
  const { rule, program, message, usesOldSelf } = compiled
  const { errors } = total
  const field = where(place, 'rule')
  observe(total, field, 'estimated rule cost', program?.ok ? times(program.value.maxCost, cardinality) : 0n)
  if (program && !program.ok) errors.push(invalid(field, shownRule(rule), program.error))
  const messageField = where(place, 'messageExpression')
  if (message && !message.ok) errors.push(invalid(messageField, shownRule(rule), message.error))
  else if (message?.ok) observe(total, messageField, 'estimated messageExpression cost', message.value.maxCost)
  if (usesOldSelf && uncorrelated)
    errors.push(
      invalid(field, rule.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${where(uncorrelated)}`),
    )
  else if (!usesOldSelf && rule.optionalOldSelf !== undefined)
    errors.push(
      invalid(where(place, 'optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'),
    )
}

function observe(total: Total, path: string, what: string, cost: bigint): void {
  if (!total.leniency.unchanged && cost > RULE_MAX) total.errors.push(forbidden(path, costText(what, cost, RULE_MAX)))
  total.cost = total.cost + cost > UINT64_MAX ? UINT64_MAX : total.cost + cost
  if (cost >= DEFINITION_MAX / 100n) total.expensive.push({ path, cost })
}

const times = (a: bigint, b: bigint): bigint => (a * b > UINT64_MAX ? UINT64_MAX : a * b)

/** Source: getCostErrorMessage. */
function costText(what: string, cost: bigint, limit: bigint): string {
  const factor = Number(cost) / Number(limit)
  const shown = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`
  return `${what} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`
}

/** Upstream prints its internal type. */
const shownRule = (rule: ValidationRule): object => ({
  Rule: rule.rule, Message: rule.message ?? '', MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null, FieldPath: rule.fieldPath ?? '', OptionalOldSelf: rule.optionalOldSelf ?? null,
})
