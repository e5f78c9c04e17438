import { existsSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Engine } from '../docker/engine.ts'
import { unmountBelow } from './kubelet/mount-table.ts'
import { LABEL } from './kubelet/labels.ts'
import { slots } from './kubelet/slots.ts'

/** What a purge took away, and what it could not. */
export interface Purged {
  readonly containers: number
  readonly networks: number
  readonly volumes: number
  readonly folders: readonly string[]
  readonly problems: readonly string[]
}

/** Containers removed at once: dockerd gets no faster with more. */
const AT_ONCE = 4

/**
 * Removes everything that a cluster made on this machine: containers, networks, volumes, mounts and
 * folders, found by their labels alone. Idempotent; a second call finds nothing.
 */
export async function purge(engine: Engine, clusterUid: string): Promise<Purged> {
  const problems: string[] = []
  const labels = [`${LABEL.cluster}=${clusterUid}`]
  const folders = new Set<string>()
  const listed = await engine.containers.list({ labels, all: true })
  const networks = await engine.networks.list({ labels })
  const volumes = await engine.volumes.list({ labels })
  for (const reply of [listed, networks, volumes]) if (!reply.ok) problems.push(reply.error.message)
  const turns = slots(AT_ONCE)
  const containers = listed.ok ? listed.value : []
  for (const { Labels } of containers) addFolder(folders, Labels[LABEL.stateDir])
  const remove = async (what: string, call: ReturnType<Engine['containers']['remove']>) => {
    const gone = await call
    if (!gone.ok && gone.error.kind !== 'notFound') problems.push(`${what}: ${gone.error.message}`)
  }
  await Promise.all(
    containers.map((c) =>
      turns.run(() => {
        const removing = engine.containers.remove(c.Id, { force: true, volumes: true })
        return remove(`container ${c.Names[0] ?? c.Id}`, removing)
      }),
    ),
  )
  for (const network of networks.ok ? networks.value : []) {
    addFolder(folders, network.Labels?.[LABEL.stateDir])
    await remove(`network ${network.Name}`, engine.networks.remove(network.Id))
  }
  for (const volume of volumes.ok ? volumes.value : []) {
    await remove(`volume ${volume.Name}`, engine.volumes.remove(volume.Name, true))
  }
  const gone = await removeFolders(folders, problems)
  return {
    containers: containers.length,
    networks: networks.ok ? networks.value.length : 0,
    volumes: volumes.ok ? volumes.value.length : 0,
    folders: gone,
    problems,
  }
}

function addFolder(folders: Set<string>, dir: string | undefined): void {
  // Never a root or a relative path, whatever a label says.
  if (dir?.startsWith('/') && basename(dir) !== '') folders.add(dir)
}

/** Only what klio itself made inside a state folder goes. */
async function removeFolders(folders: ReadonlySet<string>, problems: string[]): Promise<string[]> {
  const gone: string[] = []
  for (const dir of folders) {
    const pods = join(dir, 'pods')
    if (!existsSync(pods)) continue
    const unmounted = await unmountBelow(pods)
    if (!unmounted.ok) {
      problems.push(`${pods}: ${unmounted.error}`)
      continue
    }
    rmSync(pods, { recursive: true, force: true })
    gone.push(pods)
  }
  return gone
}
