import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemClock } from '../../../src/base/clock.ts'
import { lineLog } from '../../../src/base/log.ts'
import type { KubeObject } from '../../../src/meta/object.ts'
import { startDns, type Dns } from '../../../src/node/dns/server.ts'
import { removeProxy, tableName } from '../../../src/node/proxy/open-applier.ts'
import { startProxy, type Proxy } from '../../../src/node/proxy/proxy.ts'
import type { Frontend } from '../../../src/node/proxy/rules.ts'
import { namespace, service, servicePort } from '../../support/builders.ts'
import { canRunContainers, DockerMachine } from './docker-machine.ts'
import { MemorySource } from './view-source.ts'

const SLICES = 'endpointslices.discovery.k8s.io'
const DNS = '10.252.0.10'

/** The machine's own netfilter, with Docker's rules in it: policy DROP, masquerade, br_netfilter. */
describe.skipIf(!canRunContainers)('Services beside Docker', () => {
  const clusterUid = 'feedface-0000'
  const source = new MemorySource()
  let machine: DockerMachine
  let proxy: Proxy
  let dns: Dns
  let before: string

  beforeAll(async () => {
    before = state()
    machine = new DockerMachine()
    const { bridge, gateway, loadBalancerCidr, nodeIp, podCidr, serviceCidr } = machine
    source.put('namespaces', namespace('default'))
    source.put('services', {
      ...service('web', { type: 'LoadBalancer', clusterIP: '10.252.0.20', clusterIPs: ['10.252.0.20'], ports: [servicePort(80, { nodePort: 30_971 })] }),
      status: { loadBalancer: { ingress: [{ ip: '10.253.0.5' }] } },
    } as KubeObject)
    source.put('services', service('away', { type: 'ExternalName', externalName: 'foo.example.com' }))
    source.put(SLICES, webSlice(['10.251.0.11', '10.251.0.12']))
    const log = lineLog((line) => console.error(line), 'warn')
    const facts = { nodeName: 'n', hostIps: [nodeIp], podCidr, serviceCidr, loadBalancerCidr }
    const started = await startProxy({
      source, clock: systemClock, log, clusterUid, facts, bridge, mode: 'nftables',
      builtIn: dnsFrontends(DNS, gateway),
    })
    if (!started.ok) throw new Error(started.error)
    proxy = started.value
    dns = startDns({
      source, clock: systemClock, log, listen: [{ address: gateway, port: 53 }],
      zone: { domain: 'cluster.local', dnsAddress: DNS, ranges: [podCidr, serviceCidr] },
    })
    for (const [name, ip] of [['a', '10.251.0.11'], ['b', '10.251.0.12']] as const) machine.pod(name, ip, DNS)
    await Promise.all([proxy.settled(), dns.started()])
    // The bridge's ports are there only now.
    source.put(SLICES, webSlice(['10.251.0.11', '10.251.0.12'], 'again'))
    await proxy.settled()
  }, 60_000)

  afterAll(async () => {
    await dns?.close()
    await proxy?.close()
    const { loadBalancerCidr, podCidr, serviceCidr } = machine
    await removeProxy({ clusterUid, facts: { loadBalancerCidr, podCidr, serviceCidr } })
    await machine[Symbol.asyncDispose]()
    expect(state()).toBe(before)
  }, 60_000)

  test('all is in force', async () => {
    expect([proxy.ready(), proxy.problem(), dns.ready(), dns.problem()]).toEqual([true, undefined, true, undefined])
  })

  test('a pod reaches all pods by cluster address and name, itself included', async () => {
    expect(await machine.get('a', '10.252.0.20', 30)).toBe('a,b')
    expect(await machine.get('a', 'web', 30)).toBe('a,b')
    expect(await machine.get('b', 'web.default.svc.cluster.local')).toMatch(/^[ab]$/)
  }, 30_000)

  test('the machine itself reaches all of its addresses', async () => {
    for (const address of ['10.252.0.20', '10.253.0.5', '192.168.78.1:30971'])
      expect(await machine.get('node', address, 30)).toBe('a,b')
  })

  test('a client outside passes the policy of Docker by node port and balancer address', async () => {
    for (const address of ['192.168.78.1:30971', '10.253.0.5'])
      expect(await machine.get('client', address, 30)).toBe('a,b')
  })

  test('addresses and ports without a Service are refused at once', async () => {
    for (const address of ['10.252.0.20:81', '10.252.9.9', '10.253.0.77']) expect(await machine.get('node', address)).toBe('!7')
    expect(await machine.get('a', '10.252.0.20:81')).toBe('!7')
  })

  test('names are answered over UDP and TCP at the address of the cluster DNS', async () => {
    for (const carrier of ['+notcp', '+tcp']) {
      expect(await machine.exec('a', 'dig', '+short', '+search', carrier, 'web')).toBe('10.252.0.20')
      expect(await machine.exec('a', 'dig', '+short', carrier, '-x', '10.252.0.20')).toBe('web.default.svc.cluster.local.')
      expect(await machine.exec('b', 'dig', carrier, 'nothing.default.svc.cluster.local')).toContain('status: NXDOMAIN')
    }
    expect(await machine.exec('a', 'dig', '+short', 'away.default.svc.cluster.local', 'CNAME')).toBe('foo.example.com.')
  })

  function webSlice(ips: readonly string[], annotation = ''): KubeObject {
    return {
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
      metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' }, annotations: { annotation } },
      ports: [{ name: '', protocol: 'TCP', port: 80 }],
      endpoints: ips.map((ip) => ({ addresses: [ip], nodeName: 'n', conditions: { ready: true } })),
    } as KubeObject
  }

  /** What must be the same before and after: our tables, Docker's chain for users, routes. */
  function state(): string {
    return [
      Bun.spawnSync(['nft', 'list', 'tables']).stdout.toString().split('\n').filter((line) => line.includes(tableName(clusterUid))).join(),
      Bun.spawnSync(['iptables', '-S', 'DOCKER-USER']).stdout.toString().split('\n').filter((line) => line.includes(tableName(clusterUid))).join(),
      Bun.spawnSync(['ip', 'route', 'show', 'table', 'local']).stdout.toString().split('\n').filter((line) => /10\.25[23]\./.test(line)).join(),
    ].join('\n')
  }
})

const dnsFrontends = (address: string, server: string): Frontend[] =>
  (['udp', 'tcp'] as const).map((protocol) => ({
    service: 'kube-system/kube-dns:dns', protocol, address, port: 53,
    targets: [`${server}:53`], refusal: 'reject', masquerade: 'off-pod',
  }))
