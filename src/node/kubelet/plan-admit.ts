import { milliValueOf, valueOf } from '../../meta/quantity.ts'
import type {
  Container, Node, NodeSelectorRequirement, NodeSelectorTerm, Pod,
} from '../../resources/generated/core.gen.ts'
import type { Ending } from './pod-facts.ts'
import { isSidecar, isHostNetwork, specOf } from './pod-spec.ts'

/** Amounts of one Pod: thousandths for cpu, whole units for the rest. */
type Amounts = Map<string, number>

/**
 * The kubelet's last word before a Pod runs: undefined when it may.
 * Source: kubelet/lifecycle/predicate.go, scheduler framework plugins.
 */
export function planAdmit(pod: Pod, node: Node, others: readonly Pod[]): Ending | undefined {
  const os = pod.metadata.labels?.['kubernetes.io/os']
  if (os !== undefined && os !== 'linux') {
    return refusal(
      'PodOSSelectorNodeLabelDoesNotMatch',
      "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    )
  }
  if (specOf(pod).os && specOf(pod).os!.name !== 'linux') {
    return refusal('PodOSNotSupported', "Failed to admit pod as the OS field doesn't match node OS")
  }
  return (
    sysctlRefusal(pod) ??
    resourcesRefusal(pod, node, others) ??
    (matchesNode(pod, node)
      ? undefined
      : refusal('NodeAffinity', NODE_AFFINITY)) ??
    portsRefusal(pod, others)
  )
}

const NODE_AFFINITY =
  "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"

/** Sysctls that touch nothing beyond the Pod. Source: kubelet/sysctl/safe_sysctls.go. */
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
])

function sysctlRefusal(pod: Pod): Ending | undefined {
  for (const { name } of specOf(pod).securityContext?.sysctls ?? []) {
    const dotted = name.replaceAll('/', '.')
    const shared = isHostNetwork(pod) && dotted.startsWith('net.')
    if (shared) return refusal('SysctlForbidden', `forbidden sysctl: "${name}" not allowed with host net enabled`)
    if (!SAFE_SYSCTLS.has(dotted)) return refusal('SysctlForbidden', `forbidden sysctl: "${name}" not allowlisted`)
  }
  return undefined
}

const refusal = (reason: string, message: string): Ending => ({
  reason,
  message: `Pod was rejected: ${message}`,
})

function resourcesRefusal(pod: Pod, node: Node, others: readonly Pod[]): Ending | undefined {
  const allocatable = node.status?.allocatable ?? {}
  const podsMax = valueOf(allocatable['pods'])
  if (podsMax > 0 && others.length + 1 > podsMax) return outOf('pods', 1, others.length, podsMax)
  const used: Amounts = new Map()
  for (const other of others) addTo(used, requestsOf(other))
  for (const [name, requested] of requestsOf(pod)) {
    if (requested === 0) continue
    // Resources that the node does not know are somebody else's to count.
    if (allocatable[name] === undefined) continue
    const capacity = amountOf(name, allocatable[name])
    const taken = used.get(name) ?? 0
    if (requested > capacity - taken) return outOf(name, requested, taken, capacity)
  }
  return undefined
}

const outOf = (name: string, requested: number, used: number, capacity: number): Ending =>
  refusal(
    `OutOf${name}`,
    `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  )

const amountOf = (name: string, text: string): number =>
  name === 'cpu' ? milliValueOf(text) : valueOf(text)

/** What a Pod asks of a node. Source: component-helpers resource PodRequests. */
export function requestsOf(pod: Pod): Amounts {
  const spec = specOf(pod)
  const total: Amounts = new Map()
  for (const c of spec.containers) addTo(total, amounts(c))
  const standing: Amounts = new Map()
  const peak: Amounts = new Map()
  for (const c of spec.initContainers ?? []) {
    if (isSidecar(c)) {
      addTo(standing, amounts(c))
      addTo(total, amounts(c))
      maxInto(peak, standing)
    } else {
      const atOnce = new Map(standing)
      addTo(atOnce, amounts(c))
      maxInto(peak, atOnce)
    }
  }
  maxInto(total, peak)
  for (const [name, text] of Object.entries(spec.resources?.requests ?? {})) {
    total.set(name, amountOf(name, text))
  }
  const overhead = Object.entries(spec.overhead ?? {})
  addTo(total, new Map(overhead.map(([name, text]) => [name, amountOf(name, text)])))
  return total
}

const amounts = (c: Container): Amounts =>
  new Map(Object.entries(c.resources?.requests ?? {}).map(([name, text]) => [name, amountOf(name, text)]))

function addTo(into: Amounts, more: Amounts): void {
  for (const [name, amount] of more) into.set(name, (into.get(name) ?? 0) + amount)
}

function maxInto(into: Amounts, other: Amounts): void {
  for (const [name, amount] of other) into.set(name, Math.max(into.get(name) ?? 0, amount))
}

/** nodeSelector and required node affinity. Source: component-helpers nodeaffinity. */
function matchesNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  const spec = specOf(pod)
  const selected = Object.entries(spec.nodeSelector ?? {}).every(([k, v]) => labels[k] === v)
  if (!selected) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || (required.nodeSelectorTerms ?? []).some((term) => matchesTerm(term, node))
}

function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const expressions = term.matchExpressions ?? []
  const fields = term.matchFields ?? []
  if (expressions.length + fields.length === 0) return false
  const labels = node.metadata.labels ?? {}
  return (
    expressions.every((r) => matchesValue(r, labels[r.key])) &&
    fields.every((r) => matchesValue(r, r.key === 'metadata.name' ? node.metadata.name : undefined))
  )
}

function matchesValue(wish: NodeSelectorRequirement, value: string | undefined): boolean {
  const values = wish.values ?? []
  switch (wish.operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}

function portsRefusal(pod: Pod, others: readonly Pod[]): Ending | undefined {
  const taken = others.flatMap(hostPorts)
  const clash = hostPorts(pod).some((a) =>
    taken.some(
      (b) =>
        a.port === b.port && a.protocol === b.protocol &&
        (a.ip === b.ip || a.ip === ANY || b.ip === ANY),
    ),
  )
  const why = "node(s) didn't have free ports for the requested pod ports"
  return clash ? refusal('NodePorts', `Predicate NodePorts failed: ${why}`) : undefined
}

const ANY = '0.0.0.0'

const hostPorts = (pod: Pod): { port: number; protocol: string; ip: string }[] =>
  specOf(pod).containers.flatMap((c) =>
    (c.ports ?? []).flatMap((p) => {
      const port = p.hostPort ?? (isHostNetwork(pod) ? p.containerPort : 0)
      return port ? [{ port, protocol: p.protocol ?? 'TCP', ip: p.hostIP || ANY }] : []
    }),
  )
