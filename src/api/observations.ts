import { z } from 'zod'
import type { Log } from '../events/log.ts'
import { badRequest, methodNotAllowed } from '../meta/status.ts'
import type { Exchange } from './exchange.ts'

const observation = z.object({
  node: z.string().max(253),
  sequence: z.number().int(),
  time: z.number().int(),
  kind: z.enum(['docker-call', 'docker-event', 'probe', 'exit', 'image']),
  podUid: z.string().max(64),
  container: z.string().max(253),
  revision: z.number().int(),
  detail: z.record(z.string(), z.unknown()),
})

const batch = z.array(observation).max(1_000)

/** POST /klio/v1/observations: what a node saw, idempotent by node and sequence. */
export const takeObservations =
  (log: Log) =>
  async (exchange: Exchange): Promise<void> => {
    if (exchange.incoming.method !== 'POST')
      return exchange.refuse(methodNotAllowed('observations are posted'))
    const body = await exchange.body()
    if (!body.ok) return exchange.refuse(body.error)
    const parsed = batch.safeParse(jsonOf(body.value))
    if (!parsed.success) return exchange.refuse(badRequest(z.prettifyError(parsed.error)))
    await log.observe(parsed.data)
    exchange.json(200, { taken: parsed.data.length })
  }

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
