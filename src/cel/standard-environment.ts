import { functionTable, typeNamed, type FunctionDecl } from './declarations.ts'
import type { Environment, ObjectType, SizeEstimator } from './environment.ts'
import { AUTHZ_FUNCTIONS } from './library-authz.ts'
import { FORMAT_FUNCTIONS } from './library-format.ts'
import { INCLUDES, KUBERNETES_LIST_FUNCTIONS, LIST_FUNCTIONS } from './library-lists.ts'
import { NET_FUNCTIONS } from './library-net.ts'
import { OPTIONAL_FUNCTIONS } from './library-optional.ts'
import { QUANTITY_FUNCTIONS } from './library-quantity.ts'
import { REGEX_FUNCTIONS } from './library-regex.ts'
import { SEMVER_FUNCTIONS } from './library-semver.ts'
import { MAP_INSERT, SET_FUNCTIONS } from './library-sets.ts'
import { STANDARD_FUNCTIONS } from './library-standard.ts'
import { STRING_FUNCTIONS } from './library-strings.ts'
import { TIME_FUNCTIONS } from './library-time.ts'
import { URL_FUNCTIONS } from './library-url.ts'
import { BIND, macroTable, STANDARD_MACROS } from './macro.ts'
import {
  BOOL, BYTES, DOUBLE, DURATION, INT, LIST, MAP, NULL, OPTIONAL, STRING, TIMESTAMP, TYPE, UINT,
  type CelType,
} from './types.ts'

const TYPE_NAMES: ReadonlyMap<string, CelType> = new Map([
  ['bool', BOOL], ['bytes', BYTES], ['double', DOUBLE], ['google.protobuf.Duration', DURATION], ['int', INT],
  ['list', LIST], ['map', MAP], ['null_type', NULL], ['string', STRING],
  ['google.protobuf.Timestamp', TIMESTAMP], ['type', TYPE], ['uint', UINT], ['optional_type', OPTIONAL],
  ['net.IP', typeNamed('IP')], ['net.CIDR', typeNamed('CIDR')],
])

/** What an environment adds to the one that all expressions of Kubernetes share. */
export interface EnvironmentOptions {
  /**
   * Expressions that a request writes know the functions of the release before, so that a rollback can
   * read them; stored ones know all. Source: environment.NewExpressions, StoredExpressions.
   */
  readonly expressions: 'new' | 'stored'
  readonly variables?: Readonly<Record<string, CelType>>
  readonly objects?: (name: string) => ObjectType | undefined
  readonly functions?: readonly FunctionDecl[]
  /** cel.bind, which selectors of DRA have. */
  readonly bind?: boolean
  readonly sizes?: SizeEstimator
}

const LIBRARIES: readonly FunctionDecl[] = [
  ...STANDARD_FUNCTIONS, ...TIME_FUNCTIONS, ...REGEX_FUNCTIONS, ...OPTIONAL_FUNCTIONS, ...STRING_FUNCTIONS,
  ...SET_FUNCTIONS, MAP_INSERT, ...LIST_FUNCTIONS, ...KUBERNETES_LIST_FUNCTIONS, ...NET_FUNCTIONS, ...URL_FUNCTIONS,
  ...QUANTITY_FUNCTIONS, ...SEMVER_FUNCTIONS, ...FORMAT_FUNCTIONS, ...AUTHZ_FUNCTIONS,
]

/** The functions of both sets of expressions, which most environments share as they are. */
const FUNCTIONS = {
  new: functionTable(LIBRARIES),
  stored: functionTable([...LIBRARIES, INCLUDES]),
}
const MACROS = macroTable(STANDARD_MACROS)
const MACROS_AND_BIND = macroTable([...STANDARD_MACROS, BIND])

/** An environment of Kubernetes v1.37. Source: apiserver pkg/cel/environment/base.go. */
export function standardEnvironment(options: EnvironmentOptions): Environment {
  const base = FUNCTIONS[options.expressions]
  const more = options.functions ?? []
  const functions = more.length === 0 ? base : functionTable([...base.values(), ...more])
  return {
    functions,
    macros: options.bind ? MACROS_AND_BIND : MACROS,
    variables: new Map(Object.entries(options.variables ?? {})),
    provider: options.objects ?? (() => undefined),
    typeNames: TYPE_NAMES,
    sizes: options.sizes ?? (() => undefined),
  }
}
