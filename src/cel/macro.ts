import {
  ACCUMULATOR, OLD_ACCUMULATOR,
  type ComprehensionNode, type Expr, type ExprNode,
} from './syntax.ts'
import type { Value } from './values.ts'

/** What a macro makes nodes with: all of them stand where the call stands. */
export interface MacroContext {
  readonly make: (node: ExprNode) => Expr
  readonly copy: (expr: Expr) => Expr
}

/** Why a call of a macro is wrong, and at which argument. */
export interface MacroError {
  readonly at: Expr
  readonly message: string
}

/** A call that becomes another expression while parsing. */
export interface Macro {
  readonly name: string
  readonly args: number
  readonly member: boolean
  /** Undefined when the call is none of the macro's. */
  readonly expand: (
    context: MacroContext,
    target: Expr | undefined,
    args: readonly Expr[],
  ) => Expr | MacroError | undefined
}

/** Macros by `name:arguments:style`. */
export const macroTable = (macros: readonly Macro[]): ReadonlyMap<string, Macro> =>
  new Map(macros.map((macro) => [`${macro.name}:${macro.args}:${macro.member ? 'member' : 'global'}`, macro]))

const literal = (c: MacroContext, value: Value): Expr => c.make({ kind: 'literal', value })
const accumulated = (c: MacroContext): Expr => c.make({ kind: 'ident', name: ACCUMULATOR })
const list = (c: MacroContext, ...elements: Expr[]): Expr => c.make({ kind: 'list', elements, optionals: [] })
const callOf = (c: MacroContext, name: string, ...args: Expr[]): Expr =>
  c.make({ kind: 'call', function: name, target: undefined, args })
const memberCall = (c: MacroContext, name: string, target: Expr, ...args: Expr[]): Expr =>
  c.make({ kind: 'call', function: name, target, args })
const nameOf = (expr: Expr): string | undefined => (expr.node.kind === 'ident' ? expr.node.name : undefined)

const fold = (
  c: MacroContext,
  parts: Partial<ComprehensionNode> & Pick<ComprehensionNode, 'range' | 'variable' | 'start' | 'condition' | 'step'>,
): Expr =>
  c.make({
    kind: 'comprehension',
    variable2: '', accumulator: ACCUMULATOR,
    ...parts,
    result: parts.result ?? accumulated(c),
  })

const OVERWRITES = 'iteration variable overwrites accumulator variable'

interface Variables {
  readonly variable: string
  readonly variable2: string
}

/** The names that a macro iterates with. */
function variables(args: readonly Expr[], count: number, words: string): Variables | MacroError {
  const names: string[] = []
  for (const arg of args.slice(0, count)) {
    const name = nameOf(arg)
    if (name === undefined) return { at: arg, message: words }
    names.push(name)
  }
  const [variable = '', variable2 = ''] = names
  if (count === 2 && variable === variable2)
    return { at: args[1]!, message: `duplicate variable name: ${variable}` }
  for (const [i, name] of names.entries())
    if (name === ACCUMULATOR || name === OLD_ACCUMULATOR) return { at: args[i]!, message: OVERWRITES }
  return { variable, variable2 }
}

const SIMPLE_NAME = 'argument must be a simple name'

type Quantifier = 'all' | 'exists' | 'exists_one'

/** `range.all(x, p)`, `range.all(i, x, p)` and so on. Source: parser/macro.go, ext/comprehensions.go. */
function quantifier(name: string, kind: Quantifier, count: number): Macro {
  return {
    name, args: count + 1, member: true,
    expand: (c, target, args) => {
      const names = variables(args, count, SIMPLE_NAME)
      if ('at' in names) return names
      const predicate = args[count]!
      const range = target!
      if (kind === 'all') {
        const start = literal(c, true)
        const condition = callOf(c, '@not_strictly_false', accumulated(c))
        const step = callOf(c, '_&&_', accumulated(c), predicate)
        return fold(c, { range, ...names, start, condition, step })
      }
      if (kind === 'exists') {
        const start = literal(c, false)
        const condition = callOf(c, '@not_strictly_false', callOf(c, '!_', accumulated(c)))
        const step = callOf(c, '_||_', accumulated(c), predicate)
        return fold(c, { range, ...names, start, condition, step })
      }
      const start = literal(c, 0)
      const condition = literal(c, true)
      const more = callOf(c, '_+_', accumulated(c), literal(c, 1))
      const step = callOf(c, '_?_:_', predicate, more, accumulated(c))
      const result = callOf(c, '_==_', accumulated(c), literal(c, 1))
      return fold(c, { range, ...names, start, condition, step, result })
    },
  }
}

/** `range.map(x, f)`, `range.map(x, p, f)`, `range.transformList(i, x, p, f)`. */
function transform(name: string, count: number, filtered: boolean): Macro {
  return {
    name, args: count + (filtered ? 2 : 1), member: true,
    expand: (c, target, args) => {
      const words = count === 1 ? 'argument is not an identifier' : SIMPLE_NAME
      const names = variables(args, count, words)
      if ('at' in names) return names
      const start = list(c)
      const condition = literal(c, true)
      let step = callOf(c, '_+_', accumulated(c), list(c, args.at(-1)!))
      if (filtered) step = callOf(c, '_?_:_', args[count]!, step, accumulated(c))
      return fold(c, { range: target!, ...names, start, condition, step })
    },
  }
}

const FILTER: Macro = {
  name: 'filter', args: 2, member: true,
  expand: (c, target, args) => {
    const names = variables(args, 1, 'argument is not an identifier')
    if ('at' in names) return names
    const start = list(c)
    const condition = literal(c, true)
    const kept = callOf(c, '_+_', accumulated(c), list(c, args[0]!))
    const step = callOf(c, '_?_:_', args[1]!, kept, accumulated(c))
    return fold(c, { range: target!, ...names, start, condition, step })
  },
}

/** `range.transformMap(k, v, p, f)`; of entries, f gives maps of one entry. */
function transformMap(name: string, filtered: boolean, entries: boolean): Macro {
  return {
    name, args: filtered ? 4 : 3, member: true,
    expand: (c, target, args) => {
      const names = variables(args, 2, SIMPLE_NAME)
      if ('at' in names) return names
      const accu = accumulated(c)
      const made = args.at(-1)!
      let step = entries
        ? callOf(c, 'cel.@mapInsert', accu, made)
        : callOf(c, 'cel.@mapInsert', accu, c.make({ kind: 'ident', name: names.variable }), made)
      if (filtered) step = callOf(c, '_?_:_', args[2]!, step, accumulated(c))
      const start = c.make({ kind: 'map', entries: [] })
      return fold(c, { range: target!, ...names, start, condition: literal(c, true), step })
    },
  }
}

const HAS: Macro = {
  name: 'has', args: 1, member: false,
  expand: (c, _, [arg]) =>
    arg!.node.kind === 'select'
      ? c.make({ ...arg!.node, testOnly: true })
      : { at: arg!, message: 'invalid argument to has() macro' },
}

/** A fold over nothing: its accumulator names a value within the result. */
const bound = (c: MacroContext, variable: string, value: Expr, result: Expr): Expr => {
  const range = list(c)
  const condition = literal(c, false)
  const step = c.make({ kind: 'ident', name: variable })
  return fold(c, { range, variable: '#unused', accumulator: variable, start: value, condition, step, result })
}

/** `optional.optMap(x, f)`, `optional.optFlatMap(x, f)`. Source: cel/library.go. */
const optionalMap = (name: 'optMap' | 'optFlatMap'): Macro => ({
  name, args: 2, member: true,
  expand: (c, target, [ident, mapped]) => {
    const variable = nameOf(ident!)
    if (variable === undefined)
      return { at: ident!, message: `${name}() variable name must be a simple identifier` }
    const present = memberCall(c, 'hasValue', target!)
    const value = (): Expr => memberCall(c, 'value', c.copy(target!))
    const computed = bound(c, variable, value(), mapped!)
    const yes = name === 'optMap' ? callOf(c, 'optional.of', computed) : computed
    return callOf(c, '_?_:_', present, yes, callOf(c, 'optional.none'))
  },
})

const SORTABLE = new Set(['list', 'select', 'ident', 'comprehension', 'call'])
const SORT_INPUT = '@__sortBy_input__'

/** `list.sortBy(x, key)`. Source: ext/lists.go. */
const SORT_BY: Macro = {
  name: 'sortBy', args: 2, member: true,
  expand: (c, target, args) => {
    const input = c.make({ kind: 'ident', name: SORT_INPUT })
    if (!SORTABLE.has(target!.node.kind))
      return {
        at: target!,
        message: 'sortBy can only be applied to a list, identifier, comprehension, call or select expression',
      }
    const keys = transform('map', 1, false).expand(c, c.copy(input), args)!
    if ('at' in keys) return keys
    const sorted = memberCall(c, '@sortByAssociatedKeys', c.copy(input), keys)
    const range = list(c)
    const condition = literal(c, false)
    return fold(c, {
      range, variable: '#unused', accumulator: SORT_INPUT, start: target!, condition, step: input, result: sorted,
    })
  },
}

/** `cel.bind(x, value, result)`, which DRA has. Source: ext/bindings.go. */
export const BIND: Macro = {
  name: 'bind', args: 3, member: true,
  expand: (c, target, [ident, value, result]) => {
    if (nameOf(target!) !== 'cel') return undefined
    const variable = nameOf(ident!)
    if (variable === undefined)
      return { at: ident!, message: 'cel.bind() variable names must be simple identifiers' }
    return bound(c, variable, value!, result!)
  },
}

/** The macros of every environment of Kubernetes. */
export const STANDARD_MACROS: readonly Macro[] = [
  HAS,
  quantifier('all', 'all', 1),
  quantifier('exists', 'exists', 1),
  quantifier('exists_one', 'exists_one', 1),
  transform('map', 1, false),
  transform('map', 1, true),
  FILTER,
  optionalMap('optMap'),
  optionalMap('optFlatMap'),
  quantifier('all', 'all', 2),
  quantifier('exists', 'exists', 2),
  quantifier('exists_one', 'exists_one', 2),
  quantifier('existsOne', 'exists_one', 2),
  transform('transformList', 2, false),
  transform('transformList', 2, true),
  transformMap('transformMap', false, false),
  transformMap('transformMap', true, false),
  transformMap('transformMapEntry', false, true),
  transformMap('transformMapEntry', true, true),
  SORT_BY,
]
