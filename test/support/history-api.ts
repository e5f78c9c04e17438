import { historyRoutes } from '../../src/api/history-routes.ts'
import { recordRequests } from '../../src/api/record-requests.ts'
import type { RequestObserver } from '../../src/api/gate.ts'
import { micros, type Core } from '../../src/control-plane.ts'
import type { RequestRecord } from '../../src/events/log-event.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { memoryLog, type MemoryLog } from '../../src/events/memory-log.ts'
import { redactWith } from '../../src/history/redact.ts'
import { builtIn, createRegistry } from '../../src/resources/registry.ts'
import { testApi, type TestApi } from './api.ts'

/** An API on a log in memory with history's routes, every request on record. */
export interface HistoryApi extends TestApi {
  readonly log: MemoryLog
  /** Reads that were noted behind their answers. */
  readonly noted: RequestRecord[]
  /** Refusals before authentication: `address code`. */
  readonly refused: string[]
}

/** Starts one; what the routes stand on exists once the core is open. */
export async function historyApi(): Promise<HistoryApi> {
  const log = memoryLog(mainLog('test'))
  const registry = createRegistry(builtIn)
  const noted: RequestRecord[] = []
  const refused: string[] = []
  let core: Core | undefined
  const recorder = (): RequestObserver =>
    recordRequests({
      registry,
      sequencer: core!.sequencer,
      notes: {
        read: (request) => void noted.push(request),
        refused: (_address, code) => void refused.push(String(code)),
      },
      logger: { debug() {}, info() {}, warn() {}, error() {}, with: () => api.logger },
      now: micros,
    })
  const api = { logger: { debug() {}, info() {}, warn() {}, error() {}, with: () => api.logger } }
  const served = await testApi({
    log,
    observer: {
      ended: (...given) => recorder().ended(...given),
      refused: (...given) => recorder().refused(...given),
      answering: (...given) => recorder().answering!(...given),
      opens: (...given) => recorder().opens!(...given),
    },
    more: historyRoutes({
      source: { log, registry, redact: redactWith(new Uint8Array(32)), now: () => Date.now() },
      get view() {
        return core!.view
      },
      cluster: () => ({ name: 'test', dataDir: '/nowhere', revision: core!.view.revision }),
    }),
  })
  core = served.core
  return { ...served, log, noted, refused }
}
