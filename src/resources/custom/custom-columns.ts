import type { Instant } from '../../base/clock.ts'
import { jsonPathText, parseKubeJsonPath, type KubeJsonPath } from '../../meta/kube-json-path.ts'
import type { Json, KubeObject } from '../../meta/object.ts'
import { isRawNumber, numberText } from '../../meta/raw-number.ts'
import { ageText, parseTime } from '../../meta/timestamp.ts'
import type { TableColumnDefinition } from '../../meta/table.ts'
import type { Cell } from '../define.ts'
import { DEFAULT_COLUMNS } from '../default-table.ts'
import type { CustomResourceColumnDefinition } from '../generated/apiextensions.gen.ts'

/** Columns of a kind without `additionalPrinterColumns`. Source: apiextensions-apiserver helpers.go. */
const AGE: CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description: DEFAULT_COLUMNS.at(-1)?.description ?? '',
  jsonPath: '.metadata.creationTimestamp',
}

/** What a Table of custom resources shows. */
export interface CustomTable {
  readonly columns: readonly TableColumnDefinition[]
  cells(object: KubeObject, now: Instant): Cell[]
}

/** The name, and what the definition adds. Source: registry/customresource/tableconvertor. */
export function customTable(added: readonly CustomResourceColumnDefinition[] | undefined): CustomTable {
  const wanted = added?.length ? added : [AGE]
  const paths = wanted.map(({ jsonPath }) => parseKubeJsonPath(jsonPath))
  return {
    columns: [
      DEFAULT_COLUMNS[0]!,
      ...wanted.map(({ name, type, format = '', description, jsonPath, priority = 0 }) => ({
        name,
        type: type as TableColumnDefinition['type'],
        format: format as TableColumnDefinition['format'],
        description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
        priority,
      })),
    ],
    cells: (object, now) => [
      object.metadata.name ?? '',
      ...paths.map((path, i) => (path.ok ? cell(path.value, wanted[i]!.type, object, now) : null)),
    ],
  }
}

function cell(path: KubeJsonPath, type: string, object: KubeObject, now: Instant): Cell {
  const value = path.find(object as unknown as Json)[0]
  if (value === undefined) return null
  if (type === 'string') return jsonPathText(value)
  if (type === 'date') return typeof value === 'string' ? dateCell(value, now) : null
  if (type === 'boolean') return typeof value === 'boolean' ? value : null
  const number = isRawNumber(value) ? Number(numberText(value)) : value
  if (typeof number !== 'number') return null
  return type === 'integer' ? Math.trunc(number) : number
}

const dateCell = (text: string, now: Instant): Cell =>
  parseTime(text) === undefined ? '<invalid>' : ageText(text, now)
