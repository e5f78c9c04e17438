import type { LogEvent } from '../events/log-event.ts'
import { diffValues, type Difference } from '../meta/json-path-set.ts'
import type { Json } from '../meta/object.ts'
import { typeOfVersion } from '../resources/schemas.ts'
import { storageOf, type ResourceDefinition } from '../resources/define.ts'
import type { PathAnswer } from './answer-types.ts'
import { isHeartbeat } from './noise.ts'
import { redactDifferences } from './redact.ts'
import type { HistorySource } from './source.ts'

/** The object an event left behind; undefined after a delete, and where its body is gone. */
export function objectOf(event: LogEvent | undefined): Json | undefined {
  if (!event || event.body.byteLength === 0) return undefined
  return JSON.parse(new TextDecoder().decode(event.body)) as Json
}

/** The places where two states of an object differ, secrets hidden; heartbeats only when asked for all. */
export function diffStates(
  { redact }: Pick<HistorySource, 'redact'>,
  definition: ResourceDefinition | undefined,
  before: Json | undefined,
  after: Json | undefined,
  all: boolean,
): PathAnswer[] {
  const schema = definition && typeOfVersion(storageOf(definition))
  const found = diffValues(before, after, schema).filter(({ path }) => all || !isHeartbeat(path))
  // A kind that this klio does not know may hold anything.
  const hidden: Difference[] =
    definition?.sensitive === false || (definition && !definition.sensitive)
      ? found
      : redactDifferences(found, redact)
  return hidden.map(({ path, before: old, after: fresh }) => ({
    path,
    ...(old !== undefined && { before: old }),
    ...(fresh !== undefined && { after: fresh }),
  }))
}

/** What one event changed. */
export async function diffOfChange(source: HistorySource, event: LogEvent): Promise<PathAnswer[]> {
  const { log, registry } = source
  const definition = registry.byResource(event.resource)
  const [previous] =
    event.previous === 0 ? [] : await log.events({ revisions: [event.previous], limit: 1 })
  const after = event.op === 'delete' ? undefined : objectOf(event)
  return diffStates(source, definition, objectOf(previous), after, false)
}
