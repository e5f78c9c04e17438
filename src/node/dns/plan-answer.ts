import { DNS_TTL_SECONDS } from '../../base/limits.ts'
import { endpointRecords, serviceRecords, undashed, type HeadlessEndpoint, type NamedPort } from './plan-records.ts'
import { reverseAddress, reverseNames } from './plan-reverse.ts'
import type { Answer, DnsRecord, Question, RecordData } from './record.ts'
import type { Zone } from './zone.ts'

/** A reply, or who else to ask: nothing is known here, or an alias leads elsewhere. */
export type Planned =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'forward' }
  | { readonly kind: 'alias'; readonly target: string; readonly answer: Answer }

/** Answers one question from the cluster. Source: kubernetes/dns specification 1.1.0, CoreDNS kubernetes plugin. */
export function planAnswer(question: Question, zone: Zone): Planned {
  const name = question.name.toLowerCase()
  const labels = labelsBelow(name, zone.domain)
  if (labels) return below(question, labels, zone)
  const address = reverseAddress(name)
  if (address === undefined) return { kind: 'forward' }
  const names = reverseNames(address, zone)
  if (names.length === 0) return zone.isOwnAddress(address) ? negative('NXDOMAIN', zone) : { kind: 'forward' }
  if (question.type !== 'PTR') return negative('NOERROR', zone)
  return positive(question, names.map((target) => ({ type: 'PTR', target })))
}

/** Labels of a name in front of the domain; undefined when it is not in it. */
function labelsBelow(name: string, domain: string): string[] | undefined {
  if (name === domain) return []
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1).split('.') : undefined
}

function below(question: Question, labels: string[], zone: Zone): Planned {
  const kind = labels.at(-1)
  if (kind === undefined) return apex(question, zone)
  if (kind === 'svc') return inServices(question, labels.slice(0, -1), zone)
  if (kind === 'pod') return inPods(question, labels.slice(0, -1), zone)
  if (kind === 'dns-version' && labels.length === 1)
    return question.type === 'TXT' ? positive(question, [{ type: 'TXT', text: '1.1.0' }]) : negative('NOERROR', zone)
  if (labels.join('.') === 'ns.dns') return addresses(question, [zone.dnsAddress], zone)
  return negative(labels.join('.') === 'dns' ? 'NOERROR' : 'NXDOMAIN', zone)
}

function apex(question: Question, zone: Zone): Planned {
  if (question.type === 'SOA') return positive(question, [authority(zone).data])
  if (question.type === 'NS') return positive(question, [{ type: 'NS', target: `ns.dns.${zone.domain}` }])
  return negative('NOERROR', zone)
}

/** `a-b-c-d.NAMESPACE.pod`: the address is the name, as CoreDNS' `pods insecure` has it. */
function inPods(question: Question, labels: string[], zone: Zone): Planned {
  const [first, namespace] = labels.length === 2 ? labels : [undefined, labels[0]]
  if (labels.length > 2 || (namespace !== undefined && !zone.hasNamespace(namespace))) return negative('NXDOMAIN', zone)
  if (first === undefined) return negative('NOERROR', zone)
  const address = undashed(first)
  return address === undefined ? negative('NXDOMAIN', zone) : addresses(question, [address], zone)
}

function inServices(question: Question, labels: string[], zone: Zone): Planned {
  const [namespace, name] = [labels.at(-1), labels.at(-2)]
  if (namespace === undefined) return negative('NOERROR', zone)
  if (name === undefined) return negative(zone.hasNamespace(namespace) ? 'NOERROR' : 'NXDOMAIN', zone)
  const service = zone.service(namespace, name)
  if (!service || labels.length > 4) return negative('NXDOMAIN', zone)
  const records = serviceRecords(service)
  const base = `${name}.${namespace}.svc.${zone.domain}`
  const endpoints = (): HeadlessEndpoint[] => endpointRecords(zone.slices(namespace, name))
  const [first = '', second = ''] = labels
  if (labels.length === 3) {
    const own = endpoints().filter(({ host }) => host.toLowerCase() === first)
    return own.length > 0 ? ofEndpoints(question, own, base, zone) : negative('NXDOMAIN', zone)
  }
  const wanted = labels.length === 4 ? portFilter(first, second) : () => true
  if (!wanted) return negative('NXDOMAIN', zone)
  if (records.kind === 'alias') return labels.length === 2 ? alias(question, records.target, zone) : negative('NXDOMAIN', zone)
  if (records.kind === 'headless') return ofEndpoints(question, withPorts(endpoints(), wanted, labels.length === 4), base, zone)
  const ports = records.ports.filter(wanted)
  if (labels.length === 4 && ports.length === 0) return negative('NXDOMAIN', zone)
  if (question.type === 'SRV') {
    const { addresses } = records
    return srv(question, ports.map(({ port }) => ({ port, host: base, addresses })), zone)
  }
  return addresses(question, labels.length === 2 ? records.addresses : [], zone)
}

type PortFilter = (port: NamedPort) => boolean

/** `_http._tcp`; undefined when the labels are no port. */
function portFilter(first: string, second: string): PortFilter | undefined {
  if (!first.startsWith('_') || !second.startsWith('_')) return undefined
  const [name, protocol] = [first.slice(1), second.slice(1)]
  return (port) => port.name === name && port.protocol === protocol
}

function withPorts(endpoints: readonly HeadlessEndpoint[], wanted: PortFilter, required: boolean): HeadlessEndpoint[] {
  const filtered = endpoints.map((each) => ({ ...each, ports: each.ports.filter(wanted) }))
  return required ? filtered.filter(({ ports }) => ports.length > 0) : filtered
}

/** Without a ready endpoint a headless name does not exist. Source: kubernetes/dns specification 2.4. */
function ofEndpoints(question: Question, endpoints: readonly HeadlessEndpoint[], base: string, zone: Zone): Planned {
  if (endpoints.length === 0) return negative('NXDOMAIN', zone)
  if (question.type !== 'SRV')
    return addresses(question, question.name.startsWith('_') ? [] : endpoints.map(({ address }) => address), zone)
  const targets = endpoints.flatMap(({ address, host, ports }) =>
    ports.map(({ port }) => ({ port, host: `${host}.${base}`, addresses: [address] })),
  )
  return srv(question, targets, zone)
}

interface SrvTarget {
  readonly port: number
  readonly host: string
  readonly addresses: readonly string[]
}

function srv(question: Question, targets: readonly SrvTarget[], zone: Zone): Planned {
  if (targets.length === 0) return negative('NOERROR', zone)
  // CoreDNS shares a weight of 100 among the targets.
  const weight = Math.max(1, Math.floor(100 / targets.length))
  const datas = targets.map(({ port, host }): RecordData => ({ type: 'SRV', priority: 0, weight, port, target: host }))
  const hosts = new Map(targets.map(({ host, addresses: all }) => [host, all]))
  const additionals = [...hosts].flatMap(([host, all]) => all.map((address) => record(host, addressData(address))))
  const planned = positive(question, datas)
  return planned.kind === 'answer' ? { kind: 'answer', answer: { ...planned.answer, additionals } } : planned
}

function alias(question: Question, target: string, zone: Zone): Planned {
  if (target === '' || !['A', 'AAAA', 'CNAME'].includes(question.type)) return negative('NOERROR', zone)
  const planned = positive(question, [{ type: 'CNAME', target }])
  return planned.kind === 'answer' && question.type !== 'CNAME' ? { ...planned, kind: 'alias', target } : planned
}

function addresses(question: Question, all: readonly string[], zone: Zone): Planned {
  const fitting = all.map(addressData).filter(({ type }) => type === question.type)
  return fitting.length > 0 ? positive(question, fitting) : negative('NOERROR', zone)
}

const addressData = (address: string): RecordData => ({ type: address.includes(':') ? 'AAAA' : 'A', address })

const record = (name: string, data: RecordData): DnsRecord => ({ name, ttlSeconds: DNS_TTL_SECONDS, data })

const positive = ({ name }: Question, datas: readonly RecordData[]): Planned => ({
  kind: 'answer',
  answer: {
    code: 'NOERROR',
    authoritative: true,
    answers: datas.map((data) => record(name, data)),
    authorities: [],
    additionals: [],
  },
})

/** Nothing: the SOA says for how long that may be remembered. Source: RFC 2308. */
const negative = (code: 'NOERROR' | 'NXDOMAIN', zone: Zone): Planned => ({
  kind: 'answer',
  answer: { code, authoritative: true, answers: [], authorities: [authority(zone)], additionals: [] },
})

const authority = ({ domain, serial }: Zone): DnsRecord =>
  record(domain, {
    type: 'SOA',
    primary: `ns.dns.${domain}`,
    mailbox: `hostmaster.${domain}`,
    serial: serial % 2 ** 32,
    refresh: 7_200,
    retry: 1_800,
    expire: 86_400,
    minimum: DNS_TTL_SECONDS,
  })
