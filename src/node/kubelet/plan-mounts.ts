import { err, ok, type Result } from '../../base/result.ts'
import type { MountSpec } from '../../docker/types.ts'
import type { Container, EphemeralContainer, VolumeMount } from '../../resources/generated/core.gen.ts'
import { expand } from './expansion.ts'
import type { Env } from './plan-env.ts'

/** A volume mount before its subPath is prepared on the host. */
export interface PlannedMount {
  readonly volume: string
  /** Relative path inside the volume; '' is its root. */
  readonly subPath: string
  readonly index: number
  readonly target: string
  readonly readOnly: boolean
  readonly propagation: NonNullable<MountSpec['BindOptions']>['Propagation']
}

/** Mounts that a container asks for; an error is the message of CreateContainerConfigError. */
export function planMounts(
  container: Container | EphemeralContainer,
  env: Env,
): Result<PlannedMount[], string> {
  const planned: PlannedMount[] = []
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const subPath = subPathOf(mount, env)
    if (!subPath.ok) return subPath
    planned.push({
      volume: mount.name,
      subPath: subPath.value,
      index,
      target: mount.mountPath.startsWith('/') ? mount.mountPath : `/${mount.mountPath}`,
      readOnly: mount.readOnly === true,
      propagation: PROPAGATION[mount.mountPropagation ?? 'None'] ?? 'rprivate',
    })
  }
  return ok(planned)
}

/** A bind of a host path. */
export const bindMount = (source: string, mount: Omit<PlannedMount, 'volume' | 'subPath' | 'index'>): MountSpec => ({
  Type: 'bind',
  Source: source,
  Target: mount.target,
  ...(mount.readOnly && { ReadOnly: true }),
  BindOptions: { Propagation: mount.propagation },
})

const PROPAGATION: Record<string, PlannedMount['propagation']> = {
  None: 'rprivate', HostToContainer: 'rslave', Bidirectional: 'rshared',
}

/** Source: kubecontainer ExpandContainerVolumeMounts. */
function subPathOf(mount: VolumeMount, env: Env): Result<string, string> {
  if (!mount.subPathExpr) return ok(mount.subPath ?? '')
  const missing: string[] = []
  const text = expand(mount.subPathExpr, (name) => {
    const value = env.get(name)
    if (!value) missing.push(name)
    return value ?? ''
  })
  return missing.length === 0 ? ok(text) : err(`missing value for ${[...new Set(missing)].sort().join(', ')}`)
}
