import { err, ok, type Result } from '../base/result.ts'
import { goText } from './go-text.ts'
import type { Json } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'

/**
 * The path language of printer columns and `-o jsonpath`, as far as one path goes: `.spec.a`, `['a.b']`,
 * `[0]`, `[-1:]`, `[*]`, `..name`, `[?(@.type=="Ready")]`, `[0,2]`. Source: client-go
 * util/jsonpath.
 */
export interface KubeJsonPath {
  /** The values found; none when a key is missing. Wrong types on the way find nothing. */
  find(value: Json): Json[]
}

type Step = (values: readonly Json[]) => Json[]

/** Reads a path that begins with a dot or a bracket; the error is for people. */
export function parseKubeJsonPath(text: string): Result<KubeJsonPath, string> {
  const steps: Step[] = []
  let at = 0
  while (at < text.length) {
    const read = stepAt(text, at)
    if (!read) return err(`invalid path ${JSON.stringify(text)} at ${at}`)
    if (read.step) steps.push(read.step)
    at = read.end
  }
  return ok({ find: (value) => steps.reduce<readonly Json[]>((found, step) => step(found), [value]) as Json[] })
}

interface Read {
  readonly step: Step | undefined
  readonly end: number
}

function stepAt(text: string, at: number): Read | undefined {
  if (text[at] === '[') return bracketAt(text, at)
  if (text[at] === '$' || text[at] === '@') return { step: undefined, end: at + 1 }
  const deep = text.startsWith('..', at)
  const from = deep ? at + 2 : text[at] === '.' ? at + 1 : at
  const { name, end } = nameAt(text, from)
  if (name === '' && deep) return { step: (values) => values.flatMap(below), end }
  if (name === '') return { step: undefined, end: Math.max(end, at + 1) }
  const step = name === '*' ? children : field(name)
  return { step: deep ? (values) => step(values.flatMap(below)) : step, end }
}

/** A name ends at a dot or a bracket; a backslash makes the next character plain. */
function nameAt(text: string, from: number): { name: string; end: number } {
  let name = ''
  let end = from
  for (; end < text.length && text[end] !== '.' && text[end] !== '['; end++) {
    if (text[end] === '\\' && end + 1 < text.length) end++
    name += text[end]
  }
  return { name, end }
}

const field =
  (name: string): Step =>
  (values) =>
    values.flatMap((value) => {
      const found = isJsonObject(value) ? ownValue(value, name) : undefined
      return found === undefined ? [] : [found]
    })

const children: Step = (values) =>
  values.flatMap((value) => (Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : []))

/** The value and all below it. */
const below = (value: Json): Json[] => [value, ...children([value]).flatMap(below)]

function bracketAt(text: string, at: number): Read | undefined {
  const end = bracketEnd(text, at)
  if (end === undefined) return undefined
  const inside = text.slice(at + 1, end).trim()
  const step = inside.startsWith('?') ? filter(inside.slice(1)) : union(inside)
  return step && { step, end: end + 1 }
}

/** The matching bracket; brackets in quotes and below do not count. */
function bracketEnd(text: string, at: number): number | undefined {
  let depth = 0
  let quote = ''
  for (let i = at; i < text.length; i++) {
    const c = text[i]!
    if (quote !== '') {
      if (c === '\\') i++
      else if (c === quote) quote = ''
    } else if (c === '"' || c === "'") quote = c
    else if (c === '[') depth++
    else if (c === ']' && --depth === 0) return i
  }
  return undefined
}

function union(inside: string): Step | undefined {
  if (inside === '*') return children
  const quoted = /^(?:'([^']*)'|"([^"]*)")$/.exec(inside)
  if (quoted) return field(quoted[1] ?? quoted[2] ?? '')
  const steps = inside.split(',').map((part) => slice(part.trim()))
  if (steps.some((step) => step === undefined)) return undefined
  return (values) => values.flatMap((value) => steps.flatMap((step) => step!([value])))
}

function slice(part: string): Step | undefined {
  const match = /^(-?\d*)(?:(:)(-?\d*)(?::(-?\d*))?)?$/.exec(part)
  if (!match || (match[1] === '' && match[2] === undefined)) return undefined
  const number = (text: string | undefined, instead: number): number => (text ? Number(text) : instead)
  return (values) =>
    values.flatMap((value) => {
      if (!Array.isArray(value)) return []
      const place = (index: number): number => (index < 0 ? index + value.length : index)
      const from = place(number(match[1], 0))
      if (match[2] === undefined) return value[from] === undefined ? [] : [value[from]]
      const by = Math.max(1, number(match[4], 1))
      return value.slice(from, place(number(match[3], value.length))).filter((_, i) => i % by === 0)
    })
}

const COMPARISON = /^\((.*?)(==|!=|<=|>=|<|>)(.*)\)$/s

function filter(text: string): Step | undefined {
  const match = COMPARISON.exec(text.trim())
  const [, left = '', operator = '', right = ''] = match ?? []
  const alone = /^\((.*)\)$/s.exec(text.trim())?.[1]
  const of = operandOf(match ? left.trim() : (alone ?? '').trim())
  const to = match ? operandOf(right.trim()) : undefined
  if (!of || (match && !to)) return undefined
  return (values) =>
    children(values.filter(Array.isArray)).filter((item) => {
      const a = of(item)
      if (!to) return a !== undefined
      const b = to(item)
      return a !== undefined && b !== undefined && compares(a, operator, b)
    })
}

function operandOf(text: string): ((item: Json) => Json | undefined) | undefined {
  if (text.startsWith('@')) {
    const path = parseKubeJsonPath(text)
    return path.ok ? (item) => path.value.find(item)[0] : undefined
  }
  const quoted = /^(?:'(.*)'|"(.*)")$/s.exec(text)
  if (quoted) return () => quoted[1] ?? quoted[2] ?? ''
  if (text === 'true' || text === 'false') return () => text === 'true'
  return text !== '' && Number.isFinite(Number(text)) ? () => Number(text) : undefined
}

function compares(a: Json, operator: string, b: Json): boolean {
  if (operator === '==') return a === b
  if (operator === '!=') return a !== b
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false
  const [left, right] = [a, b as typeof a]
  if (operator === '<') return left < right
  if (operator === '>') return left > right
  return operator === '<=' ? left <= right : left >= right
}

/** A value found as text: JSON of what has parts. Source: jsonpath.go PrintResults. */
export const jsonPathText = (value: Json): string =>
  typeof value === 'object' && value !== null && !JSON.isRawJSON(value) ? JSON.stringify(value) : goText(value)
