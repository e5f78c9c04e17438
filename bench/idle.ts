/**
 * What does a cluster cost that does nothing? Proportional memory and CPU of klio's processes and of its PostgreSQL,
 * with dockerd, containerd and the shims beside them. `bun bench/idle.ts [seconds] [settle seconds]`
 */
import { readdirSync, readFileSync } from 'node:fs'
import { childrenOf, cpuSeconds, postgresPids, profile, pssBytes, startKlio } from './cluster.ts'

const seconds = Number(process.argv[2] ?? 60)
const settle = Number(process.argv[3] ?? 20)
const PSS_MAX = 250e6
const CORE_MAX = 0.01

const cluster = await startKlio()
try {
  await Bun.sleep(settle * 1000)
  const groups = new Map([
    ['klio', [cluster.pid, ...childrenOf(cluster.pid)]],
    ['postgres', postgresPids(cluster)],
    ['docker', named(/^(dockerd|containerd|containerd-shim.*)$/)],
  ])
  const used = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0)
  const before = [...groups.values()].map(used)
  profile(cluster, seconds)
  await Bun.sleep(seconds * 1000)
  const rows = [...groups].map(([name, pids], i) => ({
    name,
    core: (used(pids) - before[i]!) / seconds,
    pss: pids.reduce((sum, pid) => sum + pssBytes(pid), 0),
  }))
  for (const { name, core, pss } of rows)
    console.log(`${name.padEnd(9)} ${(core * 100).toFixed(2)} % of a core, ${(pss / 1e6).toFixed(0)} MB PSS`)
  const [klio, postgres] = rows as [(typeof rows)[0], (typeof rows)[0]]
  const core = klio.core + postgres.core
  const pss = klio.pss + postgres.pss
  console.log(`klio and its PostgreSQL: ${(core * 100).toFixed(2)} % of a core (at most 1), ${(pss / 1e6).toFixed(0)} MB PSS (at most 250)`)
  process.exitCode = core <= CORE_MAX && pss <= PSS_MAX ? 0 : 1
} finally {
  await cluster.purge()
}

/** Processes whose name is like this. Source: proc(5) comm. */
function named(pattern: RegExp): number[] {
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number).filter((pid) => {
    try {
      return pattern.test(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())
    } catch {
      return false
    }
  })
}
