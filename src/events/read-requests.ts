import { textArray } from '../db/array-literal.ts'
import { instant } from './append-statement.ts'
import type { ReadCount, RequestFilter } from './log.ts'
import type { Observation, RequestRecord } from './log-event.ts'
import { conditions, tableOf, type ReadContext } from './read.ts'
import {
  observationOfRow,
  REQUEST_FIELDS,
  requestOfRow,
  type ObservationRow,
  type RequestRow,
} from './rows.ts'

/** Requests that a filter names, newest first. An id that is no UUID finds nothing. */
export async function readRequests({ db, id }: ReadContext, filter: RequestFilter): Promise<RequestRecord[]> {
  const { changeSet } = filter
  if (filter.id !== undefined && !UUID.test(filter.id)) return []
  const { where, values } = conditions([
    ['r.id =', 'uuid', filter.id],
    ['r.id = any', 'uuid[]', filter.ids && textArray(filter.ids.filter((one) => UUID.test(one)))],
    ['a.username =', 'text', filter.user],
    ['a.username not like all', 'text[]', filter.withoutUsers && textArray(filter.withoutUsers)],
    ['r.namespace =', 'text', filter.namespace],
    ['r.resource =', 'text', filter.resource],
    ['r.name =', 'text', filter.name],
    ['r.verb =', 'text', filter.verb],
    ['r.code =', 'smallint', filter.code],
  ])
  const more: string[] = []
  const add = (text: (parameter: string) => string, value: string | number | undefined): void => {
    if (value === undefined) return
    values.push(value)
    more.push(text(`$${values.length}`))
  }
  add((p) => `r.time < ${instant(`${p}::bigint`)}`, filter.before)
  add((p) => `r.time > ${instant(`${p}::bigint`)}`, filter.after)
  const sets = filter.changeSets ?? (changeSet === undefined ? undefined : [changeSet])
  if (sets) {
    // A request that nothing groups is a change set of its own, named by its id.
    values.push(textArray(sets), textArray(sets.filter((one) => UUID.test(one))))
    const [names, ids] = [values.length - 1, values.length]
    more.push(`(r.change_set = any($${names}::text[]) or (r.change_set is null and r.id = any($${ids}::uuid[])))`)
  }
  values.push(filter.limit)
  const rows = await db.unsafe<RequestRow[]>(
    `select ${REQUEST_FIELDS} from ${tableOf(id, 'requests')} r join ${tableOf(id, 'actors')} a on a.id = r.actor
     where ${[where, ...more].join(' and ')} order by r.id desc limit $${values.length}::int`,
    values, { prepare: true })
  return rows.map(requestOfRow)
}

/** Noted reads, newest first. Only what a note keeps can be asked for; another question finds none. */
export async function readReads({ db, id }: ReadContext, filter: RequestFilter): Promise<ReadCount[]> {
  const { changeSet, changeSets, ids, name } = filter
  if ((filter.id ?? changeSet ?? changeSets ?? ids ?? name) !== undefined) return []
  const { where, values } = conditions([
    ['a.username =', 'text', filter.user],
    ['a.username not like all', 'text[]', filter.withoutUsers && textArray(filter.withoutUsers)],
    ['r.namespace =', 'text', filter.namespace],
    ['r.resource =', 'text', filter.resource],
    ['r.verb =', 'text', filter.verb],
    ['r.code =', 'smallint', filter.code],
    ['r.second <', `bigint * interval '1 us' + 'epoch'::timestamptz`, filter.before],
    ['r.second >', `bigint * interval '1 us' + 'epoch'::timestamptz`, filter.after],
  ])
  const rows = await db.unsafe<ReadRow[]>(
    `select r.second, r.count, r.code, r.verb, r.resource, r.namespace, a.username, a.groups, a.impersonator,
       a.agent, a.address
     from ${tableOf(id, 'request_reads')} r join ${tableOf(id, 'actors')} a on a.id = r.actor
     where ${where} order by r.second desc limit $${values.length + 1}::int`,
    [...values, filter.limit], { prepare: true })
  return rows.map(({ second, count, ...row }) => ({ count, request: requestOfRow({ ...NO_REQUEST, ...row, time: second }) }))
}

interface ReadRow extends Pick<RequestRow, 'code' | 'verb' | 'resource' | 'namespace' | 'username' | 'groups' | 'impersonator' | 'agent' | 'address'> {
  second: number
  count: number
}

/** What a note does not keep. */
const NO_REQUEST = {
  id: '', first_revision: 0, last_revision: 0, latency_us: 0, dry_run: false, path: '', query: '', name: '',
  subresource: '', reason: null, command: null, session: null, traceparent: null, change_set: '', body: null,
}

/** Observations, newest first. */
export async function readObservations(
  { db, id }: ReadContext,
  filter: { podUid?: string; limit: number },
): Promise<Observation[]> {
  const { where, values } = conditions([['pod_uid =', 'text', filter.podUid]])
  const rows = await db.unsafe<ObservationRow[]>(
    `select node, sequence, time, kind, pod_uid, container, revision, detail from ${tableOf(id, 'observations')}
     where ${where} order by time desc, node, sequence desc limit $${values.length + 1}::int`,
    [...values, filter.limit], { prepare: true })
  return rows.map(observationOfRow)
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
