/**
 * What does the decision of a create cost, without HTTP and PostgreSQL? Decodes, defaults, admits,
 * validates and stages Pods on a log in memory, 64 at once: `bun bench/create.ts [creates]`. Prints
 * microseconds of CPU and bytes of garbage a create. PROFILE=file writes the stacks of a sampling profiler.
 */
import * as jsc from 'bun:jsc'
import { writeFileSync } from 'node:fs'
import { requestId } from '../src/base/ids.ts'
import { systemClock } from '../src/base/clock.ts'
import { lineLog } from '../src/base/log.ts'
import { parseBytes, toStored } from '../src/commands/codec.ts'
import type { RequestContext } from '../src/commands/request-context.ts'
import { micros, openCore } from '../src/control-plane.ts'
import { mainLog } from '../src/events/log-id.ts'
import { memoryLockDomain } from '../src/events/memory-lock.ts'
import { memoryLog } from '../src/events/memory-log.ts'
import type { KubeObject } from '../src/meta/object.ts'
import { POD } from './pod-body.ts'

const creates = Number(process.argv[2] ?? 40_000)
const stop = new AbortController()
const core = await openCore({
  log: memoryLog(mainLog('bench')), lock: memoryLockDomain().lock('bench'), clock: systemClock,
  logger: lineLog(() => {}, 'error'), idKey: new Uint8Array(32), signal: stop.signal,
  identity: {
    name: 'bench', uid: 'c0ffee', podCidr: '10.1.0.0/16', serviceCidr: '10.96.0.0/16', loadBalancerCidr: '10.3.0.0/24',
    port: 0, nodeName: 'node-1', adminToken: 'a', nodeToken: 'n', createdAt: '2026-01-01T00:00:00Z',
  },
})
const caller = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }
await create('namespaces', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } })
await create('serviceaccounts', 'bench', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
const bytes = new TextEncoder().encode(JSON.stringify(POD))

await run(creates / 4)
const garbage = jsc.heapStats().heapSize
await run(2_000) // too few for a collection between the two readings, most often
const perCreate = (jsc.heapStats().heapSize - garbage) / 2_000
const start = process.cpuUsage()
await run(creates)
const used = process.cpuUsage(start)
console.log(`${((used.user + used.system) / creates).toFixed(1)} us of CPU, ${Math.round(perCreate)} B of heap a create`)
if (process.env['PROFILE']) {
  jsc.startSamplingProfiler()
  await run(creates)
  writeFileSync(process.env['PROFILE'], JSON.stringify((jsc as unknown as { samplingProfilerStackTraces(): unknown }).samplingProfilerStackTraces()))
}
stop.abort()
await core.sequencer.close()

async function run(count: number): Promise<void> {
  let left = Math.floor(count)
  await Promise.all(Array.from({ length: 64 }, async () => {
    while (left-- > 0) await create('pods', 'bench', bytes)
  }))
}

async function create(resource: string, namespace: string, body: KubeObject | Uint8Array): Promise<void> {
  const definition = core.registry.byResource(resource)!
  const served = { definition, version: definition.served[0]! }
  const sent = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body))
  const parsed = parseBytes(sent, 'application/json', definition.kind)
  if (!parsed.ok) throw new Error(parsed.error.message)
  const stored = toStored(served, '', parsed.value, sent, 'Warn')
  if (!stored.ok) throw new Error(stored.error.message)
  const id = requestId()
  const context: RequestContext = {
    id, caller, agent: 'hey/0.0.1', address: '127.0.0.1', path: '/api/v1/namespaces/bench/pods', query: '',
    receivedAt: micros(), fieldManager: 'hey', changeSet: id,
  }
  const answer = await core.commands.execute(
    { command: { verb: 'create', resource, namespace, name: stored.value.object.metadata.name ?? '', object: stored.value.object }, definition, served: served.version, warnings: stored.value.warnings },
    context,
  )
  if (!answer.ok) throw new Error(answer.error.message)
}
