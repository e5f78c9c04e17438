import { historyRoutes } from './api/history-routes.ts'
import { takeObservations } from './api/observations.ts'
import type { Handler } from './api/server.ts'
import { systemClock } from './base/clock.ts'
import { clusterFacts } from './cluster-facts.ts'
import type { Config } from './config.ts'
import type { Core } from './control-plane.ts'
import { redactWith } from './history/redact.ts'
import type { Identity } from './identity.ts'
import type { Pki } from './pki.ts'
import type { Store } from './store.ts'

/** What klio's own paths stand on. */
export interface KlioParts {
  readonly core: Core
  readonly config: Config
  readonly identity: Identity
  readonly pki: Pki
  readonly store: Pick<Store, 'schema'>
  readonly startedMs: number
}

/** Everything under /klio/v1. */
export const klioRoutes = ({
  core,
  config,
  identity,
  pki,
  store,
  startedMs,
}: KlioParts): (readonly [string, Handler])[] => [
  ['/klio/v1/observations', takeObservations(core.log)],
  ...historyRoutes({
    source: {
      log: core.log,
      registry: core.registry,
      redact: redactWith(pki.idKey),
      now: () => systemClock.now(),
    },
    view: core.view,
    cluster: () =>
      clusterFacts({ config, identity, store, startedMs, revision: core.view.revision }),
  }),
]
