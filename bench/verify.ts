/**
 * How many events a second does `klio verify` check? Digests, chain, Merkle trees and signatures over
 * 2.4 kB bodies. `bun bench/verify.ts [events]`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/base/clock.ts'
import { requestId } from '../src/base/ids.ts'
import { openEmbedded } from '../src/db/embedded.ts'
import { openConnection } from '../src/db/pool.ts'
import { prepareDatabase } from '../src/db/prepare-database.ts'
import { createKeyStore } from '../src/events/key-store.ts'
import { mainLog } from '../src/events/log-id.ts'
import type { LogEvent } from '../src/events/log-event.ts'
import { ensurePartitions } from '../src/events/partitions.ts'
import { postgresLog } from '../src/events/postgres-log.ts'
import { signFull } from '../src/events/roots.ts'
import { verifyChain } from '../src/events/verify-chain.ts'

const count = Number(process.argv[2] ?? 100_000)
const directory = mkdtempSync(join(tmpdir(), 'klio-bench-'))
const clusterKey = Buffer.alloc(32, 'bench')
const server = await openEmbedded(directory, systemClock)
if (!server.ok) throw new Error(server.error.message)
const prepared = await prepareDatabase(server.value.target, 'bench', clusterKey)
if (!prepared.ok) throw new Error(prepared.error.message)
const owner = openConnection(prepared.value.owner, { purpose: 'bench' })
await ensurePartitions(owner, prepared.value.schema, 0, Date.now())
await owner.end()
const id = mainLog(prepared.value.schema)
const log = postgresLog({ id, target: prepared.value.app, clusterKey })

const filler = JSON.stringify({ spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', env: 'x'.repeat(2_200) }] } })
let head = await log.head()
while (head.revision < count) {
  const request = requestId()
  const events = Array.from({ length: 500 }, (_, i): LogEvent & { sensitive: boolean } => {
    const revision = head.revision + 1 + i
    return {
      revision, time: Math.max(Date.now() * 1_000, head.time) + 1 + i, op: 'put', verb: 'create', subresource: '', resource: 'pods',
      namespace: 'bench', name: `web-${revision}`, uid: crypto.randomUUID(), previous: 0, intent: true, request,
      body: Buffer.from(`${filler}${revision}`), sensitive: false,
    }
  })
  const answer = await log.append({ head, events, requests: [] })
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  head = answer.value
}
const keys = createKeyStore(log.db, id.schema, clusterKey)
await signFull({ db: log.db, id, keys, clock: systemClock, revision: () => head.revision }, new AbortController().signal)
for (let round = 0; round < 3; round++) {
  const started = performance.now()
  const before = process.cpuUsage()
  const report = await verifyChain(log.db, id, keys)
  const seconds = (performance.now() - started) / 1_000
  console.log(`${Math.round(report.revisions / seconds)} events/s`, JSON.stringify(report), `${Math.round(process.memoryUsage.rss() / 1e6)} MB`)
  const used = process.cpuUsage(before)
  console.log(`  ${((used.user + used.system) / report.revisions).toFixed(1)} us of this process an event`)
}
let live = 0
const started = performance.now()
for await (const page of log.live(2_000)) live += page.length
console.log(`live(): ${Math.round(live / ((performance.now() - started) / 1_000))} objects/s of ${live}`)
await log.close()
await server.value.stop()
rmSync(directory, { recursive: true })
