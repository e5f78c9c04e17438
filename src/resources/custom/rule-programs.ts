import {
  checkExpression, expressionCost, instantiate, refersTo, type Expression, type Program,
} from '../../cel/program.ts'
import { schemaRules, type SchemaRules } from '../../cel/schema-environment.ts'
import { typeText } from '../../cel/types.ts'
import { err, ok, type Result } from '../../base/result.ts'
import { fieldPathSchema } from '../apiextensions/schema-path.ts'
import { where } from '../field-path.ts'
import type { JSONSchemaProps, ValidationRule } from '../generated/apiextensions.gen.ts'

/** A rule made ready, or why it cannot be. Source: apiextensions-apiserver schema/cel/compilation.go. */
export interface CompiledRule {
  readonly rule: ValidationRule
  /** Undefined for a rule without a text. */
  readonly program: Result<CompiledText, string> | undefined
  readonly message: Result<CompiledText, string> | undefined
  readonly usesOldSelf: boolean
  /** Steps below the rule's place that its errors name; '' is the place itself. */
  readonly fieldPath: string
}

/** An expression with what it costs at most. */
export interface CompiledText {
  readonly program: Program
  readonly maxCost: bigint
}

/** Rules of one place of a schema. */
export interface PlaceRules {
  readonly rules: readonly CompiledRule[]
  /** What `self` is; undefined when expressions cannot see values of this schema. */
  readonly self: SchemaRules | undefined
}

/**
 * Compiles the rules of a place; `stored` rules, which were accepted before, may use functions that new
 * ones may not yet.
 */
export function placeRules(schema: JSONSchemaProps, root: boolean, expressions: 'new' | 'stored'): PlaceRules {
  const rules = schema['x-kubernetes-validations'] ?? []
  if (rules.length === 0) return NO_RULES
  const self = schemaRules(schema, { root, name: 'selfType', expressions })
  if (!self) return { rules: [], self }
  return { rules: rules.map((rule) => compileRule(schema, rule, self)), self }
}

const NO_RULES: PlaceRules = { rules: [], self: undefined }

function compileRule(schema: JSONSchemaProps, rule: ValidationRule, self: SchemaRules): CompiledRule {
  const none = { rule, program: undefined, message: undefined, usesOldSelf: false, fieldPath: '' }
  if (rule.rule.trim() === '') return none
  const environment = rule.optionalOldSelf ? self.optionalOldSelf : self.environment
  const checked = checkExpression(rule.rule, environment)
  if (!checked.ok) return { ...none, program: err(`compilation failed: ${checked.error.message}`) }
  if (typeText(checked.value.type) !== 'bool')
    return { ...none, program: err('cel expression must evaluate to a bool') }
  const usesOldSelf = refersTo(checked.value, 'oldSelf')
  const program = ready(checked.value, 'program instantiation failed')
  if (!program.ok) return { ...none, usesOldSelf, program }
  const path = rule.fieldPath ? fieldPathSchema(rule.fieldPath, schema) : undefined
  const fieldPath = path?.ok ? where(path.value.path) : ''
  const message = rule.messageExpression ? compileMessage(rule.messageExpression, environment) : undefined
  return { rule, program, message, usesOldSelf, fieldPath }
}

function compileMessage(text: string, environment: SchemaRules['environment']): Result<CompiledText, string> {
  const checked = checkExpression(text, environment)
  if (!checked.ok) return err(`messageExpression compilation failed: ${checked.error.message}`)
  if (typeText(checked.value.type) !== 'string') return err('messageExpression must evaluate to a string')
  return ready(checked.value, 'messageExpression instantiation failed')
}

function ready(expression: Expression, what: string): Result<CompiledText, string> {
  const program = instantiate(expression)
  if (!program.ok) return err(`${what}: ${program.error}`)
  return ok({ program: program.value, maxCost: BigInt(expressionCost(expression).max) })
}
