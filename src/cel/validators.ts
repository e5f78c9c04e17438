import type { Checked } from './checker.ts'
import { toDuration, toTimestamp } from './conversion.ts'
import { clauseError, formatText, type FormatVerb } from './format-text.ts'
import { compilePattern } from './patterns.ts'
import { NOWHERE, placeAt, type CelError, type SourceText } from './source-text.ts'
import { childrenOf, type Expr } from './syntax.ts'
import { DYN, formatType, isEquivalentType, isOptional, type CelType, type Kind } from './types.ts'
import { err, ok } from '../base/result.ts'
import { isFailure } from './values.ts'

/** A node with the calls around it. */
interface Visit {
  readonly expr: Expr
  readonly formatted: boolean
}

/**
 * What is wrong although its types are right: literals of times, durations and patterns, mixed lists,
 * formats. Source: cel-go cel/validator.go, ext/formatting.go.
 */
export function validate(checked: Checked, source: SourceText, offsets: ReadonlyMap<number, number>): CelError[] {
  const errors: CelError[] = []
  const report = (id: number, message: string): void => {
    const offset = offsets.get(id)
    errors.push({ ...(offset === undefined ? NOWHERE : placeAt(source, offset)), message })
  }
  const visits = visitsOf(checked.expr, false)
  for (const name of ['duration', 'timestamp', 'matches'] as const)
    for (const { expr } of visits) checkLiteral(expr, name, report)
  const typeOf = (expr: Expr): CelType => checked.types.get(expr.id) ?? DYN
  for (const { expr, formatted } of visits) if (!formatted) checkList(expr, typeOf, report)
  for (const { expr, formatted } of visits) if (!formatted) checkMap(expr, typeOf, report)
  for (const { expr } of visits) checkFormat(expr, checked, report)
  return errors
}

type Report = (id: number, message: string) => void

function visitsOf(expr: Expr, formatted: boolean): Visit[] {
  const within = formatted || (expr.node.kind === 'call' && expr.node.function === 'format')
  return [{ expr, formatted }, ...childrenOf(expr).flatMap((child) => visitsOf(child, within))]
}

function checkLiteral({ node }: Expr, name: 'duration' | 'timestamp' | 'matches', report: Report): void {
  if (node.kind !== 'call' || node.function !== name) return
  const arg = node.args[0]
  if (arg?.node.kind !== 'literal') return
  const { value } = arg.node
  const wrong =
    name === 'matches'
      ? typeof value === 'string' && !compilePattern(value).ok
      : isFailure(name === 'duration' ? toDuration(value) : toTimestamp(value))
  if (wrong) report(arg.id, `invalid ${name} argument`)
}

const mixed = (expected: CelType, found: CelType): string =>
  `expected type '${formatType(expected)}' but found '${formatType(found)}'`

function checkList({ node }: Expr, typeOf: (expr: Expr) => CelType, report: Report): void {
  if (node.kind !== 'list') return
  let first: CelType | undefined
  for (const [i, element] of node.elements.entries()) {
    const given = typeOf(element)
    const type = node.optionals.includes(i) && isOptional(given) ? given.params[0]! : given
    if (first && !isEquivalentType(first, type)) return report(element.id, mixed(first, type))
    first ??= type
  }
}

function checkMap({ node }: Expr, typeOf: (expr: Expr) => CelType, report: Report): void {
  if (node.kind !== 'map') return
  let keys: CelType | undefined
  let values: CelType | undefined
  for (const { key, value, optional } of node.entries) {
    const keyType = typeOf(key)
    const given = typeOf(value)
    const valueType = optional && isOptional(given) ? given.params[0]! : given
    if (keys && !isEquivalentType(keys, keyType)) report(key.id, mixed(keys, keyType))
    if (values && !isEquivalentType(values, valueType)) report(value.id, mixed(values, valueType))
    keys ??= keyType
    values ??= valueType
  }
}

interface Wrong {
  readonly id: number | undefined
  readonly message: string
}

/** A format that is a literal, with arguments in a list literal. */
function checkFormat(expr: Expr, checked: Checked, report: Report): void {
  const { node } = expr
  if (node.kind !== 'call' || node.function !== 'format' || !node.target) return
  const reference = checked.references.get(expr.id)
  if (reference && 'overloads' in reference && !reference.overloads.includes('string_format')) return
  const format = node.target.node.kind === 'literal' ? node.target.node.value : undefined
  const list = node.args.length === 1 ? node.args[0]!.node : undefined
  if (typeof format !== 'string' || list?.kind !== 'list') return
  let used = 0
  const result = formatText<Wrong>(format, {
    size: list.elements.length,
    clause: (index, verb) => {
      used++
      const bad = misfit(list.elements[index]!, verb, checked)
      if (!bad) return ok('')
      const type = checked.types.get(bad.id) ?? DYN
      return err({ id: bad.id, message: clauseError(verb, type.name) })
    },
    error: (message) => ({ id: undefined, message }),
    within: (words, { id, message }) => ({ id, message: `${words}: ${message}` }),
  })
  if (!result.ok) return report(result.error.id ?? expr.id, result.error.message)
  if (list.elements.length > used)
    report(expr.id, `too many arguments supplied to string.format (expected ${used}, got ${list.elements.length})`)
}

const FITTING: Readonly<Record<FormatVerb, readonly Kind[]>> = {
  s: ['list', 'map', 'int', 'uint', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
  d: ['int', 'uint'],
  f: ['double', 'string'],
  e: ['double', 'string'],
  b: ['int', 'uint', 'bool'],
  x: ['int', 'uint', 'string', 'bytes'],
  X: ['int', 'uint', 'string', 'bytes'],
  o: ['int', 'uint'],
}

/** The expression whose type does not fit; undefined when all is well. */
function misfit(expr: Expr, verb: FormatVerb, checked: Checked): Expr | undefined {
  const { kind } = checked.types.get(expr.id) ?? DYN
  if (kind !== 'dyn' && !FITTING[verb].includes(kind)) return expr
  if (verb !== 's' || (expr.node.kind !== 'list' && expr.node.kind !== 'map')) return undefined
  for (const child of childrenOf(expr)) {
    const bad = misfit(child, verb, checked)
    if (bad) return bad
  }
  return undefined
}

