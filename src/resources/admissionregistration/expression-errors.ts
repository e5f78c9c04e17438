import type { Result } from '../../base/result.ts'
import type { CelType } from '../../cel/types.ts'
import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import type { Age, ExpressionCompiler, Scope } from './expression-compiler.ts'

/** How expressions of an object are looked at. */
export interface ExpressionRules {
  readonly compiler: ExpressionCompiler
  readonly scope: Scope
  /** Texts that were stored already: they know all functions. */
  readonly stored: ReadonlySet<string>
}

/** Nothing was stored before. */
export const NONE_STORED: ReadonlySet<string> = new Set()

/** An expression that must be there, and be one of a type. `shown` is what a message calls the value. */
export function expressionErrors(
  field: string,
  expression: string | undefined,
  detail: string,
  { compiler, scope, stored, returns }: ExpressionRules & { readonly returns: readonly CelType[] },
): FieldError[] {
  if ((expression ?? '').trim() === '') return [required(field, detail)]
  return compileErrors(field, expression!, compiler.compile(expression!, returns, scope, ageOf(expression!, stored)))
}

/** What is wrong with an expression, if it did not compile. */
export const compileErrors = (field: string, shown: string, compiled: Result<unknown, string>): FieldError[] =>
  compiled.ok ? [] : [invalid(field, shown, compiled.error)]

/** Whether an expression was there before. */
export const ageOf = (expression: string, stored: ReadonlySet<string>): Age => (stored.has(expression) ? 'stored' : 'new')
