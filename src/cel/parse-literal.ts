import { unescapeBytes, unescapeString } from './literals.ts'
import { parseDouble, parseInteger } from './number-text.ts'
import { fail, next, nodeAt, reportAt, type State } from './parser-state.ts'
import type { Expr } from './syntax.ts'
import { double, intOf, uint, type Value } from './values.ts'

/** Parses a literal, or gives up at what is none. */
export function parseLiteral(state: State): Expr {
  const first = next(state)
  const token = first.kind === '-' ? next(state) : first
  const sign = first.kind === '-' ? '-' : ''
  const literal = (value: Value): Expr => nodeAt(state, first, { kind: 'literal', value })
  switch (token.kind) {
    case 'int': {
      const exact = integerOf(token.text, sign, true)
      return exact === undefined ? reportAt(state, first, 'invalid int literal') : literal(intOf(exact))
    }
    case 'uint': {
      if (sign) return fail(state)
      const exact = integerOf(token.text.slice(0, -1), '', false)
      return exact === undefined ? reportAt(state, first, 'invalid uint literal') : literal(uint(exact))
    }
    case 'float': {
      const value = parseDouble(sign + token.text)
      return value === undefined ? reportAt(state, first, 'invalid double literal') : literal(double(value))
    }
  }
  if (sign) return fail(state)
  switch (token.kind) {
    case 'string': {
      const text = unescapeString(token.text)
      return text.ok ? literal(text.value) : reportAt(state, first, text.error)
    }
    case 'bytes': {
      const bytes = unescapeBytes(token.text.slice(1))
      return bytes.ok ? literal(bytes.value) : reportAt(state, first, bytes.error)
    }
    case 'true':
      return literal(true)
    case 'false':
      return literal(false)
    case 'null':
      return literal(null)
    default:
      return fail(state)
  }
}

function integerOf(text: string, sign: string, signed: boolean): bigint | undefined {
  if (!text.startsWith('0x')) return parseInteger(sign + text, signed)
  const exact = sign === '-' ? -BigInt(text) : BigInt(text)
  return parseInteger(String(exact), signed)
}
