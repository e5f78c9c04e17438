import { existsSync, rmSync } from 'node:fs'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { podDir } from './apply-volumes.ts'
import type { KubeletContext } from './context.ts'
import { unmountBelow } from './mount-table.ts'
import type { Observed } from './observed.ts'
import { release } from './sandbox.ts'

/** Removes everything of a Pod that is over: containers, sandboxes, mounts, files. */
export async function cleanPod(context: KubeletContext, podUid: string): Promise<void> {
  const { sandboxes, containers } = context.store.of(podUid)
  await Promise.all(containers.map((c) => context.steps.run(() => release(context.engine, c.id))))
  await Promise.all(sandboxes.map((s) => context.steps.run(() => context.sandboxes.release(s.id))))
  for (const { id } of [...containers, ...sandboxes]) await context.refresh(id)
  const dir = podDir(context.settings.owner.stateDir, podUid)
  if (!existsSync(dir)) return
  const unmounted = await unmountBelow(dir)
  // With a mount still there, deleting would reach into somebody's data.
  if (unmounted.ok) rmSync(dir, { recursive: true, force: true })
}

/** Stands in for a Pod that the API has forgotten while nobody looked. */
export function orphanPod(podUid: string, observed: Observed): Pod {
  const names = [...new Set(observed.containers.map((c) => c.name))]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `orphan-${podUid}`, namespace: '', uid: podUid, deletionGracePeriodSeconds: 2 },
    spec: { containers: names.map((name) => ({ name })) },
  }
}
