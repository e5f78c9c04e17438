import type { Service, ServicePort } from '../../resources/generated/core.gen.ts'
import { invalid } from '../../meta/field-error.ts'
import { internalError, invalidObject, type Status } from '../../meta/status.ts'
import type { PendingState } from '../../projections/pending-state.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'

/** Range of node ports. Source: kube-apiserver --service-node-port-range. */
const NODE_PORT_FIRST = 30_000
const NODE_PORT_COUNT = 2_768

/** Tries before the range is searched from end to end. */
const TRIES = 64

/**
 * Gives Services their cluster address and node ports. What is taken is kept in memory, follows every
 * staged change, and is rebuilt from the view when staged changes become void (design 3): two creates of
 * one batch never get the same address, and a refused one keeps none.
 */
export function serviceAddresses(cidr: string, state: PendingState): AdmissionRule {
  const range = rangeOf(cidr)
  const taken = new Taken(state)
  return {
    name: 'ServiceAddress',
    resources: ['services'],
    operations: ['CREATE', 'UPDATE'],
    phase: 'allocate',
    admit: (request) => {
      if (request.subresource !== '') return undefined
      return familyProblem(request) ?? giveAddress(request, range, taken) ?? givePorts(request, taken)
    },
  }
}

interface Range {
  readonly first: number
  readonly size: number
}

/** Usable addresses of an IPv4 range, without network, broadcast and the DNS server's (the tenth). */
export function rangeOf(cidr: string): Range {
  const [address = '', bits = ''] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  return { first: numberOf(address) + 1, size: size - 2 }
}

/** Offset of the cluster DNS in the service range, as kubeadm places it. */
export const DNS_OFFSET = 10
/** Offset of the API's own Service. */
export const API_OFFSET = 1

/** The nth address of a range's network. */
export const addressAt = (cidr: string, offset: number): string =>
  textOf(numberOf(cidr.split('/')[0]!) + offset)

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

const textOf = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')

/** Who holds an address or a port: its Service's namespace and name. */
class Taken {
  readonly #state: PendingState
  readonly #holders = new Map<string, string>()
  #built = false

  constructor(state: PendingState) {
    this.#state = state
    state.onAbort(() => (this.#built = false))
    state.onStaged((entry, before, gone) => {
      if (entry.resource !== 'services' || !this.#built) return
      if (before) this.#forget(before.object as Service)
      if (!gone) this.#hold(entry.object as Service)
    })
  }

  holder(key: string): string | undefined {
    this.#build()
    return this.#holders.get(key)
  }

  #hold(service: Service): void {
    const name = `${service.metadata.namespace}/${service.metadata.name}`
    for (const key of keysOf(service)) this.#holders.set(key, name)
  }

  #forget(service: Service): void {
    const name = `${service.metadata.namespace}/${service.metadata.name}`
    for (const key of keysOf(service))
      if (this.#holders.get(key) === name) this.#holders.delete(key)
  }

  #build(): void {
    if (this.#built) return
    this.#holders.clear()
    this.#built = true
    for (const service of this.#state.view.list<Service>('services')) this.#hold(service)
  }
}

function keysOf({ spec }: Service): string[] {
  const ports = (spec?.ports ?? []).filter((port) => port.nodePort).map(portKey)
  if (spec?.healthCheckNodePort) ports.push(`TCP:${spec.healthCheckNodePort}`)
  const ip = spec?.clusterIP
  return ip && ip !== 'None' ? [ip, ...ports] : ports
}

const portKey = ({ protocol = 'TCP', nodePort }: ServicePort): string => `${protocol}:${nodePort}`

/** klio's clusters have IPv4 alone. Source: registry/core/service/storage/alloc.go initIPFamilyFields. */
function familyProblem({ object }: AdmissionRequest): Status | undefined {
  const { spec, metadata } = object as Service
  const refuse = (field: string, value: string, why: string): Status =>
    invalidObject('', 'Service', metadata.name ?? '', [invalid(field, value, why)])
  if (spec?.ipFamilyPolicy === 'RequireDualStack')
    return refuse('spec.ipFamilyPolicy', 'RequireDualStack', 'this cluster is not configured for dual-stack services')
  const odd = spec?.ipFamilies?.indexOf('IPv6') ?? -1
  return odd < 0 ? undefined : refuse(`spec.ipFamilies[${odd}]`, 'IPv6', 'not configured on this cluster')
}

function giveAddress(request: AdmissionRequest, range: Range, taken: Taken): Status | undefined {
  const service = request.object as Service
  const spec = service.spec!
  if (spec.type === 'ExternalName') {
    delete spec.clusterIP
    delete spec.clusterIPs
    return undefined
  }
  const before = (request.before as Service | undefined)?.spec
  if (!spec.clusterIP && before?.clusterIP && before.type !== 'ExternalName') spec.clusterIP = before.clusterIP
  if (spec.clusterIP && spec.clusterIP !== 'None') {
    const problem = claimProblem(request, spec.clusterIP, range, taken)
    if (problem) return problem
  } else if (spec.clusterIP !== 'None') {
    const free = freeAddress(request, range, taken)
    if (free === undefined)
      return internalError('failed to allocate a serviceIP: range is full')
    spec.clusterIP = free
  }
  spec.clusterIPs = [spec.clusterIP!]
  spec.ipFamilies = ['IPv4']
  spec.ipFamilyPolicy ??= 'SingleStack'
  return undefined
}

function claimProblem(request: AdmissionRequest, ip: string, range: Range, taken: Taken) {
  const own = `${request.namespace}/${request.object.metadata.name}`
  const holder = taken.holder(ip)
  const offset = numberOf(ip) - range.first
  const why =
    offset < 0 || offset >= range.size
      ? 'failed to allocate IP ' + ip + ': the provided network does not match the current range'
      : holder !== undefined && holder !== own
        ? 'failed to allocate IP ' + ip + ': provided IP is already allocated'
        : undefined
  if (why === undefined) return undefined
  return invalidObject('', 'Service', request.object.metadata.name ?? '', [
    invalid('spec.clusterIPs', [ip], why),
  ])
}

/** Random first, as upstream; the lowest 16 or 1/16 are left to those who ask for one by name. */
function freeAddress({ facts }: AdmissionRequest, range: Range, taken: Taken): string | undefined {
  const reserved = Math.min(Math.max(16, Math.floor(range.size / 16)), 256, range.size >> 1)
  for (let i = 0; i < TRIES; i++) {
    const address = textOf(range.first + reserved + facts.number(range.size - reserved))
    if (taken.holder(address) === undefined) return address
  }
  for (let offset = range.size - 1; offset > DNS_OFFSET; offset--)
    if (taken.holder(textOf(range.first + offset)) === undefined) return textOf(range.first + offset)
  return undefined
}

function givePorts(request: AdmissionRequest, taken: Taken): Status | undefined {
  const service = request.object as Service
  const spec = service.spec!
  const wants = spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
  if (!wants) return undefined
  keepPorts(spec.ports ?? [], (request.before as Service | undefined)?.spec?.ports ?? [])
  const own = `${request.namespace}/${service.metadata.name}`
  for (const [i, port] of (spec.ports ?? []).entries()) {
    if (port.nodePort) {
      const problem = portProblem(request, i, port, own, taken)
      if (problem) return problem
    } else {
      const free = freePort(request, port, taken)
      if (free === undefined) return internalError('failed to allocate a nodePort: range is full')
      port.nodePort = free
    }
  }
  return healthPort(request, taken)
}

/** An update that does not name its node ports keeps them. Source: registry/core/service patchAllocatedValues. */
function keepPorts(ports: ServicePort[], before: readonly ServicePort[]): void {
  for (const port of ports) {
    if (port.nodePort) continue
    const old = before.find((b) => b.port === port.port && (b.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))
    if (old?.nodePort) port.nodePort = old.nodePort
  }
}

function portProblem(request: AdmissionRequest, i: number, port: ServicePort, own: string, taken: Taken) {
  const number = port.nodePort!
  const outside = number < NODE_PORT_FIRST || number >= NODE_PORT_FIRST + NODE_PORT_COUNT
  const holder = taken.holder(portKey(port))
  const why = outside
    ? `provided port is not in the valid range. The range of valid ports is ${NODE_PORT_FIRST}-${NODE_PORT_FIRST + NODE_PORT_COUNT - 1}`
    : holder !== undefined && holder !== own
      ? 'provided port is already allocated'
      : undefined
  if (why === undefined) return undefined
  return invalidObject('', 'Service', request.object.metadata.name ?? '', [
    invalid(`spec.ports[${i}].nodePort`, number, why),
  ])
}

/** A port that no Service holds, nor another port of this one. */
function freePort({ facts, object }: AdmissionRequest, { protocol = 'TCP' }: ServicePort, taken: Taken): number | undefined {
  const own = new Set(keysOf(object as Service))
  const free = (port: number) => taken.holder(`${protocol}:${port}`) === undefined && !own.has(`${protocol}:${port}`)
  for (let i = 0; i < TRIES; i++) {
    const port = NODE_PORT_FIRST + facts.number(NODE_PORT_COUNT)
    if (free(port)) return port
  }
  for (let port = NODE_PORT_FIRST; port < NODE_PORT_FIRST + NODE_PORT_COUNT; port++)
    if (free(port)) return port
  return undefined
}

/** Source: KEP-1138 externalTrafficPolicy Local needs a port that tells whether a node has endpoints. */
function healthPort(request: AdmissionRequest, taken: Taken): Status | undefined {
  const { spec } = request.object as Service
  if (spec!.type !== 'LoadBalancer' || spec!.externalTrafficPolicy !== 'Local') return undefined
  spec!.healthCheckNodePort ||= (request.before as Service | undefined)?.spec?.healthCheckNodePort
  spec!.healthCheckNodePort ||= freePort(request, {} as ServicePort, taken)
  return undefined
}
