import type { KubeObject } from '../meta/object.ts'
import type { TableColumnDefinition } from '../meta/table.ts'
import type { Cell } from './define.ts'
import { COLUMNS } from './generated/columns.gen.ts'

/** Columns of kinds without a printer. Source: registry/rest/table.go defaultTableConvertor. */
export const DEFAULT_COLUMNS: readonly TableColumnDefinition[] = [
  ...COLUMNS.ConfigMap.slice(0, 1),
  {
    name: 'Created At',
    type: 'date',
    format: '',
    description: COLUMNS.ConfigMap.at(-1)?.description ?? '',
    priority: 0,
  },
]

/** Their cells: the name and the moment of creation. */
export const defaultCells = ({ metadata }: KubeObject): Cell[] => [
  metadata.name ?? '',
  metadata.creationTimestamp ?? '0001-01-01T00:00:00Z',
]
