import { describe, expect, test } from 'bun:test'
import type { ManagedEntry } from '../../src/meta/managed-entry.ts'
import { entriesFromScale, entriesOfScale, type ScalePaths } from '../../src/meta/managed-scale.ts'

const TIME = '2026-01-01T00:00:00Z'
const BOTH = '{"f:spec":{"f:replicas":{},"f:selector":{}}}'
const REPLICAS = '{"f:spec":{"f:replicas":{}}}'
const SELECTOR = '{"f:spec":{"f:selector":{}}}'

const entry = (
  manager: string,
  operation: 'Apply' | 'Update',
  fieldsText: string,
  extra: Partial<ManagedEntry> = {},
): ManagedEntry => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  time: TIME,
  subresource: '',
  fieldsText,
  ...extra,
})

const scaled = (manager: string, operation: 'Apply' | 'Update', subresource = 'scale') =>
  entry(manager, operation, REPLICAS, { apiVersion: 'autoscaling/v1', subresource })

const own = (manager: string, operation: 'Apply' | 'Update') =>
  entry(manager, operation, REPLICAS, { subresource: 'scale' })

const paths: ScalePaths = {
  apiVersion: 'apps/v1',
  replicasAt: (apiVersion) => {
    if (apiVersion === 'apps/v1') return ['f:spec', 'f:replicas']
    return apiVersion === 'none/v1' ? [] : undefined
  },
}

describe('entriesOfScale', () => {
  test('shows the owners of the replicas in the Scale’s own version', () => {
    const parent = [
      entry('a', 'Apply', SELECTOR),
      entry('b', 'Apply', BOTH),
      entry('c', 'Update', REPLICAS, { subresource: 'scale' }),
      entry('d', 'Apply', REPLICAS, { apiVersion: 'apps/v10' }),
      entry('e', 'Apply', REPLICAS, { apiVersion: 'none/v1' }),
    ]
    expect(entriesOfScale(parent, paths)).toEqual([scaled('b', 'Apply', ''), scaled('c', 'Update')])
  })
})

/**
 * what | main resource before | Scale after | main resource after. Source: scalehandler_test.go.
 */
const BACK: [string, ManagedEntry[], ManagedEntry[], ManagedEntry[]][] = [
  [
    'another updater takes the replicas from an applier',
    [entry('a', 'Apply', BOTH)],
    [scaled('s', 'Update')],
    [entry('a', 'Apply', SELECTOR), own('s', 'Update')],
  ],
  [
    'another applier takes them from an updater',
    [entry('a', 'Update', BOTH)],
    [scaled('s', 'Apply')],
    [own('s', 'Apply'), entry('a', 'Update', SELECTOR)],
  ],
  [
    'the same manager through the subresource',
    [entry('a', 'Update', BOTH)],
    [scaled('a', 'Update')],
    [entry('a', 'Update', SELECTOR), own('a', 'Update')],
  ],
  [
    'an entry without other fields vanishes',
    [entry('a', 'Apply', REPLICAS)],
    [scaled('s', 'Update')],
    [own('s', 'Update')],
  ],
  [
    'owners that the Scale still shows stay as they are',
    [entry('a', 'Apply', BOTH), entry('b', 'Update', BOTH)],
    [scaled('a', 'Apply', ''), scaled('b', 'Update', '')],
    [entry('a', 'Apply', BOTH), entry('b', 'Update', BOTH)],
  ],
  [
    'entries of unknown versions go, those without replicas stay',
    [
      entry('a', 'Apply', REPLICAS, { apiVersion: 'apps/v10' }),
      entry('b', 'Apply', REPLICAS, { apiVersion: 'none/v1' }),
    ],
    [],
    [entry('b', 'Apply', REPLICAS, { apiVersion: 'none/v1' })],
  ],
  [
    'a Scale’s entry that does not own the replicas is nothing to the main resource',
    [entry('a', 'Apply', BOTH)],
    [{ ...scaled('s', 'Apply'), fieldsText: '{"f:status":{}}' }],
    [entry('a', 'Apply', SELECTOR)],
  ],
]

describe('entriesFromScale', () => {
  test.each(BACK)('%s', (_, parent, scale, wanted) => {
    expect(entriesFromScale(parent, scale, paths)).toEqual(wanted)
  })
})
