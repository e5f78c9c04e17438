import { compareObjects } from './compare-objects.ts'
import { difference, EMPTY_SET, type FieldSet } from './field-set.ts'
import { mentionedFields } from './fields-of-object.ts'
import { byCodePoint } from './go-text.ts'
import { mergeTypeOf } from './merge-type.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue, setOwn } from './own-property.ts'
import type { TypeSchema } from './schema.ts'
import { validateApplied } from './validate-applied.ts'

/**
 * How objects move from kubectl's client-side apply, which keeps its configuration in an
 * annotation, to server-side apply. Only the manager named `kubectl` takes part.
 * Sources: util/managedfields/internal/lastappliedmanager.go, lastappliedupdater.go.
 */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * All annotations of an object together. Source: apimachinery validation TotalAnnotationSizeLimitB.
 */
const ANNOTATIONS_BYTES_MAX = 256 * 1024

/**
 * The fields that the annotation's configuration set and that still hold its values: kubectl may
 * take these from whoever owns them. Undefined when there is no usable annotation.
 */
export function fieldsOfLastApplied(
  live: JsonObject,
  schema: TypeSchema,
  apiVersion: string,
): FieldSet | undefined {
  const last = parsedObject(annotationOf(live))
  if (!last || last['apiVersion'] !== apiVersion) return undefined
  const type = mergeTypeOf(schema)
  if (validateApplied(type, last) !== undefined || validateApplied(type, live) !== undefined) {
    return undefined
  }
  const { removed, modified, added } = compareObjects(type, last, live)
  return [modified, added, removed].reduce(difference, mentionedFields(type, last) ?? EMPTY_SET)
}

/**
 * The object with its annotation renewed from the applied configuration; itself when it has none.
 */
export function withLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  if (annotationOf(object) === '') return object
  const metadata = objectAt(object, 'metadata')
  const annotations: JsonObject = { ...objectAt(metadata, 'annotations') }
  annotations[LAST_APPLIED] = `${JSON.stringify(sortedKeys(withoutAnnotation(applied)))}\n`
  if (bytesOf(annotations) > ANNOTATIONS_BYTES_MAX) delete annotations[LAST_APPLIED]
  return { ...object, metadata: { ...metadata, annotations } }
}

const annotationOf = (object: JsonObject): string => {
  const text = ownValue(objectAt(objectAt(object, 'metadata'), 'annotations'), LAST_APPLIED)
  return typeof text === 'string' ? text : ''
}

function withoutAnnotation(object: JsonObject): JsonObject {
  const metadata = objectAt(object, 'metadata')
  const annotations = ownValue(metadata, 'annotations')
  if (!isJsonObject(annotations)) return object
  const { [LAST_APPLIED]: _, ...rest } = annotations
  return { ...object, metadata: { ...metadata, annotations: rest } }
}

/** kubectl compares the text, and Go writes maps with their keys sorted. */
function sortedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (!isJsonObject(value)) return value
  const sorted: JsonObject = {}
  for (const key of Object.keys(value).sort(byCodePoint)) {
    setOwn(sorted, key, sortedKeys(value[key] ?? null))
  }
  return sorted
}

const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = ownValue(object, key)
  return isJsonObject(value) ? value : {}
}

const bytesOf = (annotations: JsonObject): number =>
  Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
    0,
  )

function parsedObject(text: string): JsonObject | undefined {
  if (text === '') return undefined
  try {
    const value: Json = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
