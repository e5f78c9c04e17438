// Runs the proxy of a test's node inside its network namespace: objects come as JSON lines on stdin, each
// answered by a line once it is in force.
import { systemClock } from '../../../src/base/clock.ts'
import { lineLog } from '../../../src/base/log.ts'
import type { KubeObject } from '../../../src/meta/object.ts'
import { startProxy } from '../../../src/node/proxy/proxy.ts'
import { removeProxy } from '../../../src/node/proxy/open-applier.ts'
import { MemorySource } from './view-source.ts'

/** One step for the proxy under test. */
export type Step =
  | { readonly put: KubeObject; readonly resource: string }
  | { readonly delete: string; readonly resource: string }
  | { readonly settle: true }
  | { readonly remove: true }

if (import.meta.main) await main(JSON.parse(process.argv[2] ?? '{}') as Record<string, never>)

async function main(extra: Record<string, never>): Promise<void> {
  const source = new MemorySource()
  const facts = {
    nodeName: 'node-1', hostIps: ['192.168.77.1'], podCidr: '10.42.0.0/16',
    serviceCidr: '10.43.0.0/16', loadBalancerCidr: '10.44.0.0/24',
  }
  const clusterUid = '01234567-89ab'
  const log = lineLog((line) => console.error(line), 'warn')
  const started = await startProxy({ source, clock: systemClock, log, clusterUid, facts, bridge: 'pods', ...extra })
  if (!started.ok) throw new Error(started.error)
  const proxy = started.value
  await proxy.settled()
  console.log(proxy.way)
  for await (const line of console) {
    const step = JSON.parse(line) as Step
    if ('put' in step) source.put(step.resource, step.put)
    else if ('delete' in step) {
      const [namespace = '', name = ''] = step.delete.split('/')
      source.delete(step.resource, namespace, name)
    } else if ('settle' in step) {
      await proxy.settled()
      console.log(proxy.ready() ? 'ok' : proxy.problem())
    } else {
      await proxy.close()
      const removed = await removeProxy({ clusterUid, facts })
      console.log(removed.ok ? 'ok' : removed.error)
      process.exit(0)
    }
  }
}
