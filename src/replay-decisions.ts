import { admissionOf } from './control-plane.ts'
import type { ShadowAnswer } from './history/shadow/parts.ts'
import { replayShadow } from './history/shadow/replay.ts'
import type { LocalCluster } from './open-local.ts'
import type { KeyPair } from './api/certificates.ts'
import { apiControllers, controllersOf } from './run-controllers.ts'
import { inStorageForm } from './reconcilers/runtime/local.ts'
import { plainRefusal } from './reconcilers/runtime/plain-refusal.ts'
import { verdictOf } from './reconcilers/runtime/verdict.ts'
import { scheduler } from './reconcilers/scheduler/reconcile.ts'
import { SchedulerIndex } from './reconcilers/scheduler/scheduler-index.ts'
import { readRuns, type Run } from './run-journal.ts'

/** Makes every recorded decision of the cluster's reconcilers again, with the code of this klio. */
export async function replayDecisions(cluster: LocalCluster, after: number): Promise<ShadowAnswer> {
  const { identity, source, keys, dataDir } = cluster
  const [[authority], [ids]] = await Promise.all([keys.all('authority'), keys.all('ids')])
  const pair = authority && (JSON.parse(authority.secret.toString()) as KeyPair)
  const madeAs = (run: Run) => [
    ...controllersOf({
      core: { registry: source.registry },
      identity,
      clock: { now: () => run.sinceMs },
      authority: pair?.certificate ?? '',
      apiAddress: run.apiAddress,
      apiPort: identity.port,
    }),
    ...apiControllers(),
    scheduler(new SchedulerIndex()),
  ]
  return replayShadow(
    {
      source,
      registry: source.registry,
      idKey: ids?.secret ?? new Uint8Array(32),
      prepare: inStorageForm,
      admission: (state) => admissionOf(identity, state),
      runs: runsOf(dataDir).map((run) => ({
        revision: run.revision,
        reconcilers: () => madeAs(run),
      })),
      refusedPlan: (reconciler, key, command, status, view, now) =>
        verdictOf(command, status) === 'final'
          ? (reconciler.refused ?? plainRefusal(reconciler))(key, { command, status }, view, now)
          : undefined,
    },
    after,
  )
}

/** Without a journal (a data dir of an older klio) one life is assumed. */
function runsOf(dataDir: string): Run[] {
  const runs = readRuns(dataDir)
  return runs.length > 0 ? runs : [{ sinceMs: 0, revision: 0, apiAddress: '', version: '' }]
}
