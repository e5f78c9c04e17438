import type { Result } from '../../base/result.ts'
import type { Program } from '../../cel/program.ts'
import type { CelType } from '../../cel/types.ts'
import {
  ExpressionCompiler, RETURNS,
  type Scope,
} from '../../resources/admissionregistration/expression-compiler.ts'
import type { PolicySpec } from '../../resources/admissionregistration/policy-errors.ts'
import type {
  MatchCondition, MutatingAdmissionPolicySpec, ValidatingAdmissionPolicySpec,
} from '../../resources/generated/admissionregistration.gen.ts'

/** An expression as it was stored, and its program or what is wrong with it. */
export interface Compiled {
  readonly text: string
  readonly program: Result<Program, string>
}

/** The expressions of a policy that both kinds have. */
export interface CompiledHead {
  readonly conditions: readonly Compiled[]
  readonly variables: readonly (Compiled & { readonly name: string })[]
}

/** The expressions of a policy that validates; an index is that of its validation or annotation. */
export interface CompiledValidating extends CompiledHead {
  readonly validations: readonly Compiled[]
  readonly messages: readonly (Compiled | undefined)[]
  readonly annotations: readonly Compiled[]
}

/** The expressions of a policy that mutates. */
export interface CompiledMutating extends CompiledHead {
  readonly mutations: readonly Compiled[]
}

/** Conditions of a webhook, which stand alone. */
export function compileConditions(conditions: readonly MatchCondition[]): Compiled[] {
  const compile = compilerOf(new ExpressionCompiler(false), { params: false, authorizer: true })
  return conditions.map(({ expression }) => compile(expression, RETURNS.condition))
}

/** Source: policy/validating/plugin.go compilePolicy. */
export function compileValidating(spec: ValidatingAdmissionPolicySpec): CompiledValidating {
  const { head, compile, compiler, scope } = begin(spec)
  const message = compilerOf(compiler, { ...scope, authorizer: false })
  return {
    ...head,
    validations: (spec.validations ?? []).map(({ expression }) => compile(expression, RETURNS.condition)),
    messages: (spec.validations ?? []).map(({ messageExpression }) =>
      messageExpression ? message(messageExpression, RETURNS.message) : undefined),
    annotations: (spec.auditAnnotations ?? []).map(({ valueExpression }) => compile(valueExpression, RETURNS.audit)),
  }
}

/** Source: policy/mutating/compilation.go compilePolicy. */
export function compileMutating(spec: MutatingAdmissionPolicySpec): CompiledMutating {
  const { head, compiler, scope } = begin(spec)
  const patch = compilerOf(compiler, { ...scope, patches: true })
  return {
    ...head,
    mutations: (spec.mutations ?? []).map(({ patchType, jsonPatch, applyConfiguration }) =>
      patchType === 'JSONPatch'
        ? patch(jsonPatch?.expression ?? '', RETURNS.jsonPatch)
        : patch(applyConfiguration?.expression ?? '', RETURNS.applyConfiguration)),
  }
}

type Compile = (text: string, returns: readonly CelType[]) => Compiled

const compilerOf = (compiler: ExpressionCompiler, scope: Scope): Compile => (text, returns) => ({
  text, program: compiler.compile(text, returns, scope, 'stored'),
})

interface Begun {
  readonly head: CompiledHead
  readonly compiler: ExpressionCompiler
  readonly scope: Scope
  readonly compile: Compile
}

function begin(spec: PolicySpec): Begun {
  const compiler = new ExpressionCompiler(true)
  const scope = { params: spec.paramKind !== undefined, authorizer: true }
  const variables = (spec.variables ?? []).map(({ name, expression }) => ({
    name, text: expression, program: compiler.variable(name, expression, scope, 'stored'),
  }))
  const compile = compilerOf(compiler, scope)
  const conditions = (spec.matchConditions ?? []).map(({ expression }) => compile(expression, RETURNS.condition))
  return { head: { conditions, variables }, compiler, scope, compile }
}
