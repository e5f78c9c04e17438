import { CEL_OBJECT_COST_MAX, CEL_MESSAGE_BYTES_MAX } from '../../base/limits.ts'
import { evaluate, newBudget, type Budget } from '../../cel/program.ts'
import { optionalSelf, selfValue } from '../../cel/schema-environment.ts'
import { equalValues } from '../../meta/compare-objects.ts'
import {
  duplicate, forbidden, invalid, invalidPlain, required, type FieldError,
} from '../../meta/field-error.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import { isJsonObject, ownValue } from '../../meta/own-property.ts'
import { at, atKey, where, type Path } from '../field-path.ts'
import type { ValidationRule } from '../generated/apiextensions.gen.ts'
import { placeRules, type CompiledRule, type PlaceRules } from './rule-programs.ts'
import type { Structural } from './structural.ts'

/** The rules of a schema and of what is below it, compiled when an object is first checked. */
export interface RuleTree {
  readonly node: Structural
  readonly own: PlaceRules
  readonly properties: ReadonlyMap<string, RuleTree>
  readonly additional: RuleTree | undefined
  readonly items: RuleTree | undefined
}

/** Compiles all rules of a schema; undefined when it has none. Source: schema/cel/validation.go NewValidator. */
export function ruleTree(node: Structural, root = true): RuleTree | undefined {
  const own = placeRules(node.schema, root || node.embedded, 'stored')
  const properties = new Map<string, RuleTree>()
  for (const [name, each] of node.properties) {
    const below = ruleTree(each, false)
    if (below) properties.set(name, below)
  }
  const additional = node.additional ? ruleTree(node.additional, false) : undefined
  const items = node.items ? ruleTree(node.items, false) : undefined
  const has = (node.schema['x-kubernetes-validations'] ?? []).length > 0
  return has || properties.size > 0 || additional || items ? { node, own, properties, additional, items } : undefined
}

/** One object on its way through the rules. */
interface Run {
  readonly errors: FieldError[]
  readonly budget: Budget
  /** No further rules are run. */
  ended: boolean
}

/** What may be forgiven at a place. */
interface Correlation {
  /** The value before, if it can be told. */
  readonly here: Json | undefined
  /** Nothing changed at the nearest place above whose value before is known. */
  readonly above: boolean
}

/**
 * Errors of rules; those of an update compare with the value before, and errors of what did not change are
 * forgiven unless the rule is about changes. Source: schema/cel/validation.go Validate.
 */
export function ruleErrors(
  tree: RuleTree | undefined,
  object: Json,
  before: Json | undefined,
  path?: Path,
): FieldError[] {
  if (!tree) return []
  const run: Run = { errors: [], budget: newBudget(), ended: false }
  walk(run, tree, { value: object, old: before, path }, { here: before, above: false })
  return run.errors
}

/** A value with the one before that rules may compare it with. */
interface Place {
  readonly value: Json
  readonly old: Json | undefined
  readonly path: Path | undefined
}

function walk(run: Run, tree: RuleTree, place: Place, kept: Correlation): void {
  const { value, path } = place
  if (value === null || run.ended) return
  if (tree.own.rules.length > 0) runRules(run, tree, place, kept)
  if (Array.isArray(value)) walkList(run, tree, value, place, kept)
  else if (isJsonObject(value)) walkObject(run, tree, value, { ...place, path }, kept)
}

function walkList(
  run: Run,
  { items, node }: RuleTree,
  list: Json[],
  { old, path }: Place,
  kept: Correlation,
): void {
  if (!items) return
  const keys = node.schema['x-kubernetes-list-type'] === 'map' ? (node.schema['x-kubernetes-list-map-keys'] ?? []) : undefined
  list.forEach((item, i) => {
    const before = keys && Array.isArray(old) ? sameKeyed(old, item, keys) : undefined
    walk(run, items, { value: item, old: before, path: at(path, i) }, below(kept, before, list))
  })
}

const sameKeyed = (old: readonly Json[], item: Json, keys: readonly string[]): Json | undefined =>
  old.find((other) => isJsonObject(other) && isJsonObject(item) &&
    keys.every((key) => equalValues(ownValue(other, key) ?? null, ownValue(item, key) ?? null)))

function walkObject(
  run: Run,
  tree: RuleTree,
  value: JsonObject,
  { old, path }: Place,
  kept: Correlation,
): void {
  const before = isJsonObject(old) ? old : undefined
  const child = (tree: RuleTree, key: string, path: Path): void => {
    const was = before && ownValue(before, key)
    const known = isJsonObject(kept.here) ? ownValue(kept.here, key) : undefined
    walk(run, tree, { value: value[key]!, old: was, path }, below(kept, known, value))
  }
  if (tree.additional)
    for (const key in value) if (!tree.node.properties.has(key)) child(tree.additional, key, atKey(path, key))
  for (const [key, each] of tree.properties) if (Object.hasOwn(value, key)) child(each, key, at(path, key))
}

/** Below a place: whether it did not change is known where the parts before are not. */
const below = (kept: Correlation, here: Json | undefined, value: Json): Correlation => ({
  here,
  above: kept.here === undefined ? kept.above : here === undefined && equalValues(kept.here, value),
})

const isForgiven = ({ here, above }: Correlation, value: Json): boolean =>
  here === undefined ? above : equalValues(here, value)

function runRules(run: Run, { own, node }: RuleTree, { value, old, path }: Place, kept: Correlation): void {
  const self = own.self!
  const hadNone = old === undefined || old === null
  const bindings = { self: selfValue(self, value), oldSelf: hadNone ? undefined : selfValue(self, old) }
  const optional = { ...bindings, oldSelf: optionalSelf(self, old ?? undefined) }
  for (const compiled of own.rules) {
    if (run.ended) return
    const { rule, program, usesOldSelf } = compiled
    const error = (detail: string): void => void run.errors.push(invalid(fieldOf(path), node.type, detail))
    if (!program) continue
    if (!program.ok) {
      error(`rule compile error: ${program.error}`)
      continue
    }
    if (usesOldSelf && bindings.oldSelf === undefined && !rule.optionalOldSelf) continue
    const result = evaluate(program.value.program, rule.optionalOldSelf ? optional : bindings, run.budget)
    if (run.budget.spent > CEL_OBJECT_COST_MAX) {
      run.ended = true
      return error('validation failed due to running out of cost budget, no further validation rules will be run')
    }
    if (!result.ok) {
      run.ended = result.error.message.startsWith(TOO_COSTLY)
      error(failureText(result.error.message, rule))
    } else if (result.value !== true) {
      const failed = failedRule(run, compiled, bindings, { value, path, type: node.type })
      if (failed && (usesOldSelf || !isForgiven(kept, value))) run.errors.push(failed)
    }
  }
}

const TOO_COSTLY = 'operation cancelled: actual cost limit exceeded'
/** Go's path that is not there prints as `<nil>`. */
const fieldOf = (path: Path | undefined): string => (path === undefined ? '<nil>' : where(path))

const ruleText = ({ message = '', rule }: ValidationRule): string => (message === '' ? rule : message).trim()

function failureText(message: string, rule: ValidationRule): string {
  if (message.startsWith('no such overload'))
    return `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}`
  if (message.startsWith(TOO_COSTLY))
    return `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleText(rule)}`
  return `${message} evaluating rule: ${ruleText(rule)}`
}

interface Failed {
  readonly value: Json
  readonly path: Path | undefined
  readonly type: string
}

function failedRule(
  run: Run,
  compiled: CompiledRule,
  bindings: Parameters<typeof evaluate>[1],
  failed: Failed,
): FieldError | undefined {
  const { rule, fieldPath } = compiled
  const { value, path, type } = failed
  const field = fieldPath === '' ? fieldOf(path) : path === undefined ? fieldPath : `${where(path)}.${fieldPath}`
  const said = compiled.message?.ok ? messageOf(run, compiled, bindings) : undefined
  if (said?.fatal !== undefined) {
    run.ended = true
    return invalid(field, type, said.fatal)
  }
  const detail = said?.text ?? (rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`)
  const isWhole = type === 'object' || type === 'array'
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail)
    case 'FieldValueRequired':
      return required(field, detail)
    case 'FieldValueDuplicate':
      return isWhole ? { ...duplicate(field, ''), message: 'Duplicate value' } : duplicate(field, value)
    default:
      return isWhole ? invalidPlain(field, detail) : invalid(field, value, detail)
  }
}

interface Said {
  readonly text?: string
  readonly fatal?: string
}

/** What a rule's message expression says; nothing when it says nothing useful. Source: evalMessageExpression. */
function messageOf(
  run: Run,
  { message, rule }: CompiledRule,
  bindings: Parameters<typeof evaluate>[1],
): Said | undefined {
  if (!message?.ok) return undefined
  const result = evaluate(message.value.program, bindings, run.budget)
  if (run.budget.spent > CEL_OBJECT_COST_MAX)
    return { fatal: 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run' }
  if (!result.ok && result.error.message.startsWith(TOO_COSTLY))
    return { fatal: `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(rule.messageExpression)}` }
  const text = result.ok && typeof result.value === 'string' ? result.value.trim() : ''
  if (text === '' || /[\n\r]/.test(text) || Buffer.byteLength(text) > CEL_MESSAGE_BYTES_MAX) return undefined
  return { text }
}
