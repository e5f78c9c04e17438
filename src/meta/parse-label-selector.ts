import { err, ok, type Result } from '../base/result.ts'
import { labelTokens, type LabelToken, type LabelTokenKind } from './label-lexer.ts'
import {
  aggregated,
  BINARY_OPERATORS,
  keyErrors,
  newRequirement,
  type LabelOperator,
  type LabelRequirement,
} from './label-requirement.ts'

/** Where the parser stands in the tokens. */
interface Cursor {
  readonly tokens: readonly LabelToken[]
  at: number
}

const OPERATORS: ReadonlyMap<LabelTokenKind, LabelOperator> = new Map([
  ['in', 'in'],
  ['notin', 'notin'],
  ['=', '='],
  ['==', '=='],
  ['!=', '!='],
  ['>', 'gt'],
  ['<', 'lt'],
])

/**
 * Reads all requirements of a text; errors in upstream's words. Source: labels/selector.go Parser.
 */
export function parseRequirements(text: string): Result<LabelRequirement[], string> {
  const cursor: Cursor = { tokens: labelTokens(text), at: 0 }
  const found: LabelRequirement[] = []
  for (;;) {
    const next = look(cursor)
    if (next.kind === 'end') return ok(found)
    if (next.kind !== 'identifier' && next.kind !== '!')
      return err(`found '${next.text}', expected: !, identifier, or 'end of string'`)
    const requirement = parseRequirement(cursor)
    if (!requirement.ok) return err(`unable to parse requirement: ${requirement.error}`)
    found.push(requirement.value)
    const after = take(cursor)
    if (after.kind === 'end') return ok(found)
    if (after.kind !== ',') return err(`found '${after.text}', expected: ',' or 'end of string'`)
    const start = look(cursor)
    if (start.kind !== 'identifier' && start.kind !== '!')
      return err(`found '${start.text}', expected: identifier after ','`)
  }
}

function parseRequirement(cursor: Cursor): Result<LabelRequirement, string> {
  let token = take(cursor)
  const negated = token.kind === '!'
  if (negated) token = take(cursor)
  if (token.kind !== 'identifier') return err(`found '${token.text}', expected: identifier`)
  const key = token.text
  // Upstream has no path here and prints its nil.
  const wrongKey = keyErrors('<nil>', key)
  if (wrongKey.length > 0) return err(aggregated(wrongKey))
  if (negated) return newRequirement(key, '!', [])
  const next = look(cursor)
  if (next.kind === 'end' || next.kind === ',') return newRequirement(key, 'exists', [])
  return parseRestriction(cursor, key)
}

function parseRestriction(cursor: Cursor, key: string): Result<LabelRequirement, string> {
  const token = cursor.tokens[cursor.at++]!
  const operator = OPERATORS.get(token.kind)
  if (!operator) return err(`found '${token.text}', expected: ${BINARY_OPERATORS.join(', ')}`)
  const isSet = operator === 'in' || operator === 'notin'
  const values = isSet ? parseSet(cursor) : parseExact(cursor)
  return values.ok ? newRequirement(key, operator, values.value) : values
}

function parseExact(cursor: Cursor): Result<string[], string> {
  const next = look(cursor)
  if (next.kind === 'end' || next.kind === ',') return ok([''])
  const token = take(cursor)
  return token.kind === 'identifier'
    ? ok([token.text])
    : err(`found '${token.text}', expected: identifier`)
}

function parseSet(cursor: Cursor): Result<string[], string> {
  const open = take(cursor)
  if (open.kind !== '(') return err(`found '${open.text}' expected: '('`)
  const first = look(cursor)
  if (first.kind === ')') {
    take(cursor)
    return ok([''])
  }
  if (first.kind !== 'identifier' && first.kind !== ',')
    return err(`found '${first.text}', expected: ',', ')' or identifier`)
  const values = parseList(cursor)
  if (!values.ok) return values
  if (take(cursor).kind !== ')') return err(`found '${first.text}', expected: ')'`)
  return ok([...values.value].sort())
}

/** Values between commas; nothing between two commas is the empty value. */
function parseList(cursor: Cursor): Result<Set<string>, string> {
  const values = new Set<string>()
  for (;;) {
    const token = take(cursor)
    const next = look(cursor)
    if (token.kind === 'identifier') {
      values.add(token.text)
      if (next.kind === ')') return ok(values)
      if (next.kind !== ',') return err(`found '${next.text}', expected: ',' or ')'`)
    } else if (token.kind === ',') {
      if (values.size === 0 || next.kind === ')' || next.kind === ',') values.add('')
      if (next.kind === ')') return ok(values)
    } else {
      return err(`found '${token.text}', expected: ',', or identifier`)
    }
  }
}

/** The next token where a key or value may stand: there `in` and `notin` are plain words. */
function look({ tokens, at }: Cursor): LabelToken {
  const token = tokens[Math.min(at, tokens.length - 1)]!
  const isWord = token.kind === 'in' || token.kind === 'notin'
  return isWord ? { kind: 'identifier', text: token.text } : token
}

function take(cursor: Cursor): LabelToken {
  const token = look(cursor)
  cursor.at++
  return token
}
