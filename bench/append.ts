/**
 * How many full creates a second does the log take? 64 submitters through the sequencer, 2.4 kB
 * bodies, durable, with request rows. `bun bench/append.ts [creates] [submitters]`.
 * Prints creates/s, batch size, CPU of PostgreSQL and of this process per create.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/base/clock.ts'
import { requestId } from '../src/base/ids.ts'
import { openEmbedded } from '../src/db/embedded.ts'
import { openConnection } from '../src/db/pool.ts'
import { prepareDatabase } from '../src/db/prepare-database.ts'
import { mainLog } from '../src/events/log-id.ts'
import type { Change, LogEvent } from '../src/events/log-event.ts'
import { memoryLockDomain } from '../src/events/memory-lock.ts'
import { ensurePartitions } from '../src/events/partitions.ts'
import { postgresLog } from '../src/events/postgres-log.ts'
import type { Proposal, SequencerHost } from '../src/events/proposal.ts'
import { createSequencer } from '../src/events/sequencer.ts'

/** A Pod of 2.4 kB as the API stores it, with managed fields. */
const podText = JSON.stringify({
  apiVersion: 'v1', kind: 'Pod',
  metadata: {
    name: '@NAME', generateName: 'web-', namespace: 'bench', uid: '@UID', resourceVersion: '@REVISION',
    creationTimestamp: '2026-11-23T18:00:00Z', labels: { app: 'web', tier: 'frontend', 'pod-template-hash': '6b7f6db6f4' },
    annotations: { 'klio.test/purpose': 'benchmark of "creates"' },
    managedFields: [{
      manager: 'kubectl-create', operation: 'Update', apiVersion: 'v1', time: '2026-11-23T18:00:00Z', fieldsType: 'FieldsV1',
      fieldsV1: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f:field${i}`, { 'f:inner': {}, 'f:other': {} }])),
    }],
  },
  spec: {
    containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80, protocol: 'TCP' }], terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', imagePullPolicy: 'IfNotPresent', securityContext: {}, resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } } }],
    restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', serviceAccountName: 'default', schedulerName: 'default-scheduler',
    tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }, { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
  },
  status: { phase: 'Pending', qosClass: 'Burstable' },
})

const creates = Number(process.argv[2] ?? 40_000)
const submitters = Number(process.argv[3] ?? 64)
const directory = mkdtempSync(join(tmpdir(), 'klio-bench-'))
const clusterKey = Buffer.alloc(32, 'bench')
const server = await openEmbedded(directory, systemClock)
if (!server.ok) throw new Error(server.error.message)
const prepared = await prepareDatabase(server.value.target, 'bench', clusterKey)
if (!prepared.ok) throw new Error(prepared.error.message)
const owner = openConnection(prepared.value.owner, { purpose: 'bench' })
await ensurePartitions(owner, prepared.value.schema, 0, Date.now())

const id = mainLog(prepared.value.schema)
const log = postgresLog({ id, target: prepared.value.app, clusterKey })
let applied = 0
let batches = 0
const host: SequencerHost = {
  staged: () => {},
  committed: (events: readonly LogEvent[]) => {
    batches++
    applied = events.at(-1)!.revision
  },
  aborted: () => {},
}
const lock = memoryLockDomain().lock('bench')
const sequencer = createSequencer({ log, host, lock, clock: systemClock, applied: () => applied })
await sequencer.lead(new AbortController().signal)

await run(creates / 8)
batches = 0
const before = { postgres: postgresCpuMs(), self: process.cpuUsage(), at: performance.now() }
await run(creates)
const seconds = (performance.now() - before.at) / 1_000
const self = process.cpuUsage(before.self)
const perCreate = (ms: number) => `${((ms * 1_000) / creates).toFixed(1)} us`
console.log(`${Math.round(creates / seconds)} creates/s, ${submitters} submitters, ${(creates / batches).toFixed(1)} a batch`)
console.log(`PostgreSQL ${perCreate(postgresCpuMs() - before.postgres)}, klio ${perCreate((self.user + self.system) / 1_000)} CPU a create`)
const sizes = await owner<{ name: string; bytes: number }[]>`
  select c.relname as name, pg_total_relation_size(c.oid) as bytes from pg_class c
  where c.relnamespace = ${id.schema}::regnamespace and c.relkind = 'r' and pg_total_relation_size(c.oid) > 1000000
  order by 2 desc`
console.log(sizes.map(({ name, bytes }) => `${name} ${Math.round(bytes / (creates * 1.125))} B`).join(', '), 'a create')

await sequencer.close()
await log.close()
await owner.end()
await server.value.stop()
rmSync(directory, { recursive: true })

async function run(count: number): Promise<void> {
  let left = Math.floor(count)
  await Promise.all(Array.from({ length: submitters }, async () => {
    while (left-- > 0) {
      const answer = await sequencer.submit(create())
      if (!answer.ok) throw new Error(answer.error.message)
    }
  }))
}

function create(): Proposal<number> {
  return {
    decide: ({ revision, time }) => {
      const request = requestId()
      const uid = crypto.randomUUID()
      const name = `web-${uid.slice(0, 5)}${revision.toString(36)}`
      const change: Change = {
        op: 'put', verb: 'create', subresource: '', resource: 'pods', namespace: 'bench', name, uid, previous: 0,
        intent: true, sensitive: false, object: { apiVersion: 'v1', kind: 'Pod', metadata: { name } },
        encode: (own) => Buffer.from(podText.replace('@NAME', name).replace('@UID', uid).replace('@REVISION', String(own))),
      }
      return {
        changes: [change],
        answer: revision,
        request: {
          id: request, time, user: 'admin', groups: ['system:masters', 'system:authenticated'],
          agent: 'kubectl/v1.37.2 (linux/amd64) kubernetes/0123456', address: '127.0.0.1', verb: 'create',
          path: '/api/v1/namespaces/bench/pods', query: '', resource: 'pods', namespace: 'bench', name,
          subresource: '', dryRun: false, code: 201, firstRevision: 0, lastRevision: 0, latencyMicros: 900,
          changeSet: request,
        },
      }
    },
  }
}

/** CPU of every process of the server so far. */
function postgresCpuMs(): number {
  if (!server.ok) return 0
  const pid = server.value.pid()
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  const ticks = children.map((child) => {
    const fields = readFileSync(`/proc/${child}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return Number(fields[11]) + Number(fields[12])
  })
  return ticks.reduce((sum, one) => sum + one, 0) * 10
}
