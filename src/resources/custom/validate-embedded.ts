import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { isDns1035Label, nameIsPathSegment } from '../../meta/names.ts'
import { parseApiVersion } from '../../meta/kind.ts'
import type { Json, JsonObject, ObjectMeta } from '../../meta/object.ts'
import { isJsonObject } from '../../meta/own-property.ts'
import { validateObjectMeta } from '../../meta/validate-metadata.ts'
import { at, where, type Path } from '../field-path.ts'
import { hasEmbedded } from './embedded-meta.ts'
import { nodeOfKey, type Structural } from './structural.ts'

/**
 * What is wrong with the type and metadata of resources inside an object. Source:
 * apiextensions-apiserver apiserver/schema/objectmeta/validation.go.
 */
export function embeddedErrors(root: JsonObject, node: Structural): FieldError[] {
  if (!node.embedded && !hasEmbedded(node)) return []
  const errors: FieldError[] = []
  walk(root, node, undefined, errors)
  return errors
}

function walk(value: Json, node: Structural | undefined, path: Path | undefined, errors: FieldError[]): void {
  if (!node) return
  if (Array.isArray(value)) return value.forEach((item, i) => walk(item, node.items, at(path, i), errors))
  if (!isJsonObject(value)) return
  if (node.embedded) errors.push(...resourceErrors(value, path))
  for (const key in value) walk(value[key]!, nodeOfKey(node, key), at(path, key), errors)
}

function resourceErrors(value: JsonObject, path: Path | undefined): FieldError[] {
  const errors: FieldError[] = []
  const { apiVersion, kind, metadata } = value
  if (apiVersion === undefined) errors.push(required(where(path, 'apiVersion'), ''))
  if (kind === undefined) errors.push(required(where(path, 'kind'), ''))
  if (apiVersion !== undefined) errors.push(...versionErrors(apiVersion, where(path, 'apiVersion')))
  if (kind !== undefined) errors.push(...kindErrors(kind, where(path, 'kind')))
  if (isJsonObject(metadata)) {
    const meta = metadata as unknown as ObjectMeta
    const named = { ...meta, name: meta.name || 'fakename' }
    errors.push(
      ...validateObjectMeta(named, (meta.namespace ?? '') !== '', nameIsPathSegment, where(path, 'metadata')),
    )
  }
  return errors
}

function versionErrors(value: Json, field: string): FieldError[] {
  if (typeof value !== 'string') return [invalid(field, value, 'must be a string')]
  if (value === '') return [invalid(field, value, 'must not be empty')]
  return parseApiVersion(value) ? [] : [invalid(field, value, `unexpected GroupVersion string: ${value}`)]
}

function kindErrors(value: Json, field: string): FieldError[] {
  if (typeof value !== 'string') return [invalid(field, value, 'must be a string')]
  if (value === '') return [invalid(field, value, 'must not be empty')]
  const reasons = isDns1035Label(value.toLowerCase())
  if (reasons.length === 0) return []
  return [invalid(field, value, `may have mixed case, but should otherwise match: ${reasons.join(',')}`)]
}
