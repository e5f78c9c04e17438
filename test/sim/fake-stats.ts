import type { StatsSample } from '../../src/docker/types.ts'
import type { FakeContainer } from './fake-state.ts'
import type { FakeWorld } from './fake-world.ts'

/** A sample whose CPU time grows by a tenth of the running time. */
export function sampleOf(c: FakeContainer, world: FakeWorld): StatsSample {
  const live = c.status === 'running' || c.status === 'paused'
  const ranMs = live ? world.clock.now() - Date.parse(c.startedAt) : 0
  const total = ranMs * 100_000
  return {
    read: live ? world.time() : '0001-01-01T00:00:00Z',
    cpu_stats: {
      cpu_usage: { total_usage: total, usage_in_usermode: total, usage_in_kernelmode: 0 },
      system_cpu_usage: world.clock.now() * 1_000_000,
      online_cpus: 2,
    },
    memory_stats: live
      ? { usage: 1 << 20, limit: c.spec.HostConfig?.Memory || 1 << 30, stats: {} }
      : {},
    pids_stats: live ? { current: 1 } : {},
  }
}
