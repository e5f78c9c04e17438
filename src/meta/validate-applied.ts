import { byCodePoint, goText, goType } from './go-text.ts'
import {
  DEDUCED_MAP,
  type MergeList,
  type MergeMap,
  type MergeScalar,
  type MergeType,
} from './merge-type.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'
import { fieldElement, itemElement, pathText } from './path-element.ts'

/**
 * Says what in an applied configuration does not fit its type: unknown fields, wrong types,
 * repeated elements. Undefined when all fits. One complaint stands alone, several are listed.
 * Source: structured-merge-diff typed/validate.go and typed/helpers.go ValidationErrors.
 */
export function validateApplied(type: MergeMap, object: JsonObject): string | undefined {
  const found: string[] = []
  validate(type, object, { path: '', found })
  if (found.length <= 1) return found[0]
  return ['errors:', ...found.map((each) => `  ${each}`)].join('\n')
}

interface At {
  readonly path: string
  readonly found: string[]
}

const complain = ({ path, found }: At, message: string): void => {
  found.push(path === '' ? message : `${path}: ${message}`)
}

function validate(type: MergeType, value: Json, at: At): void {
  if (value === null) return
  if (type.kind === 'scalar') return validateScalar(type, value, at)
  if (type.kind === 'list') return validateList(type, value, at)
  if (type.kind === 'map') return validateMap(type, value, at)
  if (type.deduced && isJsonObject(value)) validateMap(DEDUCED_MAP, value, at)
}

function validateMap(type: MergeMap, value: Json, at: At): void {
  if (!isJsonObject(value)) return complain(at, `expected map, got &{${goText(value)}}`)
  for (const key of Object.keys(value)) {
    const child = type.fields.get(key)?.type ?? type.rest
    const below = { path: at.path + pathText([fieldElement(key)]), found: at.found }
    // Upstream stops at a struct's first unknown field.
    if (!child) return complain(below, 'field not declared in schema')
    validate(child, value[key] ?? null, below)
  }
}

function validateList(type: MergeList, value: Json, at: At): void {
  if (!Array.isArray(value)) return complain(at, `expected list, got &{${goText(value)}}`)
  const seen = new Set<string>()
  for (const [place, item] of value.entries()) {
    const element = type.atomic ? `i:${place}` : itemElement(type, item)
    if (element === undefined) return complain(at, `element ${place}: ${whyNoElement(type, item)}`)
    if (seen.has(element)) complain(at, `duplicate entries for key ${pathText([element])}`)
    seen.add(element)
    validate(type.items, item, { path: at.path + pathText([element]), found: at.found })
  }
}

function whyNoElement(type: MergeList, item: Json): string {
  if (type.keys.length === 0) {
    if (isJsonObject(item)) return "associative list without keys has an element that's a map type"
    if (Array.isArray(item)) return 'not supported: associative list with lists as elements'
    return "associative list without keys has an element that's an explicit null"
  }
  if (item === null) return 'associative list with keys may not have a null element'
  if (!isJsonObject(item)) return 'associative list with keys may not have non-map elements'
  const keys = type.keys.map(({ name }) => JSON.stringify(name)).join(' ')
  const why = "(and doesn't have default values for any key fields)"
  return `associative list with keys has an element that omits all key fields [${keys}] ${why}`
}

function validateScalar(type: MergeScalar, value: Json, at: At): void {
  const isNumber = typeof value === 'number' || (typeof value === 'object' && JSON.isRawJSON(value))
  switch (type.accepts) {
    case 'numeric':
      if (!isNumber) complain(at, `expected numeric (int or float), got ${goType(value)}`)
      return
    case 'string':
      if (typeof value !== 'string') complain(at, `expected string, got ${goSyntax(value)}`)
      return
    case 'boolean':
      if (typeof value !== 'boolean') complain(at, `expected boolean, got &{${goText(value)}}`)
      return
    case 'untyped':
      if (Array.isArray(value) || isJsonObject(value)) {
        complain(at, `expected any scalar, got &{${goText(value)}}`)
      }
  }
}

/** Go's %#v of the value as upstream wraps it. */
const goSyntax = (value: Json): string => `&value.valueUnstructured{Value:${syntaxOf(value)}}`

function syntaxOf(value: Json): string {
  if (value === null) return 'interface {}(nil)'
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[]interface {}{${value.map(syntaxOf).join(', ')}}`
  if (!isJsonObject(value)) return goText(value)
  const pairs = Object.keys(value)
    .sort(byCodePoint)
    .map((key) => `${JSON.stringify(key)}:${syntaxOf(ownValue(value, key) ?? null)}`)
  return `map[string]interface {}{${pairs.join(', ')}}`
}
