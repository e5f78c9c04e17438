/**
 * What do scheduler and controllers cost the main thread for a Pod that fits nowhere, and for one that is bound?
 * All in one process on a log in memory, so PostgreSQL and TLS are no part of it.
 * `[BENCH_PROFILE=file] bun bench/reconcile.ts [pods] [--schedulable]`
 */
import { systemClock } from '../src/base/clock.ts'
import { lineLog } from '../src/base/log.ts'
import { memoryLog } from '../src/events/memory-log.ts'
import { mainLog } from '../src/events/log-id.ts'
import { UNBOUNDED } from '../src/reconcilers/runtime/budget.ts'
import { scheduler } from '../src/reconcilers/scheduler/reconcile.ts'
import { SchedulerIndex } from '../src/reconcilers/scheduler/scheduler-index.ts'
import { controllersOf, runLocally } from '../src/run-controllers.ts'
import { create, memoryCore, testIdentity } from '../test/support/memory-core.ts'
import { cpuSeconds } from './cluster.ts'
import { benchNode, benchPod } from './speed-pod.ts'

const pods = Number(process.argv[2] ?? 20_000)
const bound = process.argv.includes('--schedulable')
const core = await memoryCore({ log: memoryLog(mainLog('bench')) })
if (bound) await create(core, 'nodes', '', benchNode())
let from = mainThread()
for (let i = 0; i < pods; i += 100)
  await Promise.all(Array.from({ length: 100 }, () => create(core, 'pods', 'default', benchPod(bound))))
console.log(`create: ${used(from)} us of the main thread a Pod`)

const logger = lineLog(console.error, 'warn')
const wish = { core, identity: testIdentity, clock: systemClock, authority: '', apiAddress: '127.0.0.1', apiPort: 6443 }
const runner = runLocally({ core, identity: testIdentity, clock: systemClock, logger, budget: UNBOUNDED }, [
  ...controllersOf(wish), scheduler(new SchedulerIndex()),
])
if (process.env['BENCH_PROFILE'] !== undefined) {
  await import('./profiler.ts')
  process.kill(process.pid, 'SIGUSR2')
}
from = mainThread()
const startedMs = performance.now()
await runner.start(new AbortController().signal)
while (core.view.table('events').size < pods) await Bun.sleep(10)
const tookMs = performance.now() - startedMs
console.log(`catch-up: ${used(from)} us of the main thread a Pod, ${Math.round(pods / (tookMs / 1000))} Pods/s`)
if (process.env['BENCH_PROFILE'] !== undefined) {
  process.kill(process.pid, 'SIGUSR2')
  await Bun.sleep(100)
}
await runner.close()
await core.close()

function mainThread(): number {
  return cpuSeconds(process.pid, process.pid)
}

function used(since: number): number {
  return Math.round(((mainThread() - since) * 1e6) / pods)
}
