import type { z } from 'zod'
import { ok, type Result } from '../base/result.ts'
import type { RequestFilter } from '../events/log.ts'
import type { RequestRecord } from '../events/log-event.ts'
import type { Status } from '../meta/status.ts'
import type { RequestAnswer } from './answer-types.ts'
import { parseSubject } from './find-kind.ts'
import { resolveInstant } from './instant.ts'
import { momentText } from './moment.ts'
import { COMPONENT_USERS } from './noise.ts'
import type { requestsQuery } from './queries.ts'
import type { HistorySource } from './source.ts'

/** Every request on record, refused ones too, newest first; klio's own only when asked for all. */
export async function askRequests(
  { log, registry, now }: HistorySource,
  query: z.infer<typeof requestsQuery>,
): Promise<Result<RequestAnswer[], Status>> {
  const { object, namespace, user, verb, code, after, before, all, limit } = query
  const subject = object === undefined ? undefined : parseSubject(registry, object)
  if (subject && !subject.ok) return subject
  const bounds: { after?: number; before?: number } = {}
  for (const [bound, text] of [
    ['after', after],
    ['before', before],
  ] as const) {
    if (text === undefined) continue
    const instant = await resolveInstant(text, log, now())
    if (!instant.ok) return instant
    bounds[bound] = Math.floor(instant.value.timeMs * 1000)
  }
  const filter: RequestFilter = {
    ...bounds,
    limit,
    namespace,
    user,
    verb,
    code,
    ...(subject && { resource: subject.value.definition.resource, name: subject.value.name }),
    ...(!all && { withoutUsers: COMPONENT_USERS }),
  }
  const [kept, noted] = await Promise.all([log.requests(filter), log.reads(filter)])
  const answers = [
    ...kept.map((request) => requestAnswer(request, 1)),
    ...noted.map(({ request, count }) => requestAnswer(request, count)),
  ]
  return ok(answers.sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, limit))
}

function requestAnswer(request: RequestRecord, count: number): RequestAnswer {
  const {
    groups: _groups,
    session: _session,
    traceparent: _trace,
    body: _body,
    latencyMicros,
    time,
    ...rest
  } = request
  return { ...rest, time: momentText(time), latencyMs: latencyMicros / 1000, count }
}
