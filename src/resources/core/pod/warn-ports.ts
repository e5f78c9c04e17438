import { at, where, type Path } from '../../field-path.ts'
import type { ContainerPort, PodSpec } from '../../generated/core.gen.ts'
import { eachContainer } from './each-container.ts'

interface Placed {
  readonly path: Path
  readonly port: ContainerPort
}

/** Ports that are declared twice or get in each other's way. Source: pkg/api/pod/warnings.go. */
export function portWarnings(texts: string[], path: Path, spec: PodSpec): void {
  const all: Placed[] = []
  eachContainer(spec, path, ({ ports = [] }, own) => {
    for (let i = 0; i < ports.length; i++) all.push({ path: at(at(own, 'ports'), i), port: ports[i]! })
  })
  for (let i = 0; i < all.length; i++) {
    const { path: own, port } = all[i]!
    if (port.hostIP && !port.hostPort)
      texts.push(`${where(own)}: hostIP set without hostPort: ${goPort(port)}`)
    for (let j = 0; j < i; j++) {
      const clash = clashOf(port, all[j]!.port)
      if (clash) texts.push(`${where(own)}: ${clash} port definition with ${where(all[j]!.path)}`)
    }
  }
  if (all.length > 1) sameNames(texts, all)
}

function sameNames(texts: string[], all: readonly Placed[]): void {
  const names = new Map<string, Path>()
  for (const { path, port } of all) {
    if (!port.name) continue
    const other = names.get(port.name)
    if (other === undefined) names.set(port.name, path)
    else
      texts.push(
        `${where(path)}: duplicate port name ${JSON.stringify(port.name)} with ${where(other)}, services and probes that select ports by name will use ${where(other)}`,
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
