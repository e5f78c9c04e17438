import { decryptBody, FORM_ENCRYPTED } from './bodies.ts'
import type { LogEvent, Observation, RequestRecord } from './log-event.ts'
import { upcastEvent } from './upcast.ts'

/** An event as a query of read.ts gives it. */
export interface EventRow {
  revision: number
  previous: number
  time: number
  row_version: number
  intent: boolean
  request: string | null
  op: 'put' | 'delete'
  verb: string
  subresource: string
  resource: string
  namespace: string
  name: string
  uid: string
  changed: string | null
  cause: string | null
  /** Null in thin reads and for bodies that retention has dropped. */
  form: number | null
  body: Buffer | null
}

/** Columns of table events (`e`), in no order that matters. */
export const EVENT_FIELDS = [
  'revision', 'previous', 'time', 'row_version', 'intent', 'request', 'op', 'verb', 'subresource',
  'resource', 'namespace', 'name', 'uid', 'changed', 'cause',
].map((name) => `e.${name}`).join(', ')

/** Makes the event of a row. A body whose key was erased is empty. */
export function eventOfRow(row: EventRow, keys: ReadonlyMap<string, Buffer>): LogEvent {
  return upcastEvent(row.row_version, {
    revision: row.revision,
    time: row.time,
    op: row.op,
    verb: row.verb,
    subresource: row.subresource,
    resource: row.resource,
    namespace: row.namespace,
    name: row.name,
    uid: row.uid,
    previous: row.previous,
    ...(row.changed === null ? {} : { changed: JSON.parse(row.changed) }),
    intent: row.intent,
    request: row.request ?? '',
    ...(row.cause === null ? {} : { cause: JSON.parse(row.cause) }),
    body: bodyOf(row, keys),
  })
}

/** Uids whose keys a page of rows needs. */
export const encryptedUids = (rows: readonly EventRow[]): string[] =>
  rows.filter((row) => row.form === FORM_ENCRYPTED).map((row) => row.uid)

function bodyOf(row: EventRow, keys: ReadonlyMap<string, Buffer>): Uint8Array {
  if (row.body === null) return new Uint8Array(0)
  if (row.form !== FORM_ENCRYPTED) return row.body
  const key = keys.get(row.uid)
  return key ? decryptBody(key, row.body, row.uid, row.revision) : new Uint8Array(0)
}

/** A request with its actor. */
export interface RequestRow {
  id: string
  time: number
  first_revision: number
  last_revision: number
  latency_us: number
  code: number
  dry_run: boolean
  username: string
  groups: string
  impersonator: string | null
  agent: string
  address: string
  verb: string
  path: string
  query: string
  resource: string
  namespace: string
  name: string
  subresource: string
  reason: string | null
  command: string | null
  session: string | null
  traceparent: string | null
  change_set: string | null
  body: Buffer | null
}

/** Columns of requests (`r`) and actors (`a`). */
export const REQUEST_FIELDS = [
  'r.id', 'r.time', 'r.first_revision', 'r.last_revision', 'r.latency_us', 'r.code', 'r.dry_run',
  'a.username', 'a.groups', 'a.impersonator', 'a.agent', 'a.address', 'r.verb', 'r.path', 'r.query',
  'r.resource', 'r.namespace', 'r.name', 'r.subresource', 'r.reason', 'r.command', 'r.session',
  'r.traceparent', 'r.change_set', 'r.body',
].join(', ')

/** Makes the record of a row; absent columns stay absent. */
export function requestOfRow(row: RequestRow): RequestRecord {
  return {
    id: row.id,
    time: row.time,
    user: row.username,
    groups: JSON.parse(row.groups),
    ...present('impersonator', row.impersonator),
    agent: row.agent,
    address: row.address,
    ...present('command', row.command),
    ...present('session', row.session),
    ...present('traceparent', row.traceparent),
    verb: row.verb,
    path: row.path,
    query: row.query,
    resource: row.resource,
    namespace: row.namespace,
    name: row.name,
    subresource: row.subresource,
    dryRun: row.dry_run,
    code: row.code,
    ...present('reason', row.reason),
    firstRevision: row.first_revision,
    lastRevision: row.last_revision,
    latencyMicros: row.latency_us,
    changeSet: row.change_set ?? row.id,
    ...present('body', row.body),
  }
}

/** An observation's row. */
export interface ObservationRow {
  node: string
  sequence: number
  time: number
  kind: Observation['kind']
  pod_uid: string
  container: string
  revision: number
  detail: string
}

/** Makes the observation of a row. */
export const observationOfRow = (row: ObservationRow): Observation => ({
  node: row.node,
  sequence: row.sequence,
  time: row.time,
  kind: row.kind,
  podUid: row.pod_uid,
  container: row.container,
  revision: row.revision,
  detail: JSON.parse(row.detail),
})

function present<K extends string, V>(name: K, value: V | null): { [key in K]?: V } {
  return value === null ? {} : ({ [name]: value } as { [key in K]?: V })
}
