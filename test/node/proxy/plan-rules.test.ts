import { describe, expect, test } from 'bun:test'
import type { Service, ServiceSpec } from '../../../src/resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../../src/resources/generated/discovery.gen.ts'
import { planService } from '../../../src/node/proxy/plan-rules.ts'
import { frontendKey, type Frontend, type NodeFacts } from '../../../src/node/proxy/rules.ts'
import { service, servicePort } from '../../support/builders.ts'

const facts: NodeFacts = {
  nodeName: 'here', hostIps: ['192.168.1.5'], podCidr: '10.42.0.0/16',
  serviceCidr: '10.43.0.0/16', loadBalancerCidr: '10.44.0.0/24',
}

/** `10.42.0.1 here`, `10.42.0.2 there unready serving terminating`. */
function slice(lines: readonly string[], ports: readonly { name?: string; port: number; protocol?: string }[] = [{ port: 8080 }], name = 'web-1'): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    ports: ports.map(({ name: portName = '', port, protocol = 'TCP' }) => ({ name: portName, port, protocol })),
    endpoints: lines.map((line) => {
      const [ip = '', nodeName = '', ...words] = line.split(' ')
      const ready = !words.includes('unready')
      return {
        addresses: [ip], nodeName,
        conditions: { ready, serving: ready || words.includes('serving'), terminating: words.includes('terminating') },
      }
    }),
  }
}

/** One line a frontend: key, targets, `in` targets, who is masqueraded or how it is refused. */
const lineOf = (frontend: Frontend): string =>
  [
    frontendKey(frontend),
    frontend.targets.join(',') || frontend.refusal,
    ...(frontend.inside ? [`in ${frontend.inside.join(',') || frontend.refusal}`] : []),
    frontend.masquerade,
    ...(frontend.affinitySeconds === undefined ? [] : [`${frontend.affinitySeconds}s`]),
    ...(frontend.sources ? [`from ${frontend.sources.join(',')}`] : []),
  ].join(' | ')

const plan = (spec: Partial<ServiceSpec>, slices: readonly EndpointSlice[], extra: Partial<Service> = {}): string[] =>
  planService({ ...service('web', spec), ...extra }, slices, facts).frontends.map(lineOf)

const A = '10.42.0.1 here'
const B = '10.42.0.2 there'

describe('frontends', () => {
  test('every port of a cluster address, TCP, UDP and SCTP', () => {
    const ports = [servicePort(80, { name: 'h' }), servicePort(53, { name: 'd', protocol: 'UDP' }), servicePort(9, { name: 's', protocol: 'SCTP' })]
    const slices = [slice([A, B], [{ name: 'h', port: 8080 }, { name: 'd', port: 5353, protocol: 'UDP' }, { name: 's', port: 9, protocol: 'SCTP' }])]
    expect(plan({ ports }, slices)).toEqual([
      'tcp 10.0.0.1 80 | 10.42.0.1:8080,10.42.0.2:8080 | off-pod',
      'udp 10.0.0.1 53 | 10.42.0.1:5353,10.42.0.2:5353 | off-pod',
      'sctp 10.0.0.1 9 | 10.42.0.1:9,10.42.0.2:9 | off-pod',
    ])
  })

  test('node port, balancer address, external address, all masqueraded', () => {
    const spec = { type: 'LoadBalancer', externalIPs: ['198.51.100.7', 'fd00::1'], ports: [servicePort(80, { nodePort: 30080 })] }
    const status = { status: { loadBalancer: { ingress: [{ ip: '10.44.0.9' }, { ip: '10.44.0.10', ipMode: 'Proxy' }, { hostname: 'x' }] } } }
    expect(plan(spec, [slice([A])], status)).toEqual([
      'tcp 10.0.0.1 80 | 10.42.0.1:8080 | off-pod',
      'tcp 198.51.100.7 80 | 10.42.0.1:8080 | all',
      'tcp 10.44.0.9 80 | 10.42.0.1:8080 | all',
      'tcp * 30080 | 10.42.0.1:8080 | all',
    ])
  })

  test.each<[string, Partial<ServiceSpec>, Partial<Service>]>([
    ['headless', { clusterIP: 'None' }, {}],
    ['ExternalName', { type: 'ExternalName', clusterIP: '' }, {}],
    ['no address yet', { clusterIP: '' }, {}],
    ['IPv6 alone', { clusterIP: 'fd00::1', clusterIPs: ['fd00::1'] }, {}],
    ["someone else's proxy", {}, { metadata: { name: 'web', namespace: 'default', labels: { 'service.kubernetes.io/service-proxy-name': 'x' } } }],
    ['labelled headless', {}, { metadata: { name: 'web', namespace: 'default', labels: { 'service.kubernetes.io/headless': '' } } }],
  ])('none for %s', (_name, spec, extra) => expect(plan(spec, [slice([A])], extra)).toEqual([]))

  test('the IPv4 address of two is served', () => {
    expect(plan({ clusterIP: 'fd00::1', clusterIPs: ['fd00::1', '10.43.0.7'] }, [slice([A])])).toEqual(['tcp 10.43.0.7 80 | 10.42.0.1:8080 | off-pod'])
  })

  test('affinity with its default and its own time', () => {
    expect(plan({ sessionAffinity: 'ClientIP' }, [slice([A])])[0]).toEndWith('| 10800s')
    expect(plan({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 30 } } }, [slice([A])])[0]).toEndWith('| 30s')
  })

  test.each([
    [['10.0.0.0/8'], 'from 10.0.0.0/8'],
    [[' 10.1.2.3/8 ', '10.2.0.0/16', '10.0.0.0/8'], 'from 10.0.0.0/8'],
    [['192.168.0.0/16'], 'from 192.168.0.0/16,10.44.0.9/32'],
    [['fd00::/8'], 'from '],
    [['10.0.0.0/8', '0.0.0.0/0'], undefined],
    [[], undefined],
  ])('source ranges %p', (loadBalancerSourceRanges, expected) => {
    const status = { status: { loadBalancer: { ingress: [{ ip: '10.44.0.9' }] } } }
    const [inner, outer] = plan({ type: 'LoadBalancer', loadBalancerSourceRanges }, [slice([A])], status)
    expect(inner).not.toContain('from')
    expect(outer!.split(' | ').find((part) => part.startsWith('from'))).toBe(expected)
  })
})

describe('endpoints', () => {
  test.each<[string, readonly string[], string]>([
    ['ready ones', [A, '10.42.0.3 here unready'], '10.42.0.1:8080'],
    ['those that still serve when none is ready', ['10.42.0.3 here unready', '10.42.0.4 there unready serving terminating'], '10.42.0.4:8080'],
    ['none that serve while others are ready', [A, '10.42.0.4 there unready serving terminating'], '10.42.0.1:8080'],
    ['none', ['10.42.0.3 here unready', '10.42.0.4 here unready serving'], 'reject'],
    ['addresses that are none', ['10.42.0.999 here', '10.42.0.1;drop here'], 'reject'],
  ])('%s', (_name, lines, expected) => expect(plan({}, [slice(lines)])[0]!.split(' | ')[1]).toBe(expected))

  test('slices without conditions are ready; two slices are one set; FQDN and IPv6 are not served', () => {
    const bare = { ...slice([]), endpoints: [{ addresses: ['10.42.0.9'] }] }
    const other = { ...slice(['10.42.0.8 here']), addressType: 'FQDN' }
    expect(plan({}, [bare, slice([A]), other])[0]).toContain('10.42.0.1:8080,10.42.0.9:8080')
  })

  test('an address twice counts once, and the one that does not terminate wins', () => {
    const old = slice(['10.42.0.1 here unready serving terminating'], undefined, 'web-2')
    for (const slices of [[old, slice([A])], [slice([A]), old]])
      expect(plan({}, slices)[0]).toBe('tcp 10.0.0.1 80 | 10.42.0.1:8080 | off-pod')
  })

  test('of too many each node takes its own part', () => {
    const many = Array.from({ length: 600 }, (_, i) => `10.42.${i >> 8}.${i & 255} there`)
    const of = (nodeName: string) => planService(service('web'), [slice(many)], { ...facts, nodeName }).frontends[0]!.targets
    expect(of('one')).toHaveLength(256)
    expect(new Set([...of('one'), ...of('two'), ...of('three'), ...of('four')]).size).toBeGreaterThan(480)
    expect(of('one')).toEqual(of('one'))
  })

  test('local addresses are those of this node', () => {
    expect(planService(service('web'), [slice([A, B])], facts).localAddresses).toEqual(['10.42.0.1'])
  })
})

describe('traffic policies', () => {
  const nodePort = { type: 'NodePort', ports: [servicePort(80, { nodePort: 30080 })] }
  test.each<[string, Partial<ServiceSpec>, readonly string[], readonly string[]]>([
    ['internal Local', { internalTrafficPolicy: 'Local' }, [A, B], ['tcp 10.0.0.1 80 | 10.42.0.1:8080 | off-pod']],
    ['internal Local, none here', { internalTrafficPolicy: 'Local' }, [B], ['tcp 10.0.0.1 80 | drop | off-pod']],
    ['internal Local, none at all', { internalTrafficPolicy: 'Local' }, [], ['tcp 10.0.0.1 80 | reject | off-pod']],
    ['external Local', { ...nodePort, externalTrafficPolicy: 'Local' }, [A, B], [
      'tcp 10.0.0.1 80 | 10.42.0.1:8080,10.42.0.2:8080 | off-pod',
      'tcp * 30080 | 10.42.0.1:8080 | in 10.42.0.1:8080,10.42.0.2:8080 | node',
    ]],
    ['external Local, none here', { ...nodePort, externalTrafficPolicy: 'Local' }, [B], [
      'tcp 10.0.0.1 80 | 10.42.0.2:8080 | off-pod',
      'tcp * 30080 | drop | in 10.42.0.2:8080 | node',
    ]],
    ['external Local, none at all', { ...nodePort, externalTrafficPolicy: 'Local' }, [], [
      'tcp 10.0.0.1 80 | reject | off-pod',
      'tcp * 30080 | reject | in reject | node',
    ]],
    ['external Local of a ClusterIP Service means nothing', { externalTrafficPolicy: 'Local' }, [B], ['tcp 10.0.0.1 80 | 10.42.0.2:8080 | off-pod']],
    ['Local falls back on its own to those that serve', { internalTrafficPolicy: 'Local' }, [B, '10.42.0.3 here unready serving terminating'], ['tcp 10.0.0.1 80 | 10.42.0.3:8080 | off-pod']],
  ])('%s', (_name, spec, lines, expected) => expect(plan(spec, [slice(lines)])).toEqual([...expected]))

  test('a health check port counts ready endpoints of this node, each address once', () => {
    const spec = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30999, ports: [servicePort(80, { name: 'a' }), servicePort(81, { name: 'b' })] }
    const slices = [slice([A, B, '10.42.0.3 here unready serving terminating'], [{ name: 'a', port: 1 }, { name: 'b', port: 2 }])]
    expect(planService(service('web', spec), slices, facts).health).toEqual({ port: 30999, namespace: 'default', name: 'web', localEndpoints: 1 })
    expect(planService(service('web', { ...spec, externalTrafficPolicy: 'Cluster' }), slices, facts).health).toBeUndefined()
  })
})
