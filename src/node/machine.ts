import { readFileSync, statfsSync } from 'node:fs'
import { hostname } from 'node:os'

/** What the agent reads of the machine. Bytes and counts. */
export interface Machine {
  readonly hostname: string
  readonly machineId: string
  readonly systemUuid: string
  readonly bootId: string
  readonly kernelVersion: string
  readonly osImage: string
  /** Go's word: `amd64`, `arm64`. */
  readonly architecture: string
  readonly cpus: number
  readonly memoryBytes: number
  readonly memoryAvailableBytes: number
  readonly swapBytes: number
  /** Of the file system that holds Docker's data. */
  readonly diskBytes: number
  readonly diskAvailableBytes: number
  readonly pidMax: number
  readonly processes: number
}

/** Reads the machine. `diskPath` lies on the file system that containers fill. */
export function readMachine(diskPath: string, cpus: number): Machine {
  const memory = meminfo(text('/proc/meminfo'))
  const disk = diskOf(diskPath)
  return {
    hostname: hostname(),
    machineId: text('/etc/machine-id').trim(),
    systemUuid: text('/sys/class/dmi/id/product_uuid').trim() || text('/etc/machine-id').trim(),
    bootId: text('/proc/sys/kernel/random/boot_id').trim(),
    kernelVersion: text('/proc/sys/kernel/osrelease').trim(),
    osImage: /^PRETTY_NAME="?(.*?)"?$/m.exec(text('/etc/os-release'))?.[1] ?? 'Linux',
    architecture: GO_ARCH[process.arch] ?? process.arch,
    cpus,
    memoryBytes: memory('MemTotal'),
    memoryAvailableBytes: memory('MemAvailable'),
    swapBytes: memory('SwapTotal'),
    ...disk,
    pidMax: Number(text('/proc/sys/kernel/pid_max')) || 32_768,
    processes: Number(/\/(\d+)/.exec(text('/proc/loadavg'))?.[1] ?? 0),
  }
}

const GO_ARCH: Record<string, string> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386' }

function meminfo(content: string): (name: string) => number {
  return (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(content)?.[1] ?? 0) * 1024
}

function diskOf(path: string): { diskBytes: number; diskAvailableBytes: number } {
  try {
    const { bsize, blocks, bavail } = statfsSync(path)
    return { diskBytes: bsize * blocks, diskAvailableBytes: bsize * bavail }
  } catch {
    // Docker's data may lie on another machine or behind rights that klio lacks.
    return { diskBytes: 0, diskAvailableBytes: 0 }
  }
}

/** Bit of CAP_SYS_RESOURCE in a capability set. Source: capabilities(7). */
const SYS_RESOURCE = 1n << 24n

/**
 * The lowest OOM score that the daemon may give its containers: without CAP_SYS_RESOURCE (a daemon in a
 * container or a small VM) any score below its own fails the start (measured: runc 1.1.5 says EOF).
 */
export function oomScoreMin(pidFile = '/var/run/docker.pid'): number {
  const pid = text(pidFile).trim() || 'self'
  const set = /^CapEff:\s+([0-9a-f]+)/m.exec(text(`/proc/${pid}/status`))?.[1]
  if (set !== undefined && BigInt(`0x${set}`) & SYS_RESOURCE) return -1000
  return 0
}

/** A file's text; '' when it cannot be read. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
