import { equal } from '../../equal.ts'
import type { Service, ServiceSpec } from '../../generated/core.gen.ts'
import { needsClusterIp, needsHealthPort, needsNodePort } from './traits.ts'

/**
 * A client that sends its manifest again does not know what was given out; it keeps it.
 * Source: pkg/registry/core/service/storage patchAllocatedValues.
 */
export function keepAllocated(service: Service, before: Service): void {
  const spec = (service.spec ??= {})
  const old = before.spec ?? {}
  if (needsClusterIp(old) && needsClusterIp(spec)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP
    if (!spec.clusterIPs?.length && old.clusterIPs?.length) spec.clusterIPs = [...old.clusterIPs]
  }
  if (needsNodePort(old) && needsNodePort(spec)) keepNodePorts(spec, old)
  if (needsHealthPort(old) && needsHealthPort(spec) && !spec.healthCheckNodePort)
    copy(spec, old, 'healthCheckNodePort')
  followSingular(spec, old)
}

/**
 * Of the two fields for one address the list follows the single one, where the client set only that.
 * Source: pkg/registry/core/service/storage normalizeClusterIPs.
 */
export function listFromSingular(spec: ServiceSpec): void {
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
}

function followSingular(spec: ServiceSpec, old: ServiceSpec): void {
  const now = spec.clusterIP ?? ''
  const then = old.clusterIP ?? ''
  if (now === then || !equal(spec.clusterIPs, old.clusterIPs)) return
  if (now === '') delete spec.clusterIPs
  else spec.clusterIPs = [now]
}

/** By the port's name; a port number that was moved to another name is not given twice. */
function keepNodePorts(spec: ServiceSpec, old: ServiceSpec): void {
  const byName = new Map(old.ports?.map(({ name = '', nodePort }) => [name, nodePort]))
  const before = new Set(old.ports?.map(({ nodePort }) => nodePort))
  const used = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort).filter((p) => before.has(p)))
  for (const port of spec.ports ?? []) {
    const known = byName.get(port.name ?? '')
    if (!port.nodePort && known && !used.has(known)) port.nodePort = known
  }
}

function copy<K extends keyof ServiceSpec>(spec: ServiceSpec, old: ServiceSpec, key: K): void {
  if (old[key] !== undefined) spec[key] = old[key]
}
