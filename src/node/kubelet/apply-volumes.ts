import {
  chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result } from '../../base/result.ts'
import type { Pod, Volume } from '../../resources/generated/core.gen.ts'
import { writeAtomically } from './atomic-writer.ts'
import { isMounted, runMount, unmountBelow } from './mount-table.ts'
import { planVolume, type VolumePlan, type VolumeSources } from './plan-volumes.ts'
import { specOf } from './pod-spec.ts'

/** Folder of everything a Pod has on the host. */
export const podDir = (stateDir: string, podUid: string): string => join(stateDir, 'pods', podUid)

/** Why a volume could not be mounted: the message of FailedMount. */
export interface VolumeFailure {
  readonly volume: string
  readonly message: string
}

/** Host paths of a Pod's volumes by name. */
export type VolumePaths = ReadonlyMap<string, string>

/**
 * Makes all volumes of a Pod, or brings their files up to date. Idempotent: what is there and right
 * stays untouched.
 */
export async function applyVolumes(
  stateDir: string,
  pod: Pod,
  sources: VolumeSources,
): Promise<Result<VolumePaths, VolumeFailure[]>> {
  const dir = podDir(stateDir, pod.metadata.uid!)
  mkdirSync(dir, { recursive: true, mode: 0o750 })
  const paths = new Map<string, string>()
  const failures: VolumeFailure[] = []
  for (const volume of specOf(pod).volumes ?? []) {
    const plan = planVolume(pod, volume, sources)
    const path = plan.ok ? await applyOne(dir, pod, volume, plan.value) : plan
    if (path.ok) paths.set(volume.name, path.value)
    else failures.push({ volume: volume.name, message: path.error })
  }
  return failures.length === 0 ? ok(paths) : err(failures)
}

/** Writes changed files of configMap, secret, downwardAPI and projected volumes; true: some changed. */
export function refreshVolumes(stateDir: string, pod: Pod, sources: VolumeSources): boolean {
  const dir = podDir(stateDir, pod.metadata.uid!)
  let changed = false
  for (const volume of specOf(pod).volumes ?? []) {
    const plan = planVolume(pod, volume, sources)
    if (!plan.ok || plan.value.kind !== 'files') continue
    const path = volumePath(dir, plan.value.plugin, volume.name)
    if (existsSync(path)) changed = writeAtomically(path, plan.value.files, fsGroupOf(pod)) || changed
  }
  return changed
}

/** Unmounts and deletes everything of a Pod on the host. */
export async function tearDownVolumes(stateDir: string, podUid: string): Promise<Result<void, string>> {
  const dir = podDir(stateDir, podUid)
  if (!existsSync(dir)) return ok(undefined)
  const unmounted = await unmountBelow(dir)
  if (!unmounted.ok) return unmounted
  // Termination messages and hosts stay for the last statuses; garbage.ts takes the folder.
  rmSync(join(dir, 'volumes'), { recursive: true, force: true })
  rmSync(join(dir, 'volume-subpaths'), { recursive: true, force: true })
  return ok(undefined)
}

/** Text of a file in a volume, for env files. */
export function readVolumeFile(paths: VolumePaths, volume: string, file: string): string | undefined {
  const root = paths.get(volume)
  const path = root === undefined ? undefined : join(root, file)
  return path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

const volumePath = (dir: string, plugin: string, name: string): string =>
  join(dir, 'volumes', plugin, name)

const fsGroupOf = (pod: Pod): number | undefined => specOf(pod).securityContext?.fsGroup

async function applyOne(
  dir: string,
  pod: Pod,
  volume: Volume,
  plan: VolumePlan,
): Promise<Result<string, string>> {
  try {
    if (plan.kind === 'hostPath') return applyHostPath(plan.path, plan.type)
    if (plan.kind === 'emptyDir') return await applyEmptyDir(dir, pod, volume.name, plan)
    const path = volumePath(dir, plan.plugin, volume.name)
    writeAtomically(path, plan.files, fsGroupOf(pod))
    return ok(path)
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause))
  }
}

async function applyEmptyDir(
  dir: string,
  pod: Pod,
  name: string,
  plan: { memory: boolean; sizeBytes: number },
): Promise<Result<string, string>> {
  const path = volumePath(dir, 'kubernetes.io~empty-dir', name)
  const fresh = !existsSync(path)
  mkdirSync(path, { recursive: true })
  if (plan.memory && !isMounted(path)) {
    const size = plan.sizeBytes > 0 ? ['-o', `size=${plan.sizeBytes}`] : []
    const mounted = await runMount('mount', ['-t', 'tmpfs', ...size, 'tmpfs', path])
    if (!mounted.ok) return mounted
  } else if (!fresh) return ok(path)
  const group = fsGroupOf(pod)
  if (group !== undefined) chownSync(path, 0, group)
  chmodSync(path, group === undefined ? 0o777 : 0o2777)
  return ok(path)
}

/** Source: volume/hostpath/host_path.go; the messages are upstream's. */
function applyHostPath(path: string, type: string): Result<string, string> {
  const found = statSync(path, { throwIfNoEntry: false })
  const failed = `hostPath type check failed: ${path} is not a`
  switch (type) {
    case 'DirectoryOrCreate':
      if (!found) mkdirSync(path, { recursive: true, mode: 0o755 })
      return !found || found.isDirectory() ? ok(path) : err(`${failed} directory`)
    case 'Directory':
      return found?.isDirectory() ? ok(path) : err(`${failed} directory`)
    case 'FileOrCreate':
      if (!found) writeFileSync(path, '', { mode: 0o644, flag: 'a' })
      return !found || found.isFile() ? ok(path) : err(`${failed} file`)
    case 'File':
      return found?.isFile() ? ok(path) : err(`${failed} file`)
    case 'Socket':
      return found?.isSocket() ? ok(path) : err(`${failed} socket file`)
    case 'CharDevice':
      return found?.isCharacterDevice() ? ok(path) : err(`${failed} character device`)
    case 'BlockDevice':
      return found?.isBlockDevice() ? ok(path) : err(`${failed} block device`)
    default:
      // The runtime makes what is missing, as it always has.
      if (!found) mkdirSync(path, { recursive: true, mode: 0o755 })
      return ok(path)
  }
}

/** Uids of Pods that have a folder. */
export const podFolders = (stateDir: string): string[] => {
  const folder = join(stateDir, 'pods')
  return existsSync(folder) ? readdirSync(folder) : []
}
