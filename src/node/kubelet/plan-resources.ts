import type { ResourceLimits } from '../../docker/types.ts'
import { milliValueOf, valueOf } from '../../meta/quantity.ts'
import type { Container, EphemeralContainer, Pod } from '../../resources/generated/core.gen.ts'
import { specOf } from './pod-spec.ts'

/** Microseconds of one CFS period. */
const PERIOD_US = 100_000
const QUOTA_US_MIN = 1_000
const SHARES_MIN = 2
const SHARES_MAX = 262_144

/**
 * Requests and limits as Docker's cgroup settings; also the body of an in-place resize.
 * Source: kuberuntime_container_linux.go calculateLinuxResources, cm/helpers_linux.go.
 */
export function planResources(pod: Pod, container: Container | EphemeralContainer): ResourceLimits {
  const { requests, limits } = container.resources ?? {}
  const whole = specOf(pod).resources?.limits
  const cpuLimit = milliValueOf(limits?.cpu ?? whole?.cpu)
  const cpuRequest = requests?.cpu === undefined ? cpuLimit : milliValueOf(requests.cpu)
  const memory = valueOf(limits?.memory ?? whole?.memory)
  return {
    CpuShares: cpuShares(cpuRequest),
    ...(cpuLimit > 0 && { CpuPeriod: PERIOD_US, CpuQuota: cpuQuota(cpuLimit) }),
    ...(memory > 0 && { Memory: memory, MemorySwap: memory }),
  }
}

/** Thousandths of a CPU as a share of 1024 each. */
export const cpuShares = (milliCpu: number): number =>
  Math.min(SHARES_MAX, Math.max(SHARES_MIN, Math.floor((milliCpu * 1024) / 1000)))

const cpuQuota = (milliCpu: number): number =>
  Math.max(QUOTA_US_MIN, Math.floor((milliCpu * PERIOD_US) / 1000))
