import { ANSWERS } from '../history/answers.ts'
import { resolveInstant } from '../history/instant.ts'
import { digestQuery, readQuery } from '../history/queries.ts'
import type { HistorySource } from '../history/source.ts'
import { digestOfLog, digestOfView } from '../history/view-digest.ts'
import { badRequest, methodNotAllowed } from '../meta/status.ts'
import type { LiveView } from '../projections/live-view.ts'
import type { Exchange } from './exchange.ts'
import type { Handler } from './server.ts'

/** What the routes of history answer from. */
export interface HistoryParts {
  readonly source: HistorySource
  readonly view: LiveView
  /** Who this cluster is; asked at each request because revision and state move. */
  readonly cluster: () => Readonly<Record<string, unknown>>
}

/** GET /klio/v1/{cluster,log,requests,show,diff,instant,digest}: for cluster administrators (authorize.ts). */
export function historyRoutes(parts: HistoryParts): (readonly [string, Handler])[] {
  const { source, cluster } = parts
  const asked = Object.entries(ANSWERS).map(([name, answer]): readonly [string, Handler] => [
    `/klio/v1/${name}`,
    reading(async (exchange, query) => {
      const answered = await answer(source, query)
      if (!answered.ok) return exchange.refuse(answered.error)
      exchange.json(200, answered.value)
    }),
  ])
  return [
    ...asked,
    ['/klio/v1/cluster', reading(async (exchange) => exchange.json(200, cluster()))],
    ['/klio/v1/digest', reading((exchange, query) => answerDigest(exchange, query, parts))],
  ]
}

async function answerDigest(
  exchange: Exchange,
  given: Record<string, string>,
  { source, view }: HistoryParts,
): Promise<void> {
  const query = readQuery(digestQuery, given)
  if (!query.ok) return exchange.refuse(query.error)
  if (query.value.at === undefined) return exchange.json(200, await digestOfView(view))
  const instant = await resolveInstant(query.value.at, source.log, source.now())
  if (!instant.ok) return exchange.refuse(instant.error)
  const resources = new Set([
    ...source.registry.definitions.map(({ resource }) => resource),
    ...view.resources(),
  ])
  exchange.json(200, await digestOfLog(source.log, [...resources], instant.value.revision))
}

/** GET only; a parameter given twice is refused, so that no two readers of a query can differ. */
function reading(
  answer: (exchange: Exchange, query: Record<string, string>) => Promise<void>,
): Handler {
  return (exchange) => {
    if (exchange.info.verb !== 'get')
      return exchange.refuse(methodNotAllowed('history is read with GET'))
    const query: Record<string, string> = {}
    for (const [name, value] of exchange.query) {
      if (name in query)
        return exchange.refuse(badRequest(`parameter ${JSON.stringify(name)} is given twice`))
      query[name] = value
    }
    return answer(exchange, query)
  }
}
