import { where, type Path } from '../../field-path.ts'
import type { ContainerPort, PodSpec } from '../../generated/core.gen.ts'
import { eachContainer } from './each-container.ts'

interface Placed {
  readonly field: string
  readonly port: ContainerPort
}

/** Ports that are declared twice or get in each other's way. Source: pkg/api/pod/warnings.go. */
export function portWarnings(texts: string[], path: Path, spec: PodSpec): void {
  const all: Placed[] = []
  eachContainer(spec, path, ({ ports }, own) => {
    for (const [i, port] of (ports ?? []).entries())
      all.push({ field: where(own, 'ports', i), port })
  })
  for (const [i, one] of all.entries()) {
    const { hostIP, hostPort } = one.port
    if (hostIP && !hostPort)
      texts.push(`${one.field}: hostIP set without hostPort: ${goPort(one.port)}`)
    for (const other of all.slice(0, i)) {
      const clash = clashOf(one.port, other.port)
      if (clash) texts.push(`${one.field}: ${clash} port definition with ${other.field}`)
    }
  }
  const names = new Map<string, string>()
  for (const { field, port } of all) {
    if (!port.name) continue
    const other = names.get(port.name)
    if (other === undefined) names.set(port.name, field)
    else
      texts.push(
        `${field}: duplicate port name ${JSON.stringify(port.name)} with ${other}, services and probes that select ports by name will use ${other}`,
      )
  }
}

function clashOf(a: ContainerPort, b: ContainerPort): string | undefined {
  if (a.containerPort !== b.containerPort || a.protocol !== b.protocol) return undefined
  const [ipA, ipB] = [a.hostIP ?? '', b.hostIP ?? '']
  const [portA, portB] = [a.hostPort ?? 0, b.hostPort ?? 0]
  if (ipA === ipB && portA === portB) return 'duplicate'
  if (portA === 0 || portB === 0) return 'overlapping'
  const oneForAll = (ipA === '') !== (ipB === '')
  return portA === portB && oneForAll ? 'dangerously ambiguous' : undefined
}

/** As Go's %+v prints the struct. */
const goPort = ({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`
