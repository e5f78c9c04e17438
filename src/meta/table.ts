import type { JsonObject } from './object.ts'

/** A column of a Table. Source: apimachinery meta/v1 TableColumnDefinition. */
export interface TableColumnDefinition {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  format: '' | 'name' | 'password' | 'int32' | 'int64' | 'date-time' | 'float' | 'double'
  description: string
  /** 0 is always shown, 1 only with `-o wide`. */
  priority: number
}

/** What a cell holds: a text, a number or a truth value; null prints as `<unknown>`. */
export type TableCell = string | number | boolean | null

/** A condition of a row, for example `Completed` of a Pod that ended. */
export interface TableRowCondition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
}

/** One object of a Table. */
export interface TableRow {
  cells: TableCell[]
  conditions?: TableRowCondition[]
  /** PartialObjectMetadata by default; the object or null as `includeObject` asks. */
  object?: JsonObject | null
}

/** What kubectl asks for with `as=Table`. Source: apimachinery meta/v1 Table. */
export interface Table {
  kind: 'Table'
  apiVersion: 'meta.k8s.io/v1' | 'meta.k8s.io/v1beta1'
  metadata: {
    resourceVersion?: string
    continue?: string
    remainingItemCount?: number
    selfLink?: string
  }
  columnDefinitions: TableColumnDefinition[]
  rows: TableRow[]
}

/** A column as most are: a text that is always shown. */
export const column = (
  name: string,
  description: string,
  rest: Partial<Omit<TableColumnDefinition, 'name' | 'description'>> = {},
): TableColumnDefinition => ({
  name,
  type: 'string',
  format: '',
  description,
  priority: 0,
  ...rest,
})

/** The name column, which kubectl finds by its format. */
export const nameColumn = (description: string): TableColumnDefinition =>
  column('Name', description, { format: 'name' })
