import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { KubeObject } from '../../../src/meta/object.ts'
import type { ServiceSpec } from '../../../src/resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../../src/resources/generated/discovery.gen.ts'
import { service as serviceOf } from '../../support/builders.ts'
import { canMakeNamespaces, TestMachine } from './machine.ts'
import type { Step } from './node-process.ts'

const SLICES = 'endpointslices.discovery.k8s.io'

/** Real nftables in network namespaces: nothing of the machine's own is touched. */
describe.skipIf(!canMakeNamespaces)('Services on nftables', () => {
  let machine: TestMachine
  let node: Bun.Subprocess<'pipe', 'pipe', 'inherit'>
  let lines: AsyncIterator<string>
  const pods: Record<string, string> = {}

  const send = async (...steps: Step[]): Promise<string> => {
    for (const step of [...steps, { settle: true } as const]) node.stdin.write(`${JSON.stringify(step)}\n`)
    await node.stdin.flush()
    return (await lines.next()).value as string
  }
  const put = (spec: Partial<ServiceSpec>, targets: readonly Target[], extra: Partial<KubeObject> & object = {}) =>
    send(
      { resource: 'services', put: { ...serviceOf('web', { selector: {}, ...spec }), ...extra } as KubeObject },
      { resource: SLICES, put: sliceOf(targets, spec) },
    )
  const answers = (from: string, address: string, times: number): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (let i = 0; i < times; i++) {
      const name = machine.get(from, address).split(' ')[0]!
      counts[name] = (counts[name] ?? 0) + 1
    }
    return counts
  }

  beforeAll(async () => {
    machine = new TestMachine()
    for (const [name, ip] of [['a', '10.42.0.11'], ['b', '10.42.0.12'], ['x', '10.42.0.13']] as const) {
      pods[name] = machine.pod(name, ip)
      await machine.serve(pods[name], name)
    }
    machine.exec(machine.node, 'nft', `table ip klio-dead { set ranges { type ipv4_addr; flags interval; elements = { 10.43.0.0/16 }; }
      chain p { type nat hook prerouting priority -105; ip daddr 10.43.0.20 dnat to 10.42.0.99; }
    }
    table ip klio-other { set ranges { type ipv4_addr; flags interval; elements = { 10.99.0.0/16, 10.45.0.0/24 }; }
    }`)
    node = Bun.spawn(['ip', 'netns', 'exec', machine.node, process.execPath, `${import.meta.dir}/node-process.ts`], {
      stdin: 'pipe', stdout: 'pipe', stderr: 'inherit',
    })
    lines = linesOf(node.stdout)
    expect((await lines.next()).value).toBe('nftables (libnftables)')
  }, 60_000)

  afterAll(async () => {
    node.kill()
    await node.exited
    await machine[Symbol.asyncDispose]()
  })

  const A = { ip: '10.42.0.11' }
  const B = { ip: '10.42.0.12' }

  test('the table of a cluster that is gone and had the same ranges goes; others stay', () => {
    expect(machine.exec(machine.node, 'nft', 'list', 'tables').trim().split('\n').sort())
      .toEqual(['table ip klio-01234567', 'table ip klio-other'])
    machine.exec(machine.node, 'nft', 'delete', 'table', 'ip', 'klio-other')
  })

  test('a pod reaches all endpoints of a cluster address, keeping its own', async () => {
    expect(await put({ clusterIP: '10.43.0.20' }, [A, B])).toBe('ok')
    const seen = answers(pods['x']!, '10.43.0.20', 40)
    expect(Object.keys(seen).sort()).toEqual(['a', 'b'])
    expect(machine.get(pods['x']!, '10.43.0.20')).toMatch(/^[ab] 10\.42\.0\.13$/)
  })

  test('the node itself reaches it', () => {
    expect(machine.get(machine.node, '10.43.0.20')).toMatch(/^[ab] 10\.42\.0\.1$/)
  })

  test('a client that routes to the service range reaches it, masqueraded', () => {
    expect(machine.get(machine.client, '10.43.0.20')).toMatch(/^[ab] 10\.42\.0\.1$/)
  })

  test('a pod reaches itself through its Service', async () => {
    expect(await put({ clusterIP: '10.43.0.20' }, [A])).toBe('ok')
    expect(machine.get(pods['a']!, '10.43.0.20')).toBe('a 10.42.0.1')
  })

  test('UDP follows its endpoints although the client keeps its port', async () => {
    const ports = [{ name: 'u', port: 80, protocol: 'UDP' }]
    expect(await put({ clusterIP: '10.43.0.20', ports }, [A])).toBe('ok')
    const ask = () => udp(machine, pods['x']!, '10.43.0.20', 80, 45_678)
    expect(ask()).toBe('a 10.42.0.13')
    expect(await put({ clusterIP: '10.43.0.20', ports }, [B])).toBe('ok')
    expect(ask()).toBe('b 10.42.0.13')
    expect(await put({ clusterIP: '10.43.0.20', ports }, [])).toBe('ok')
    expect(ask()).toBe('!ECONNREFUSED')
    expect(await put({ clusterIP: '10.43.0.20', ports }, [A])).toBe('ok')
    expect(ask()).toBe('a 10.42.0.13')
  })

  test('without endpoints a connection is refused at once, from everywhere', async () => {
    expect(await put({ clusterIP: '10.43.0.20', type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }, [])).toBe('ok')
    for (const [from, to] of [
      [pods['x']!, '10.43.0.20'], [machine.node, '10.43.0.20'], [machine.client, '10.43.0.20'],
      [machine.client, '192.168.77.1:30080'], [machine.node, '192.168.77.1:30080'], [pods['x']!, '10.42.0.1:30080'],
      [pods['x']!, '10.43.99.99'], [machine.node, '10.43.99.99'],
    ] as const)
      expect(`${from} ${to} ${machine.get(from, to)}`).toBe(`${from} ${to} !7`)
  })

  test("a port that Docker published is not reached through a Service's address", async () => {
    expect(await put({ clusterIP: '10.43.0.20' }, [A])).toBe('ok')
    machine.exec(machine.node, 'nft', `table ip docker {
      chain p { type nat hook prerouting priority -100; fib daddr type local tcp dport 8080 dnat to 10.42.0.11:80; }
      chain o { type nat hook output priority -100; fib daddr type local tcp dport 8080 dnat to 10.42.0.11:80; }
    }`)
    expect(machine.get(pods['x']!, '10.42.0.1:8080')).toStartWith('a')
    for (const from of [pods['x']!, machine.node, machine.client]) expect(machine.get(from, '10.43.0.20:8080')).toBe('!7')
    expect(machine.get(pods['x']!, '10.43.0.20')).toBe('a 10.42.0.13')
    machine.exec(machine.node, 'nft', 'delete', 'table', 'ip', 'docker')
  })

  test('a node port answers outside, from the node and from pods, masqueraded', async () => {
    expect(await put({ clusterIP: '10.43.0.20', type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }, [A, B])).toBe('ok')
    expect(machine.get(machine.client, '192.168.77.1:30080')).toMatch(/^[ab] 10\.42\.0\.1$/)
    expect(machine.get(machine.node, '192.168.77.1:30080')).toMatch(/^[ab] 10\.42\.0\.1$/)
    expect(machine.get(pods['x']!, '10.42.0.1:30080')).toMatch(/^[ab] 10\.42\.0\.1$/)
    // Not a node port: the service range has its own ports.
    expect(machine.get(pods['x']!, '10.43.0.20:30080')).toBe('!7')
  })

  test('externalTrafficPolicy Local keeps the client outside, and pods still reach all', async () => {
    const spec = { clusterIP: '10.43.0.20', type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] }
    expect(await put(spec, [A, { ...B, node: 'node-2' }])).toBe('ok')
    for (let i = 0; i < 8; i++) expect(machine.get(machine.client, '192.168.77.1:30080')).toBe('a 192.168.77.2')
    expect(Object.keys(answers(machine.node, '192.168.77.1:30080', 30)).sort()).toEqual(['a', 'b'])
    expect(Object.keys(answers(pods['x']!, '10.42.0.1:30080', 30)).sort()).toEqual(['a', 'b'])
    expect(await put(spec, [{ ...B, node: 'node-2' }])).toBe('ok')
    expect(machine.get(machine.client, '192.168.77.1:30080', '-m', '1')).toBe('!28')
    expect(machine.get(machine.node, '192.168.77.1:30080')).toBe('b 10.42.0.1')
  })

  test('a load balancer address with source ranges lets only those in', async () => {
    const status = { status: { loadBalancer: { ingress: [{ ip: '10.44.0.9' }] } } }
    const spec = { clusterIP: '10.43.0.20', type: 'LoadBalancer', ports: [{ port: 80 }] }
    expect(await put(spec, [A], status)).toBe('ok')
    expect(machine.get(machine.client, '10.44.0.9')).toBe('a 10.42.0.1')
    expect(machine.get(machine.node, '10.44.0.9')).toBe('a 10.42.0.1')
    expect(machine.get(pods['a']!, '10.44.0.9')).toBe('a 10.42.0.1')
    expect(await put({ ...spec, loadBalancerSourceRanges: ['192.168.0.0/16', '192.168.77.0/24'] }, [A], status)).toBe('ok')
    expect(machine.get(machine.client, '10.44.0.9')).toBe('a 10.42.0.1')
    expect(machine.get(machine.node, '10.44.0.9')).toBe('a 10.42.0.1')
    expect(machine.get(pods['x']!, '10.44.0.9', '-m', '1')).toBe('!28')
    expect(await put({ ...spec, loadBalancerSourceRanges: ['172.16.0.0/12'] }, [A], status)).toBe('ok')
    expect(machine.get(machine.client, '10.44.0.9', '-m', '1')).toBe('!28')
    expect(machine.get(machine.client, '10.43.0.20')).toBe('a 10.42.0.1')
  })

  test('session affinity keeps a client at its endpoint, for its time, and lets it go with the endpoint', async () => {
    const spec = {
      clusterIP: '10.43.0.20', type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }],
      sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } },
    }
    const lasting = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } }
    expect(await put(lasting, [A, B])).toBe('ok')
    for (const [from, to] of [[pods['x']!, '10.43.0.20'], [machine.client, '192.168.77.1:30080']] as const)
      expect(Object.keys(answers(from, to, 16))).toHaveLength(1)
    const [kept] = machine.get(pods['x']!, '10.43.0.20').split(' ')
    expect(await put(lasting, [kept === 'a' ? B : A])).toBe('ok')
    expect(machine.get(pods['x']!, '10.43.0.20').split(' ')[0]).toBe(kept === 'a' ? 'b' : 'a')
    expect(await put(spec, [A, B])).toBe('ok')
    const seen = new Set<string>()
    for (let i = 0; i < 12 && seen.size < 2; i++) {
      seen.add(machine.get(pods['x']!, '10.43.0.20').split(' ')[0]!)
      await Bun.sleep(1_100)
    }
    expect([...seen].sort()).toEqual(['a', 'b'])
  }, 30_000)

  test('a flushed ruleset is put back, and removal leaves nothing', async () => {
    expect(await put({ clusterIP: '10.43.0.20' }, [A])).toBe('ok')
    machine.exec(machine.node, 'nft', 'flush', 'ruleset')
    expect(machine.get(pods['x']!, '10.43.0.20')).not.toStartWith('a')
    // An apply that fails loads everything anew.
    expect(await put({ clusterIP: '10.43.0.20' }, [A, B])).toBe('ok')
    expect(machine.get(pods['x']!, '10.43.0.20')).toMatch(/^[ab] 10\.42\.0\.13$/)
    node.stdin.write(`${JSON.stringify({ remove: true })}\n`)
    await node.stdin.flush()
    expect((await lines.next()).value).toBe('ok')
    expect(machine.exec(machine.node, 'nft', 'list', 'tables')).toBe('')
    expect(machine.exec(machine.node, 'ip', 'route', 'show', 'table', 'local')).not.toContain('10.43')
  })
})

interface Target {
  readonly ip: string
  readonly node?: string
}

function sliceOf(targets: readonly Target[], { ports = [{ port: 80 }] }: Partial<ServiceSpec>): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
    metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    ports: ports.map(({ name = '', protocol = 'TCP' }) => ({ name, protocol, port: 80 })),
    endpoints: targets.map(({ ip, node = 'node-1' }) => ({ addresses: [ip], nodeName: node, conditions: { ready: true } })),
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true })
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield rest.slice(0, end)
      rest = rest.slice(end + 1)
    }
  }
}

/** Sends one datagram from a fixed port; the answer, or the error's code as `!CODE`. */
function udp(machine: TestMachine, ns: string, address: string, port: number, from: number): string {
  const program = `
    const socket = require('node:dgram').createSocket('udp4')
    const end = (text) => { console.log(text); process.exit(0) }
    setTimeout(() => end('!timeout'), 2000)
    socket.on('error', (error) => end('!' + error.code))
    socket.on('message', (data) => end(data.toString()))
    socket.bind(${from}, () => socket.connect(${port}, '${address}', () => socket.send('x')))`
  return machine.exec(ns, process.execPath, '-e', program).trim()
}
