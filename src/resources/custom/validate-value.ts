import { equalValues } from '../../meta/compare-objects.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import { isJsonObject, ownValue } from '../../meta/own-property.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { goText } from '../../meta/go-text.ts'
import { typeOfValue, type Checked } from './check-schema.ts'
import { numberErrors } from './check-number.ts'
import { Outcome, type SchemaError } from './schema-errors.ts'

/** A value's place: its text is made only when a rule is broken. */
interface Place {
  readonly parent: Place | undefined
  /** `.a`, `[0]`, or a first name without a dot. */
  readonly step: string
}

const textOf = (place: Place | undefined): string => (place === undefined ? '' : textOf(place.parent) + place.step)

/**
 * What an update can keep: a value that was there before may stay although its schema forbids it now.
 * Source: KEP-4008, apiserver/validation/ratcheting.go.
 */
interface Before {
  readonly value: Json
}

/**
 * Checks a value against its schema; with `before`, errors of parts that did not change are left out.
 * Source: kube-openapi pkg/validation/validate.
 */
export function validateValue(schema: Checked, value: Json, before?: Json): readonly SchemaError[] {
  const old = before === undefined ? undefined : { value: before }
  return checkKept(schema, value, undefined, old, true).errors
}

/** A part: what is wrong with it is forgiven when it is what it was. */
function checkKept(
  schema: Checked,
  value: Json,
  at: Place | undefined,
  old: Before | undefined,
  isRoot = false,
): Outcome {
  const outcome = check(schema, value, at, old, isRoot)
  if (outcome.errors.length === 0 || !old || !equalValues(old.value, value)) return outcome
  outcome.errors.length = 0
  return outcome
}

function check(
  schema: Checked,
  value: Json,
  at: Place | undefined,
  old: Before | undefined,
  isRoot: boolean,
): Outcome {
  const outcome = new Outcome()
  checkType(schema, value, at, outcome)
  if (value === null) {
    checkEnum(schema, value, at, outcome)
    return outcome
  }
  if (schema.types.length > 0 || schema.format !== '') outcome.matched++
  checkJunctors(schema, value, at, outcome)
  outcome.matched++
  if (typeof value === 'string') {
    checkText(schema, value, at, outcome)
    outcome.matched += schema.formatCheck ? 2 : 1
  } else if (Array.isArray(value)) {
    checkList(schema, value, at, old, outcome)
    outcome.matched += 2
  } else if (isJsonObject(value)) {
    checkEnum(schema, value, at, outcome)
    checkObject(schema, value, at, old, outcome, isRoot)
    outcome.matched += 3
    return outcome
  } else if (typeof value !== 'boolean') {
    for (const error of numberErrors(schema, value, () => textOf(at))) outcome.add(error)
    outcome.matched += 2
  }
  checkEnum(schema, value, at, outcome)
  outcome.matched += 2
  return outcome
}

const wrongType = (at: Place | undefined, wanted: string, found: string): SchemaError => ({
  code: 'type', name: textOf(at), value: found,
  text: `${textOf(at)} in body must be of type ${wanted}: ${goQuote(found)}`,
})

/** Source: validate/type.go. */
function checkType(
  { types, nullable, format }: Checked,
  value: Json,
  at: Place | undefined,
  outcome: Outcome,
): void {
  if (value === null) {
    if (types.length > 0 && !nullable) outcome.add(wrongType(at, types.join(','), 'null'))
    else outcome.matched++
    return
  }
  if (types.length === 0 && format === '') return
  const [type, found] = typeOfValue(value)
  const isText = type === 'string' || type === 'array'
  const fits = types.includes(type) || (type === 'integer' && types.includes('number'))
  if (!isText && format !== '' && !fits && found !== format) return outcome.add(wrongType(at, format, found))
  const byFormat = format !== '' && isText && !types.includes('number') && !types.includes('integer')
  if (byFormat || fits) outcome.matched++
  else outcome.add(wrongType(at, types.join(','), type))
}

function checkEnum({ schema }: Checked, value: Json, at: Place | undefined, outcome: Outcome): void {
  const { enum: allowed } = schema
  if (!allowed?.length || allowed.some((each) => isAllowed(each, value))) return
  const name = textOf(at)
  const text = `${name} in body should be one of [${allowed.map(goText).join(' ')}]`
  outcome.add({ code: 'enum', name, text, value, values: allowed })
}

/** Go converts before it compares: a fraction is cut off for a whole number, and null is nothing. */
const isAllowed = (allowed: Json, value: Json): boolean =>
  value !== null &&
  (equalValues(allowed, value) ||
    (typeof value === 'number' && Number.isInteger(allowed) && Math.trunc(value) === allowed))

/**
 * What branches say of a value is told beside that none fits; they are not forgiven what did not change.
 * Source: validate/schema_props.go.
 */
function checkJunctors(schema: Checked, value: Json, at: Place | undefined, outcome: Outcome): void {
  const { anyOf, oneOf, allOf, not } = schema
  const of = (each: Checked): Outcome => check(each, value, at, undefined, false)
  const plain = (text: string): void => outcome.add({ code: 'plain', name: '', text: `${goQuote(textOf(at))} ${text}` })
  if (anyOf.length > 0) {
    const best = firstOrBest(anyOf, of)
    if (best.errors.length > 0) plain('must validate at least one schema (anyOf)')
    outcome.merge(best)
  }
  if (oneOf.length > 0) {
    const outcomes = oneOf.map(of)
    const valid = outcomes.filter(({ errors }) => errors.length === 0)
    if (valid.length === 1) outcome.merge(valid[0]!)
    else {
      const found = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`
      plain(`must validate one and only one schema (oneOf). ${found}`)
      if (valid.length === 0) outcome.merge(closest(outcomes))
    }
  }
  if (allOf.length > 0) {
    const outcomes = allOf.map(of)
    for (const each of outcomes) outcome.merge(each)
    const valid = outcomes.filter(({ errors }) => errors.length === 0).length
    if (valid !== allOf.length) plain(`must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`)
  }
  if (not && of(not).errors.length === 0) plain('must not validate the schema (not)')
  outcome.matched++
}

function firstOrBest(branches: readonly Checked[], of: (branch: Checked) => Outcome): Outcome {
  const failed: Outcome[] = []
  for (const branch of branches) {
    const outcome = of(branch)
    if (outcome.errors.length === 0) return outcome
    failed.push(outcome)
  }
  return closest(failed)
}

/** The first of those that met most. */
const closest = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce((best, each) => (each.matched > best.matched ? each : best))

function checkText(schema: Checked, value: string, at: Place | undefined, outcome: Outcome): void {
  const { maxLength, minLength, pattern } = schema.schema
  const error = textError(schema, value, () => textOf(at), { maxLength, minLength, pattern })
  if (error) outcome.add(error)
  if (schema.formatCheck && !schema.formatCheck(value))
    outcome.add(wrongType(at, schema.format, value))
}

/** The first rule that is broken. Source: validate/validator.go stringValidator. */
function textError(
  { pattern: compiled }: Checked,
  value: string,
  name: () => string,
  { maxLength, minLength, pattern }: Checked['schema'],
): SchemaError | undefined {
  if (maxLength !== undefined && isLonger(value, maxLength)) {
    const text = `${name()} in body should be at most ${maxLength} chars long`
    return { code: 'tooLong', name: name(), text, value, max: maxLength }
  }
  if (minLength !== undefined && !isLonger(value, minLength - 1)) {
    const text = `${name()} in body should be at least ${minLength} chars long`
    return { code: 'rule', name: name(), text, value }
  }
  if (!pattern || compiled?.test(value)) return undefined
  return { code: 'rule', name: name(), text: `${name()} in body should match '${pattern}'`, value }
}

/** More characters than that, as Go counts them; most texts are told by their length alone. */
const isLonger = (text: string, count: number): boolean =>
  text.length > count && (text.length > count * 2 || [...text].length > count)

function checkList(
  schema: Checked,
  list: Json[],
  at: Place | undefined,
  old: Before | undefined,
  outcome: Outcome,
): void {
  const { items } = schema
  const { minItems, maxItems, uniqueItems } = schema.schema
  if (items)
    list.forEach((item, i) => {
      outcome.merge(checkKept(items, item, { parent: at, step: `[${i}]` }, oldItem(schema, item, old)))
    })
  const name = (): string => textOf(at)
  if (minItems !== undefined && list.length < minItems)
    outcome.add({ code: 'rule', name: name(), value: list.length, text: `${name()} in body should have at least ${minItems} items` })
  if (maxItems !== undefined && list.length > maxItems)
    outcome.add({
      code: 'tooMany', name: name(), value: list.length, max: maxItems, text: `${name()} in body should have at most ${maxItems} items`,
    })
  if (uniqueItems && list.some((item, i) => list.slice(0, i).some((other) => equalValues(item, other))))
    outcome.add({ code: 'rule', name: name(), text: `${name()} in body shouldn't contain duplicates` })
}

const sameKey = (a: JsonObject, b: JsonObject, key: string): boolean =>
  equalValues(ownValue(a, key) ?? null, ownValue(b, key) ?? null)

/** The element of the old list with the same keys. Source: apiserver/pkg/cel/common/equality.go. */
function oldItem({ mapKeys }: Checked, item: Json, old: Before | undefined): Before | undefined {
  if (!old || !mapKeys || !Array.isArray(old.value) || !isJsonObject(item)) return undefined
  const found = old.value.find(
    (other) => isJsonObject(other) && mapKeys.every((key) => sameKey(other, item, key)),
  )
  return found === undefined ? undefined : { value: found }
}

function checkObject(
  schema: Checked,
  value: JsonObject,
  at: Place | undefined,
  old: Before | undefined,
  outcome: Outcome,
  isRoot: boolean,
): void {
  const { minProperties, maxProperties, required } = schema.schema
  const size = minProperties === undefined && maxProperties === undefined ? 0 : Object.keys(value).length
  const name = (): string => textOf(at)
  if (minProperties !== undefined && size < minProperties)
    outcome.add({ code: 'rule', name: name(), value: size, text: `${name()} in body should have at least ${minProperties} properties` })
  if (maxProperties !== undefined && size > maxProperties)
    outcome.add({
      code: 'tooMany', name: name(), value: size, max: maxProperties, text: `${name()} in body should have at most ${maxProperties} properties`,
    })
  for (const key in value) {
    const known = schema.properties.get(key)
    if (!known && schema.closed)
      outcome.add({ code: 'rule', name: name(), value: key, text: `${name()}.${key} in body is a forbidden property` })
    const part = known ?? schema.additional
    if (!part) continue
    const step = known && at === undefined ? key : `.${key}`
    const before = isRoot && (key === 'kind' || key === 'apiVersion') ? undefined : oldField(old, key)
    outcome.merge(checkKept(part, value[key]!, { parent: at, step }, before))
  }
  for (const key of required ?? [])
    if (!Object.hasOwn(value, key))
      outcome.add({ code: 'required', name: `${name()}.${key}`, text: `${name()}.${key} in body is required` })
}

function oldField(old: Before | undefined, key: string): Before | undefined {
  if (!old || !isJsonObject(old.value)) return undefined
  const found = ownValue(old.value, key)
  return found === undefined ? undefined : { value: found }
}
