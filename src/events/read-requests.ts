import { instant } from './append-statement.ts'
import type { RequestFilter } from './log.ts'
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
    ['a.username =', 'text', filter.user],
    ['r.namespace =', 'text', filter.namespace],
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
  add((p) => (UUID.test(changeSet ?? '')
    ? `(r.change_set = ${p}::text or (r.id = ${p}::text::uuid and r.change_set is null))`
    : `r.change_set = ${p}::text`), changeSet)
  values.push(filter.limit)
  const rows = await db.unsafe<RequestRow[]>(
    `select ${REQUEST_FIELDS} from ${tableOf(id, 'requests')} r join ${tableOf(id, 'actors')} a on a.id = r.actor
     where ${[where, ...more].join(' and ')} order by r.id desc limit $${values.length}::int`,
    values, { prepare: true })
  return rows.map(requestOfRow)
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
