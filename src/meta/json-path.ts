import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'

/**
 * A path into an object as people read it: `data.MODE`, `spec.containers[name=web].image`,
 * `metadata.annotations["a.b/c"]`, `spec.args[0]`. Texts that would be read otherwise stand in
 * quotes.
 */
export type JsonPath = string

/** One step of a path. */
export type PathStep =
  | { readonly by: 'name'; readonly name: string }
  | { readonly by: 'index'; readonly index: number }
  | { readonly by: 'keys'; readonly keys: ReadonlyMap<string, Json> }

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/
const PLAIN_VALUE = /^[A-Za-z0-9_./:@+-]+$/
/** A text that JSON reads as something else than a text. */
const LITERAL = /^(-?[0-9][0-9.eE+-]*|true|false|null)$/

/** The path of a field or of a map's entry. */
export function childPath(parent: JsonPath, name: string): JsonPath {
  if (!PLAIN_NAME.test(name)) return `${parent}[${JSON.stringify(name)}]`
  return parent === '' ? name : `${parent}.${name}`
}

/** The path of a list's item by its place. */
export const indexPath = (parent: JsonPath, index: number): JsonPath => `${parent}[${index}]`

/** The path of a list's item by its key fields: `[containerPort=80,protocol=TCP]`. */
export const keyedPath = (parent: JsonPath, keys: ReadonlyMap<string, Json>): JsonPath =>
  `${parent}[${[...keys].map(([name, value]) => `${name}=${keyText(value)}`).join(',')}]`

/**
 * Takes a path apart; undefined when it is not well formed. The empty path is the object itself.
 */
export function parsePath(path: JsonPath): PathStep[] | undefined {
  const steps: PathStep[] = []
  let at = 0
  while (at < path.length) {
    const dot = path[at] === '.'
    if (dot && at === 0) return undefined
    const read = path[at] === '[' ? bracketStep(path, at) : nameStep(path, dot ? at + 1 : at)
    if (!read || (!dot && path[at] !== '[' && at > 0)) return undefined
    steps.push(read.step)
    at = read.end
  }
  return steps
}

/** The value at a path; undefined when nothing is there or the path is not well formed. */
export function valueAt(object: Json | undefined, path: JsonPath): Json | undefined {
  const steps = parsePath(path)
  return steps?.reduce<Json | undefined>((value, step) => stepInto(value, step), object)
}

function stepInto(value: Json | undefined, step: PathStep): Json | undefined {
  if (step.by === 'name') return isJsonObject(value) ? ownValue(value, step.name) : undefined
  if (!Array.isArray(value)) return undefined
  if (step.by === 'index') return value[step.index]
  return value.find((item) => isJsonObject(item) && hasKeys(item, step.keys))
}

const hasKeys = (item: JsonObject, keys: ReadonlyMap<string, Json>): boolean =>
  [...keys].every(([name, wanted]) => ownValue(item, name) === wanted)

interface ReadStep {
  readonly step: PathStep
  readonly end: number
}

function nameStep(path: string, from: number): ReadStep | undefined {
  let end = from
  while (end < path.length && path[end] !== '.' && path[end] !== '[') end++
  const name = path.slice(from, end)
  return name === '' ? undefined : { step: { by: 'name', name }, end }
}

function bracketStep(path: string, from: number): ReadStep | undefined {
  const inside = from + 1
  if (path[inside] === '"') {
    const end = quoteEnd(path, inside)
    if (end === undefined || path[end] !== ']') return undefined
    const name = quoted(path.slice(inside, end))
    return name === undefined ? undefined : { step: { by: 'name', name }, end: end + 1 }
  }
  const digits = /^\d{1,9}(?=\])/.exec(path.slice(inside, inside + 10))?.[0]
  if (digits)
    return { step: { by: 'index', index: Number(digits) }, end: inside + digits.length + 1 }
  return keysStep(path, inside)
}

function keysStep(path: string, from: number): ReadStep | undefined {
  const keys = new Map<string, Json>()
  let at = from
  for (;;) {
    const equals = path.indexOf('=', at)
    const name = path.slice(at, equals)
    if (equals < 0 || !PLAIN_NAME.test(name)) return undefined
    const start = equals + 1
    const end = path[start] === '"' ? quoteEnd(path, start) : plainEnd(path, start)
    if (end === undefined) return undefined
    const text = path.slice(start, end)
    const value = text.startsWith('"') ? quoted(text) : plain(text)
    if (value === undefined) return undefined
    keys.set(name, value)
    if (path[end] === ']') return { step: { by: 'keys', keys }, end: end + 1 }
    if (path[end] !== ',') return undefined
    at = end + 1
  }
}

const keyText = (value: Json): string =>
  typeof value === 'string' && PLAIN_VALUE.test(value) && !LITERAL.test(value)
    ? value
    : JSON.stringify(value)

function plain(text: string): Json | undefined {
  if (!LITERAL.test(text)) return PLAIN_VALUE.test(text) ? text : undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function plainEnd(path: string, from: number): number | undefined {
  let end = from
  while (end < path.length && path[end] !== ',' && path[end] !== ']') end++
  return end < path.length ? end : undefined
}

/** The place after the closing quote. */
function quoteEnd(path: string, from: number): number | undefined {
  for (let i = from + 1; i < path.length; i++) {
    if (path[i] === '\\') i++
    else if (path[i] === '"') return i + 1
  }
  return undefined
}

function quoted(text: string): string | undefined {
  try {
    return String(JSON.parse(text))
  } catch {
    return undefined
  }
}
