import type { z } from 'zod'
import { DIFF_OBJECTS_ONE_BY_ONE_MAX, HISTORY_PAGE } from '../base/limits.ts'
import { ok, type Result } from '../base/result.ts'
import type { LogEvent } from '../events/log-event.ts'
import type { Status } from '../meta/status.ts'
import type { DiffAnswer } from './answer-types.ts'
import { diffStates, objectOf } from './diff-objects.ts'
import { parseSubject, type Subject } from './find-kind.ts'
import { resolveInstant } from './instant.ts'
import { NOISE } from './noise.ts'
import type { diffQuery } from './queries.ts'
import type { HistorySource } from './source.ts'

/** How the state differs between two instants: one object, a kind, a namespace or everything. */
export async function askDiff(
  source: HistorySource,
  query: z.infer<typeof diffQuery>,
): Promise<Result<DiffAnswer[], Status>> {
  const { log, registry, now } = source
  const parsed = query.object === undefined ? undefined : parseSubject(registry, query.object)
  if (parsed && !parsed.ok) return parsed
  const from = await resolveInstant(query.from, log, now())
  if (!from.ok) return from
  const to = await resolveInstant(query.to, log, now())
  if (!to.ok) return to
  const scope: Scope = {
    from: from.value.revision,
    to: to.value.revision,
    subject: parsed?.value,
    namespace: (parsed?.value.definition.namespaced ?? true) ? query.namespace : undefined,
    all: query.all ?? false,
  }
  const answers: DiffAnswer[] = []
  for (const [resource, keys] of await touched(source, scope))
    answers.push(...(await diffResource(source, scope, resource, keys)))
  return ok(answers.sort(byKey))
}

interface Scope {
  readonly from: number
  readonly to: number
  readonly subject: Subject | undefined
  readonly namespace: string | undefined
  readonly all: boolean
}

/** Objects that events between the two instants name: nothing else can differ. */
async function touched(
  { log }: HistorySource,
  scope: Scope,
): Promise<Map<string, Map<string, LogEvent>>> {
  const { subject, namespace, all } = scope
  const low = Math.min(scope.from, scope.to)
  const toRevision = Math.max(scope.from, scope.to)
  const found = new Map<string, Map<string, LogEvent>>()
  for (let at = low; at < toRevision;) {
    const page = await log.events({
      fromRevision: at + 1,
      toRevision,
      thin: true,
      limit: HISTORY_PAGE,
      namespace,
      ...(subject && { resource: subject.definition.resource, name: subject.name }),
      ...(!all && !subject && { without: NOISE }),
    })
    for (const event of page) {
      const keys = found.get(event.resource) ?? new Map<string, LogEvent>()
      found.set(event.resource, keys.set(`${event.namespace}/${event.name}`, event))
    }
    if (page.length < HISTORY_PAGE) break
    at = page.at(-1)!.revision
  }
  return found
}

type States = ReadonlyMap<string, LogEvent>

async function diffResource(
  source: HistorySource,
  { from, to, all }: Scope,
  resource: string,
  keys: ReadonlyMap<string, LogEvent>,
): Promise<DiffAnswer[]> {
  const [before, after] = await Promise.all(
    [from, to].map((revision) => statesAt(source, revision, resource, keys)),
  )
  const definition = source.registry.byResource(resource)
  const answers: DiffAnswer[] = []
  for (const [key, { namespace, name }] of keys) {
    const left = before!.get(key)
    const right = after!.get(key)
    if (left?.revision === right?.revision) continue
    const paths = diffStates(source, definition, objectOf(left), objectOf(right), all)
    if (left && right && paths.length === 0) continue
    const op = left ? (right ? 'changed' : 'removed') : 'added'
    answers.push({ kind: definition?.kind ?? resource, namespace, name, op, paths })
  }
  return answers
}

async function statesAt(
  { log }: HistorySource,
  revision: number,
  resource: string,
  keys: ReadonlyMap<string, LogEvent>,
): Promise<States> {
  if (revision === 0) return new Map()
  const events: LogEvent[] = []
  if (keys.size > DIFF_OBJECTS_ONE_BY_ONE_MAX) events.push(...(await log.asOf(revision, resource)))
  else
    for (const { namespace, name } of keys.values())
      events.push(...(await log.asOf(revision, resource, namespace, name)))
  return new Map(events.map((event) => [`${event.namespace}/${event.name}`, event]))
}

const byKey = (a: DiffAnswer, b: DiffAnswer): number => (keyText(a) < keyText(b) ? -1 : 1)

const keyText = ({ namespace, kind, name }: DiffAnswer): string => `${namespace}\0${kind}\0${name}`
