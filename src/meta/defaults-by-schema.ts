import type { Json, JsonObject } from './object.ts'
import { cloneJson } from './clone-json.ts'
import { isRawNumber } from './raw-number.ts'
import type { FieldSchema, TypeSchema, ValueType } from './schema.ts'

/**
 * Sets constant defaults (`+default=` markers) where a field is absent, inside what is present.
 * What a kind sets beyond constants is its own file's matter. The object is changed in place; it
 * must have its type's form (see prune). Source: k8s.io/code-generator defaulter-gen.
 */
export function applyConstantDefaults(type: TypeSchema, object: JsonObject): void {
  for (const { name, value, fallback } of compiled(type)) {
    const given = object[name]
    if (given !== undefined && given !== null) descend(value, given)
    else if (fallback !== undefined) object[name] = cloneJson(fallback)
  }
}

interface Defaulted {
  readonly name: string
  readonly value: ValueType
  readonly fallback: Json | undefined
}

/** Fields that have a default or something with one inside. A pure function of the schema. */
const COMPILED = new WeakMap<TypeSchema, readonly Defaulted[]>()

function compiled(type: TypeSchema): readonly Defaulted[] {
  const known = COMPILED.get(type)
  if (known) return known
  const fields = type.fields.flatMap((field) => {
    const fallback = fallbackOf(field)
    const matters = fallback !== undefined || reaches(field.value, new Set())
    return matters ? [{ name: field.name, value: field.value, fallback }] : []
  })
  COMPILED.set(type, fields)
  return fields
}

/** A default equal to Go's zero value changes nothing unless the field is a pointer. */
function fallbackOf({ default: fallback, nullable }: FieldSchema): Json | undefined {
  if (fallback === undefined) return undefined
  const isZero = fallback === '' || fallback === 0 || fallback === false
  return isZero && !nullable ? undefined : (fallback as Json)
}

function reaches(value: ValueType, seen: Set<TypeSchema>): boolean {
  if (value.of === 'list') return reaches(value.items, seen)
  if (value.of === 'map') return reaches(value.values, seen)
  if (value.of !== 'object' || seen.has(value.type)) return false
  seen.add(value.type)
  return value.type.fields.some((f) => fallbackOf(f) !== undefined || reaches(f.value, seen))
}

function descend(value: ValueType, given: Json): void {
  if (typeof given !== 'object' || given === null || isRawNumber(given)) return
  if (value.of === 'object') applyConstantDefaults(value.type, given as JsonObject)
  else if (value.of === 'list') for (const item of given as Json[]) descend(value.items, item)
  else if (value.of === 'map') {
    for (const key in given) descend(value.values, (given as JsonObject)[key]!)
  }
}
