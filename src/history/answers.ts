import { ok, type Result } from '../base/result.ts'
import type { Status } from '../meta/status.ts'
import { askDiff } from './ask-diff.ts'
import { askLog } from './ask-log.ts'
import { askRequests } from './ask-requests.ts'
import { askShow } from './ask-show.ts'
import { resolveInstant } from './instant.ts'
import { momentText } from './moment.ts'
import {
  diffQuery,
  instantQuery,
  logQuery,
  readQuery,
  requestsQuery,
  showQuery,
} from './queries.ts'
import type { HistorySource } from './source.ts'

/** Answers one question; the query comes as texts, the answer is plain JSON. */
export type Answer = (
  source: HistorySource,
  query: Readonly<Record<string, string>>,
) => Promise<Result<unknown, Status>>

/** Every question about the past by name: paths of /klio/v1, and what commands ask without an API. */
export const ANSWERS: Readonly<Record<string, Answer>> = {
  log: async (source, given) => {
    const query = readQuery(logQuery, given)
    return query.ok ? askLog(source, query.value) : query
  },
  requests: async (source, given) => {
    const query = readQuery(requestsQuery, given)
    return query.ok ? askRequests(source, query.value) : query
  },
  show: async (source, given) => {
    const query = readQuery(showQuery, given)
    return query.ok ? askShow(source, query.value) : query
  },
  diff: async (source, given) => {
    const query = readQuery(diffQuery, given)
    return query.ok ? askDiff(source, query.value) : query
  },
  instant: async (source, given) => {
    const query = readQuery(instantQuery, given)
    if (!query.ok) return query
    const instant = await resolveInstant(query.value.at, source.log, source.now())
    return instant.ok
      ? ok({ revision: instant.value.revision, time: momentText(instant.value.timeMs * 1000) })
      : instant
  },
}
