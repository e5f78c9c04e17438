import { readFileSync } from 'node:fs'
import type { ObjectMeta } from '../meta/object.ts'
import path from './generated/internal-shapes.txt' with { type: 'file' }

/** Go name, JSON name, code; see tools/kind-golden/shapes.go. */
type ShapeField = readonly [string, string, string]
type Shapes = ReadonlyMap<string, readonly ShapeField[]>
type Fields = Readonly<Record<string, unknown>>

const ZERO: Readonly<Record<string, unknown>> = { s: '', n: 0, b: false, '*': null }

/**
 * A value as messages show it: upstream prints its internal types there, all fields in Go's names and
 * order. `type` is the internal type, `batch.SuccessPolicy`; undefined becomes null. It is read anew for
 * each message: only a refused request comes here. Source: util/validation/field ErrorBody.
 */
export function goShown(type: string, value: object | undefined): unknown {
  if (value === undefined) return null
  return structOf(readShapes(), type, { value: value as Fields, around: {} })
}

/** A map as Go's JSON shows it: in the order of its keys, null when there is none. */
export const shownMap = <T>(map: Readonly<Record<string, T>> | undefined): Record<string, T> | null =>
  map ? Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))) : null

function metadataOf(metadata: ObjectMeta | undefined): Fields {
  const shown: Record<string, unknown> = { ...metadata }
  for (const name of ['labels', 'annotations'] as const)
    if (metadata?.[name]) shown[name] = shownMap(metadata[name])
  return shown
}

function readShapes(): Shapes {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return new Map(lines.map((line) => JSON.parse(line) as [string, ShapeField[]]))
}

interface Place {
  readonly value: Fields
  /** The struct that holds it: upstream moved some fields one struct down. */
  readonly around: Fields
}

function structOf(shapes: Shapes, type: string, { value, around }: Place): Fields {
  const shape = shapes.get(type)
  if (!shape) throw new Error(`internal-shapes.txt has no ${type}`)
  const shown: Record<string, unknown> = {}
  for (const [name, json, code] of shape) {
    const given = json.startsWith('^') ? around[json.slice(1)] : value[json]
    if (name === '...') Object.assign(shown, metadataOf(given as ObjectMeta | undefined))
    else shown[name] = fieldOf(shapes, code, given, value)
  }
  return shown
}

function fieldOf(shapes: Shapes, code: string, value: unknown, around: Fields): unknown {
  if (code in ZERO) return value ?? ZERO[code]
  if (code === '=') return value ?? null
  if (code === 'm') return shownMap(value as Fields | undefined)
  const [, prefix = '', type = ''] = /^(\[\]|\*|\{\})?(.*)$/.exec(code) ?? []
  if ((value === undefined || value === null) && prefix !== '') return null
  const one = (item: unknown): unknown => structOf(shapes, type, { value: (item ?? {}) as Fields, around })
  if (prefix === '[]') return (value as unknown[]).length === 0 ? null : (value as unknown[]).map(one)
  if (prefix === '{}')
    return Object.fromEntries(Object.entries(value as Fields).map(([key, item]) => [key, one(item)]))
  return one(value)
}
