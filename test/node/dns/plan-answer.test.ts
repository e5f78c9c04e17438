import { describe, expect, test } from 'bun:test'
import { planAnswer } from '../../../src/node/dns/plan-answer.ts'
import type { DnsRecord, Question } from '../../../src/node/dns/record.ts'
import { exampleSource, named, slice, zoneOf } from './zone.ts'

/** `A web.default.svc.cluster.local` to `NOERROR web... A 10.43.0.20`, one line a record. */
function ask(line: string, source = exampleSource()): string {
  const [type = '', name = ''] = line.split(' ')
  const question: Question = { type, name }
  const planned = planAnswer(question, zoneOf(source))
  if (planned.kind === 'forward') return 'forward'
  const { answers, code } = planned.answer
  return [planned.kind === 'alias' ? `alias ${planned.target}` : code, ...answers.map(textOf)].join(' | ')
}

function textOf({ data }: DnsRecord): string {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return data.target
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${data.target}`
    case 'TXT':
      return data.text
    case 'SOA':
      return `${data.primary} ${data.mailbox}`
  }
}

const D = 'cluster.local'

describe('names of the cluster', () => {
  test.each([
    [`A web.default.svc.${D}`, 'NOERROR | 10.43.0.20'],
    [`A WEB.Default.svc.Cluster.Local`, 'NOERROR | 10.43.0.20'],
    [`AAAA web.default.svc.${D}`, 'NOERROR'],
    [`MX web.default.svc.${D}`, 'NOERROR'],
    [`SRV _http._tcp.web.default.svc.${D}`, `NOERROR | 0 100 80 web.default.svc.${D}`],
    [`SRV _dns._udp.web.default.svc.${D}`, `NOERROR | 0 100 53 web.default.svc.${D}`],
    [`SRV _dns._tcp.web.default.svc.${D}`, 'NXDOMAIN'],
    [`SRV http._tcp.web.default.svc.${D}`, 'NXDOMAIN'],
    [`A _http._tcp.web.default.svc.${D}`, 'NOERROR'],
    [`SRV web.default.svc.${D}`, `NOERROR | 0 50 80 web.default.svc.${D} | 0 50 53 web.default.svc.${D}`],
    [`A 10-42-0-8.web.default.svc.${D}`, 'NOERROR | 10.42.0.8'],
    [`A a.b.c.web.default.svc.${D}`, 'NXDOMAIN'],
    [`A nothing.default.svc.${D}`, 'NXDOMAIN'],
    [`A web.other.svc.${D}`, 'NXDOMAIN'],
    [`A default.svc.${D}`, 'NOERROR'],
    [`A other.svc.${D}`, 'NXDOMAIN'],
    [`A svc.${D}`, 'NOERROR'],
    [`A ${D}`, 'NOERROR'],
    [`SOA ${D}`, `NOERROR | ns.dns.${D} hostmaster.${D}`],
    [`NS ${D}`, `NOERROR | ns.dns.${D}`],
    [`A ns.dns.${D}`, 'NOERROR | 10.43.0.10'],
    [`TXT dns-version.${D}`, 'NOERROR | 1.1.0'],
    [`A google.com.default.svc.${D}`, 'NXDOMAIN'],
    [`A foo.${D}`, 'NXDOMAIN'],
  ])('%s', (line, expected) => expect(ask(line)).toBe(expected))
})

describe('headless Services', () => {
  test.each([
    [`A db.default.svc.${D}`, 'NOERROR | 10.42.0.5 | 10.42.0.6'],
    [`A db-0.db.default.svc.${D}`, 'NOERROR | 10.42.0.5'],
    [`A 10-42-0-6.db.default.svc.${D}`, 'NOERROR | 10.42.0.6'],
    [`A 10-42-0-7.db.default.svc.${D}`, 'NXDOMAIN'],
    [`SRV _pg._tcp.db.default.svc.${D}`, `NOERROR | 0 50 5432 db-0.db.default.svc.${D} | 0 50 5432 10-42-0-6.db.default.svc.${D}`],
    [`SRV _no._tcp.db.default.svc.${D}`, 'NXDOMAIN'],
    [`A empty.default.svc.${D}`, 'NXDOMAIN'],
  ])('%s', (line, expected) => expect(ask(line)).toBe(expected))

  test('SRV brings the addresses of its targets', () => {
    const planned = planAnswer({ type: 'SRV', name: `_pg._tcp.db.default.svc.${D}` }, zoneOf(exampleSource()))
    expect(planned.kind === 'answer' && planned.answer.additionals.map(({ name, data }) => `${name} ${textOf({ data } as DnsRecord)}`))
      .toEqual([`db-0.db.default.svc.${D} 10.42.0.5`, `10-42-0-6.db.default.svc.${D} 10.42.0.6`])
  })

  test('several slices of a Service without selector are one set, each with its own ports', () => {
    const source = exampleSource()
    source.put('services', named('two', { clusterIP: 'None', ports: [] }))
    source.put('endpointslices.discovery.k8s.io', slice('two-a', 'two', [{ ip: '1.2.3.4' }]))
    source.put('endpointslices.discovery.k8s.io', { ...slice('two-b', 'two', [{ ip: '5.6.7.8' }]), ports: [{ name: 'https', protocol: 'TCP', port: 443 }] } as never)
    expect(ask(`A two.default.svc.${D}`, source)).toBe('NOERROR | 1.2.3.4 | 5.6.7.8')
    expect(ask(`SRV _https._tcp.two.default.svc.${D}`, source)).toBe(`NOERROR | 0 100 443 5-6-7-8.two.default.svc.${D}`)
  })
})

describe('aliases, pods, reverse names and everything else', () => {
  test.each([
    [`A away.default.svc.${D}`, 'alias foo.example.com | foo.example.com'],
    [`CNAME away.default.svc.${D}`, 'NOERROR | foo.example.com'],
    [`SRV _x._tcp.away.default.svc.${D}`, 'NXDOMAIN'],
    [`A 10-42-0-9.default.pod.${D}`, 'NOERROR | 10.42.0.9'],
    [`A 10-42-0-9.other.pod.${D}`, 'NXDOMAIN'],
    [`A 10-42-0-999.default.pod.${D}`, 'NXDOMAIN'],
    [`AAAA 10-42-0-9.default.pod.${D}`, 'NOERROR'],
    [`AAAA fd00--1.default.pod.${D}`, 'NOERROR | fd00::1'],
    [`A default.pod.${D}`, 'NOERROR'],
    ['PTR 20.0.43.10.in-addr.arpa', `NOERROR | web.default.svc.${D}`],
    ['PTR 5.0.42.10.in-addr.arpa', `NOERROR | db-0.db.default.svc.${D}`],
    ['PTR 6.0.42.10.in-addr.arpa', `NOERROR | 10-42-0-6.db.default.svc.${D}`],
    ['PTR 8.0.42.10.in-addr.arpa', 'NXDOMAIN'],
    ['A 20.0.43.10.in-addr.arpa', 'NOERROR'],
    ['PTR 8.8.8.8.in-addr.arpa', 'forward'],
    ['A example.com', 'forward'],
    ['A xcluster.local', 'forward'],
    ['NS ', 'forward'],
  ])('%s', (line, expected) => expect(ask(line)).toBe(expected))
})

test('a change shows in the next answer, and what is gone leaves nothing behind', () => {
  const source = exampleSource()
  const zone = zoneOf(source)
  const one = (type: string, name: string) => {
    const planned = planAnswer({ type, name }, zone)
    return planned.kind === 'forward' ? 'forward' : `${planned.answer.code} ${planned.answer.answers.map(textOf).join()}`
  }
  source.put('services', named('web', { clusterIP: '10.43.0.21' }))
  expect(one('A', `web.default.svc.${D}`)).toBe('NOERROR 10.43.0.21')
  expect(one('PTR', '20.0.43.10.in-addr.arpa')).toBe('NXDOMAIN ')
  expect(one('PTR', '21.0.43.10.in-addr.arpa')).toBe(`NOERROR web.default.svc.${D}`)
  source.put('endpointslices.discovery.k8s.io', slice('db-1', 'db', [{ ip: '10.42.0.6' }]))
  expect(one('A', `db.default.svc.${D}`)).toBe('NOERROR 10.42.0.6')
  expect(one('PTR', '5.0.42.10.in-addr.arpa')).toBe('NXDOMAIN ')
  source.delete('endpointslices.discovery.k8s.io', 'default', 'db-1')
  expect(one('A', `db.default.svc.${D}`)).toBe('NXDOMAIN ')
  source.delete('services', 'default', 'web')
  expect(one('A', `web.default.svc.${D}`)).toBe('NXDOMAIN ')
})
