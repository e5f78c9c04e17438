import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { KubeObject } from '../../../src/meta/object.ts'
import { service } from '../../support/builders.ts'
import { canMakeNamespaces, TestMachine } from './machine.ts'
import type { Step } from './node-process.ts'

/** The proxy where it may not use nftables, in a namespace of its own. */
describe.skipIf(!canMakeNamespaces || Bun.which('setpriv') === null)('Services without nftables', () => {
  let machine: TestMachine
  let pod: string

  beforeAll(async () => {
    machine = new TestMachine()
    pod = machine.pod('a', '10.42.0.11')
    await machine.serve(pod, 'a')
  })
  afterAll(async () => {
    await machine[Symbol.asyncDispose]()
  })

  const steps: Step[] = [
    { resource: 'services', put: service('web', { type: 'NodePort', clusterIP: '10.43.0.20', ports: [{ port: 80, nodePort: 30080 }] }) },
    {
      resource: 'endpointslices.discovery.k8s.io',
      put: {
        apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
        metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
        ports: [{ name: '', protocol: 'TCP', port: 80 }], endpoints: [{ addresses: ['10.42.0.11'], nodeName: 'node-1' }],
      } as KubeObject,
    },
    { settle: true },
  ]

  /** Runs the proxy on the node until it said how it carries traffic and that it does; gives what it logged. */
  async function withProxy(mode: string, privileges: string[], check: (said: string) => void): Promise<string> {
    const node = Bun.spawn(
      ['ip', 'netns', 'exec', machine.node, ...privileges, process.execPath, `${import.meta.dir}/node-process.ts`, JSON.stringify({ mode })],
      { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' },
    )
    for (const step of steps) node.stdin.write(`${JSON.stringify(step)}\n`)
    await node.stdin.flush()
    const reader = node.stdout.getReader()
    let said = ''
    while (said.split('\n').length < 3) {
      const { done, value } = await reader.read()
      if (done) break
      said += new TextDecoder().decode(value)
    }
    check(said)
    node.kill()
    await node.exited
    return new Response(node.stderr).text()
  }

  test('root forwards every Service address in userspace: they are routed to the node itself', async () => {
    await withProxy('userspace', [], (said) => {
      expect(said).toBe('userspace\nok\n')
      expect(machine.get(machine.client, '192.168.77.1:30080')).toBe('a 10.42.0.1')
      expect(machine.get(machine.node, '10.43.0.20')).toBe('a 10.42.0.1')
      expect(machine.get(pod, '10.43.0.20')).toBe('a 10.42.0.1')
      expect(machine.get(pod, '10.43.0.21')).toBe('!7')
    })
  })

  test('without privileges node ports are left, and it says so', async () => {
    const logged = await withProxy('auto', ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'], (said) => {
      expect(said).toBe('userspace\nok\n')
      expect(machine.get(machine.client, '192.168.77.1:30080')).toBe('a 10.42.0.1')
    })
    expect(logged).toContain('nftables needs root')
    expect(logged).toContain('a Service address cannot be listened on')
  })
})
