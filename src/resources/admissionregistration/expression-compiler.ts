import { err, type Result } from '../../base/result.ts'
import { providerOf } from '../../cel/declared-types.ts'
import type { Environment, ObjectType, TypeProvider } from '../../cel/environment.ts'
import { AUTHORIZER_TYPE, RESOURCE_CHECK_TYPE } from '../../cel/library-authz.ts'
import { mutationObjects, PATCH_FUNCTIONS } from '../../cel/object-literals.ts'
import { checkExpression, instantiate, type Program } from '../../cel/program.ts'
import { standardEnvironment } from '../../cel/standard-environment.ts'
import {
  BOOL, DYN, NULL, STRING,
  isDyn, isExactType, listType, mapType, structType, typeText,
  type CelType,
} from '../../cel/types.ts'
import { NAMESPACE_TYPE, REQUEST_TYPE } from './request-types.ts'

/** What an expression has to evaluate to; undefined is anything. Source: ExpressionAccessor.ReturnTypes. */
export const RETURNS = {
  condition: [BOOL],
  message: [STRING],
  audit: [STRING, NULL],
  applyConfiguration: [structType('Object')],
  jsonPatch: [listType(structType('JSONPatch'))],
  variable: undefined,
} as const satisfies Readonly<Record<string, readonly CelType[] | undefined>>

/** What an expression may speak of beside the request. Source: OptionalVariableDeclarations. */
export interface Scope {
  readonly params: boolean
  readonly authorizer: boolean
  /** Whether it makes patches. */
  readonly patches?: boolean
}

/** New expressions know less than those that are stored. */
export type Age = 'new' | 'stored'

/** The type of `variables`, as expressions see it. */
export const VARIABLES_TYPE = structType('kubernetes.variables')

const DECLARED_OBJECTS = providerOf(REQUEST_TYPE, NAMESPACE_TYPE)

/**
 * Compiles the expressions of one policy or webhook. Those of policies with variables see them, each with the type
 * it was found to have; so variables come first. Source: admission/plugin/cel/{compile,composition}.go.
 */
export class ExpressionCompiler {
  readonly #variables: Map<string, CelType> | undefined
  readonly #environments = new Map<string, Environment>()

  constructor(composed: boolean) {
    this.#variables = composed ? new Map() : undefined
  }

  /** A variable; one that does not compile is of any type to those who use it. */
  variable(name: string, text: string, scope: Scope, age: Age): Result<Program, string> {
    const program = this.compile(text, RETURNS.variable, scope, age)
    this.#variables?.set(name, program.ok ? fieldTypeOf(program.value.expression.type) : DYN)
    return program
  }

  /** An error is upstream's detail of it. */
  compile(text: string, returns: readonly CelType[] | undefined, scope: Scope, age: Age): Result<Program, string> {
    const expression = checkExpression(text, this.#environment(scope, age))
    if (!expression.ok) return err(`compilation failed: ${expression.error.message}`)
    const { type } = expression.value
    if (returns && !returns.some((one) => isExactType(type, one))) return err(wrongType(returns, type))
    const program = instantiate(expression.value)
    return program.ok ? program : err(`program instantiation failed: ${program.error}`)
  }

  #environment(scope: Scope, age: Age): Environment {
    const key = `${age} ${scope.params} ${scope.authorizer} ${scope.patches === true}`
    let found = this.#environments.get(key)
    if (!found) this.#environments.set(key, (found = environmentOf(scope, age, this.#variables)))
    return found
  }
}

/** Compiles what stands alone: conditions of webhooks and policies. */
export const STATELESS = new ExpressionCompiler(false)

const wrongType = (returns: readonly CelType[], type: CelType): string =>
  returns.length === 1
    ? `must evaluate to ${typeText(returns[0]!)} but got ${typeText(type)}`
    : `must evaluate to one of [${returns.map(typeText).join(' ')}] but got ${typeText(type)}`

function environmentOf(
  { params, authorizer, patches }: Scope, expressions: Age, variables: ReadonlyMap<string, CelType> | undefined,
): Environment {
  return standardEnvironment({
    expressions,
    variables: {
      object: DYN, oldObject: DYN, namespaceObject: NAMESPACE_TYPE.type, request: REQUEST_TYPE.type,
      ...(params && { params: DYN }),
      ...(authorizer && { authorizer: AUTHORIZER_TYPE, 'authorizer.requestResource': RESOURCE_CHECK_TYPE }),
      ...(variables && { variables: VARIABLES_TYPE }),
    },
    objects: objectsOf(patches === true, variables),
    ...(patches && { functions: PATCH_FUNCTIONS }),
  })
}

function objectsOf(patches: boolean, variables: ReadonlyMap<string, CelType> | undefined): TypeProvider {
  const own: ObjectType | undefined = variables && {
    name: VARIABLES_TYPE.name, fieldType: (field) => variables.get(field),
  }
  return (name) => {
    if (own && name === own.name) return own
    return DECLARED_OBJECTS(name) ?? (patches ? mutationObjects(name) : undefined)
  }
}

const PLAIN = ['bool', 'bytes', 'double', 'duration', 'int', 'null', 'string', 'timestamp', 'uint']

/** The type of a variable to those who use it: lists, maps and plain values. Source: convertCelTypeToDeclType. */
function fieldTypeOf(type: CelType): CelType {
  if (isDyn(type) || PLAIN.includes(type.kind)) return type
  if (type.kind === 'list') return listType(fieldTypeOf(type.params[0]!))
  if (type.kind === 'map') return mapType(fieldTypeOf(type.params[0]!), fieldTypeOf(type.params[1]!))
  return DYN
}
