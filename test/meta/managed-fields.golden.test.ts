import { describe, expect, test } from 'bun:test'
import { applyConfiguration } from '../../src/meta/apply.ts'
import { semanticallyEqual } from '../../src/meta/equality.ts'
import { EMPTY_SET, type FieldSet, setOfPaths } from '../../src/meta/field-set.ts'
import {
  decodeManagedFields,
  type ManagedEntry,
  managedText,
  parseManaged,
} from '../../src/meta/managed-entry.ts'
import { managedFieldsForCreate } from '../../src/meta/managed-fields.ts'
import { entriesToStartFrom } from '../../src/meta/managed-start.ts'
import { updateManagedFields } from '../../src/meta/managed-update.ts'
import type { JsonObject, ManagedFieldsEntry } from '../../src/meta/object.ts'
import type { TypeSchema } from '../../src/meta/schema.ts'
import type { Status } from '../../src/meta/status.ts'
import { goldenCases, schemaOfKind, withGoZeros } from '../support/golden.ts'

interface Step {
  op: 'create' | 'update' | 'apply'
  manager: string
  time: string
  object: JsonObject
  sub?: string
  force?: boolean
  /** The entries are wiped before this step. */
  forget?: boolean
  /** Managed fields in the object that was sent. */
  sent?: ManagedFieldsEntry[]
  /** What an apply made of the live object; none when it stayed the same. */
  result?: JsonObject
  same?: boolean
  managed?: ManagedFieldsEntry[]
  error?: string | Status
}

interface Sequence {
  name?: string
  kind: string
  seed?: number
  steps: Step[]
}

/** As the registry's strategies say: what the main resource and its status do not write. */
const RESET = setOfPaths([['f:status']])
const RESET_STATUS = setOfPaths([
  ['f:spec'],
  ['f:metadata', 'f:deletionTimestamp'],
  ['f:metadata', 'f:ownerReferences'],
])
const resetOf = (kind: string, sub: string | undefined): FieldSet => {
  if (kind === 'ConfigMap' || kind === 'Event') return EMPTY_SET
  return sub === 'status' ? RESET_STATUS : RESET
}

interface State {
  live: JsonObject
  entries: readonly ManagedEntry[]
}

interface Kind {
  kind: string
  apiVersion: string
  schema: TypeSchema
}

function write(state: State, step: Step, { kind, apiVersion, schema }: Kind): State {
  const object = withGoZeros(step.object, schema)
  const change = {
    before: state.live,
    after: object,
    schema,
    apiVersion,
    manager: step.manager,
    time: step.time,
    subresource: step.sub ?? '',
    resetFields: resetOf(kind, step.sub),
  }
  const live = step.forget ? [] : state.entries
  const start = entriesToStartFrom({ live, sent: step.sent, subresource: change.subresource })
  const entries = updateManagedFields({ ...change, entries: start })
  if (step.op === 'create') {
    expect(managedFieldsForCreate({ ...change, object })).toBe(managedText(entries))
  }
  return { live: object, entries }
}

function apply(state: State, step: Step, { kind, apiVersion, schema }: Kind): State {
  const outcome = applyConfiguration({
    live: state.live,
    applied: step.object,
    schema,
    manager: step.manager,
    force: step.force === true,
    managed: state.entries,
    time: step.time,
    apiVersion,
    kind,
    subresource: step.sub ?? '',
    resetFields: resetOf(kind, step.sub),
  })
  if (step.error !== undefined) {
    expectRefusal(outcome.ok ? undefined : outcome.error, step.error)
    return state
  }
  if (!outcome.ok) throw new Error(outcome.error.message)
  const wanted = withGoZeros(step.same ? state.live : step.result!, schema)
  const got = withGoZeros(outcome.value.object, schema)
  if (!semanticallyEqual(got, wanted, schema)) expect(got).toEqual(wanted)
  return { live: wanted, entries: outcome.value.managed }
}

function expectRefusal(got: Status | undefined, wanted: string | Status): void {
  if (typeof wanted === 'string') return expect(got?.message).toBe(wanted)
  const { message, code, reason, details } = wanted
  expect(got).toMatchObject({ message, code, reason })
  // Upstream collects conflicts from a map: the order between managers is chance.
  const sorted = (status: Status | undefined) => status?.details?.causes?.map(textOf).sort()
  expect(sorted(got)).toEqual(sorted({ ...wanted, details }))
}

const textOf = ({
  reason,
  message,
  field,
}: {
  reason?: string
  message?: string
  field?: string
}) => `${reason} ${message} ${field}`

function play({ kind, steps }: Sequence): void {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1'
  const known = { kind, apiVersion, schema: schemaOfKind(kind) }
  let state: State = { live: {}, entries: [] }
  for (const step of steps) {
    const next = step.op === 'apply' ? apply(state, step, known) : write(state, step, known)
    if (step.error !== undefined) continue
    expect(managedText(next.entries)).toBe(step.managed ? JSON.stringify(step.managed) : '')
    const decoded = decodeManagedFields(step.managed ?? [])
    expect(decoded).toEqual({ ok: true, value: [...next.entries] })
    expect(parseManaged(managedText(next.entries))).toEqual([...next.entries])
    const metadata = next.live['metadata'] as JsonObject
    state = { live: { ...next.live, metadata: { ...metadata, uid: 'u1' } }, entries: next.entries }
  }
}

describe('managed fields and server-side apply as upstream', () => {
  const sequences = goldenCases<Sequence>('managed-fields')
  test.each(
    sequences.map((each): [string, Sequence] => [each.name ?? `${each.kind} ${each.seed}`, each]),
  )('%s', (_, sequence) => play(sequence))
})
