import { systemClock } from '../../src/base/clock.ts'
import type { DatabaseTarget } from '../../src/db/target.ts'
import type { LogId } from '../../src/events/log-id.ts'
import { postgresLock } from '../../src/events/postgres-lock.ts'
import { postgresLog, type PostgresLog } from '../../src/events/postgres-log.ts'
import type { Sequencer } from '../../src/events/proposal.ts'
import { createSequencer } from '../../src/events/sequencer.ts'
import { CountingHost } from '../events/builders.ts'
import { TEST_CLUSTER_KEY } from './database.ts'

/** A log in PostgreSQL with a sequencer on it, as one klio process has them. */
export interface Sequenced {
  readonly log: PostgresLog
  readonly host: CountingHost
  readonly sequencer: Sequencer
  readonly holders: (string | undefined)[]
  close(): Promise<void>
}

/** Opens both; `lead` is the caller's. */
export function sequenced(target: DatabaseTarget, id: LogId): Sequenced {
  const log = postgresLog({ id, target, clusterKey: TEST_CLUSTER_KEY })
  const host = new CountingHost()
  const holders: (string | undefined)[] = []
  const sequencer = createSequencer({
    log, host, lock: postgresLock(target, id, systemClock), clock: systemClock, applied: () => host.applied,
    onHolder: (holder) => holders.push(holder),
  })
  return {
    log, host, sequencer, holders,
    close: async () => {
      await sequencer.close()
      await log.close()
    },
  }
}
