import { err, ok, type Result } from '../base/result.ts'
import {
  EVERY_FIELD, fieldSelectorText, matchesFields, parseFieldSelector, requiredFieldValue, unknownField,
  type FieldSelector,
} from '../meta/field-selector.ts'
import {
  EVERYTHING, isEverything, matches, parseLabelSelector, selectorText, type LabelSelector,
} from '../meta/label-selector.ts'
import { badRequest, type Status } from '../meta/status.ts'
import type { Entry } from '../projections/entry.ts'
import type { ResourceDefinition } from '../resources/define.ts'
import type { RequestInfo } from './request-info.ts'

/** Which entries of a resource a list or watch wants. */
export interface Selection {
  readonly namespace: string | undefined
  /** Set when a field selector or the path names one object. */
  readonly name: string | undefined
  /** Equal texts select the same; watchers share their frames by it. */
  readonly key: string
  readonly everything: boolean
  test(entry: Entry): boolean
}

/** Reads namespace, labelSelector and fieldSelector; 400 with upstream's words. */
export function selectionOf(
  definition: ResourceDefinition,
  info: RequestInfo,
  query: URLSearchParams,
): Result<Selection, Status> {
  const labels = labelsOf(query)
  if (!labels.ok) return err(badRequest(labels.error))
  const fields = fieldsOf(definition, query)
  if (!fields.ok) return err(badRequest(fields.error))
  const namespace = definition.namespaced && info.namespace !== '' ? info.namespace : undefined
  const name = info.name !== '' ? info.name : undefined
  return ok(select(definition, { namespace, name, labels: labels.value, fields: fields.value }))
}

interface Wanted {
  namespace: string | undefined
  name: string | undefined
  labels: LabelSelector
  fields: FieldSelector
}

function select(definition: ResourceDefinition, wanted: Wanted): Selection {
  const { namespace, name, labels, fields } = wanted
  const anyLabels = isEverything(labels)
  const anyFields = fields.terms.length === 0
  const readers = definition.fields ?? {}
  const names = fields.terms.map((term) => term.field)
  return {
    namespace: namespace ?? requiredFieldValue(fields, 'metadata.namespace'),
    name: name ?? requiredFieldValue(fields, 'metadata.name'),
    key: `${namespace ?? ''}|${name ?? ''}|${selectorText(labels)}|${fieldSelectorText(fields)}`,
    everything: anyLabels && anyFields && namespace === undefined && name === undefined,
    test: (entry) =>
      (namespace === undefined || entry.namespace === namespace) &&
      (name === undefined || entry.name === name) &&
      (anyLabels || matches(labels, entry.labels)) &&
      (anyFields || matchesFields(fields, fieldValues(definition, entry, names, readers))),
  }
}

/** Values of the asked fields; indexed ones come without parsing the object. */
function fieldValues(
  definition: ResourceDefinition,
  entry: Entry,
  names: readonly string[],
  readers: NonNullable<ResourceDefinition['fields']>,
): Record<string, string> {
  const values: Record<string, string> = {}
  for (const name of names) {
    if (name === 'metadata.name') values[name] = entry.name
    else if (name === 'metadata.namespace') values[name] = entry.namespace
    else {
      const position = definition.indexed?.indexOf(name) ?? -1
      values[name] = position >= 0 ? entry.fields[position]! : (readers[name]?.(entry.object) ?? '')
    }
  }
  return values
}

function labelsOf(query: URLSearchParams): Result<LabelSelector, string> {
  const text = query.get('labelSelector')
  return text ? parseLabelSelector(text) : ok(EVERYTHING)
}

function fieldsOf(
  definition: ResourceDefinition,
  query: URLSearchParams,
): Result<FieldSelector, string> {
  const text = query.get('fieldSelector')
  if (!text) return ok(EVERY_FIELD)
  const parsed = parseFieldSelector(text)
  if (!parsed.ok) return parsed
  const known = new Set(['metadata.name', 'metadata.namespace', ...Object.keys(definition.fields ?? {})])
  const wrong = unknownField(parsed.value, known)
  return wrong === undefined ? parsed : err(wrong)
}
