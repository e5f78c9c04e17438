import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { containersLeft, type DockerNode, shellPod, startDockerNode } from '../support/docker-node.ts'

let node: DockerNode
beforeAll(async () => {
  node = await startDockerNode()
})
afterAll(async () => {
  await node.close()
})

const running = (pod: { status?: { phase?: string } } | undefined) => pod?.status?.phase === 'Running'

describe('one Pod on a real daemon', () => {
  test('runs under its own name with an address, and leaves nothing behind', async () => {
    const started = performance.now()
    node.api.put('pods', shellPod('hello', 'echo hi; exec sleep 1000'))
    const pod = await node.until('hello', 'running', running)
    console.log('to Running', Math.round(performance.now() - started), 'ms')
    expect(pod!.status!.podIP).toMatch(/^10\./)
    expect(await node.exec('hello', 'c', 'hostname')).toBe('hello\n')
    expect(await node.exec('hello', 'c', 'cat', '/etc/hosts')).toContain(`${pod!.status!.podIP}\thello`)
    node.api.deletePod('default', 'hello', 1)
    await node.until('hello', 'gone', (p) => p === undefined)
    expect(node.notes.map((n) => n.reason)).toEqual(['Pulled', 'Created', 'Started', 'Killing'])
    while ((await containersLeft(node)) > 0) await Bun.sleep(20)
    expect(await containersLeft(node)).toBe(0)
  })
})
