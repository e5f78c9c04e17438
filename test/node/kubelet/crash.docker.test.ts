import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { err } from '../../../src/base/result.ts'
import type { Containers, Engine } from '../../../src/docker/engine.ts'
import { dockerError } from '../../../src/docker/errors.ts'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { containersLeft, type DockerNode, shellPod, startDockerNode } from '../support/docker-node.ts'

setDefaultTimeout(60_000)
let node: DockerNode
beforeAll(async () => {
  node = await startDockerNode()
})
afterAll(async () => {
  await node.close()
})

/** Calls that change something: between any two of them klio may die. */
const CHANGING = ['create', 'start', 'kill', 'stop', 'remove', 'rename'] as const

/** An engine whose user dies after its n-th change: nothing it does later arrives. */
function dyingAfter(engine: Engine, n: number): { engine: Engine; died: Promise<void> } {
  const death = Promise.withResolvers<void>()
  let changes = 0
  const containers: Record<string, unknown> = { ...engine.containers }
  for (const name of Object.keys(engine.containers) as (keyof Containers)[]) {
    const call = engine.containers[name] as (...args: unknown[]) => Promise<unknown>
    containers[name] = async (...args: unknown[]) => {
      if (changes >= n) return err(dockerError('unavailable', 0, 'klio is dead', name))
      const answer = await call(...args)
      if (CHANGING.some((c) => c === name) && ++changes === n) death.resolve()
      return answer
    }
  }
  return { engine: { ...engine, containers: containers as unknown as Containers }, died: death.promise }
}

const running = (pod: Pod | undefined) => pod?.status?.phase === 'Running'
const roles = async (): Promise<string[]> => {
  const list = await node.engine.containers.list({ labels: [`io.klio.cluster=${node.owner.clusterUid}`], all: true })
  return list.ok ? list.value.map((c) => `${c.Labels['io.kubernetes.container.name']} ${c.State}`).sort() : []
}
async function nothingLeft(): Promise<void> {
  for (const end = Date.now() + 20_000; (await containersLeft(node)) > 0 && Date.now() < end; ) await Bun.sleep(20)
  expect(await roles()).toEqual([])
}

describe('klio dies after every change it makes to Docker', () => {
  // Sandbox made, sandbox started, container made, container started.
  for (let n = 1; n <= 4; n++) {
    test(`while a Pod starts: after change ${n}`, async () => {
      const name = `start${n}`
      const dying = dyingAfter(node.engine, n)
      await node.restart(dying.engine)
      node.api.put('pods', shellPod(name, 'echo x >> /tmp/starts; exec sleep 1000'))
      await dying.died
      const before = await roles()
      await node.restart()
      const pod = await node.until(name, 'running', running)
      expect(await roles()).toEqual(['POD running', 'c running'])
      expect(pod!.status!.containerStatuses![0]!.restartCount).toBe(0)
      expect(await node.exec(name, 'c', 'cat', '/tmp/starts')).toBe('x\n')
      if (before.includes('c running')) expect(before).toEqual(['POD running', 'c running'])
      node.api.deletePod('default', name, 0)
      await nothingLeft()
    })
  }

  // The process ends, the sandbox goes, the container goes.
  for (let n = 1; n <= 3; n++) {
    test(`while a Pod ends: after change ${n}`, async () => {
      const name = `end${n}`
      node.api.put('pods', shellPod(name, 'exec sleep 1000'))
      await node.until(name, 'running', running)
      const dying = dyingAfter(node.engine, n)
      await node.restart(dying.engine)
      node.api.deletePod('default', name, 1)
      await dying.died
      await node.restart()
      await node.until(name, 'gone', (p) => p === undefined)
      await nothingLeft()
    })
  }
})

describe('the same with warm sandboxes', () => {
  // Container made, container started: it waits at its gate, or has just been let through.
  for (let n = 1; n <= 2; n++) {
    test(`while a Pod starts: after change ${n}`, async () => {
      const warm = await startDockerNode(true)
      try {
        const dying = dyingAfter(warm.engine, n)
        await warm.restart(dying.engine)
        warm.api.put('pods', shellPod('warm', 'echo x >> /tmp/starts; exec sleep 1000'))
        await dying.died
        await warm.restart()
        const pod = await warm.until('warm', 'running', running)
        expect(pod!.status!.containerStatuses![0]!.restartCount).toBe(0)
        for (const end = Date.now() + 5_000; (await warm.exec('warm', 'c', 'hostname')) !== 'warm\n' && Date.now() < end; ) await Bun.sleep(20)
        expect(await warm.exec('warm', 'c', 'sh', '-c', 'hostname; cat /tmp/starts')).toBe('warm\nx\n')
        const { sandboxes, containers } = warm.kubelet.context.store.of(pod!.metadata.uid!)
        expect([sandboxes.length, containers.length]).toEqual([1, 1])
      } finally {
        await warm.close()
      }
    })
  }
})
