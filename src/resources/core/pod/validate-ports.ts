import { duplicate, invalid, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import { isPortName } from '../../../meta/names.ts'
import { addInvalid, checkPort, isPlainLabel } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Container, ContainerPort } from '../../generated/core.gen.ts'
import { PROTOCOLS } from '../protocol.ts'

/** Source: core/validation validateContainerPorts. */
export function containerPortErrors(
  errors: FieldError[],
  path: Path,
  ports: readonly ContainerPort[],
): void {
  const names = new Set<string>()
  for (let i = 0; i < ports.length; i++) {
    const { name, containerPort = 0, hostPort = 0, protocol = '' } = ports[i]!
    const own = at(path, i)
    if (name) nameErrors(errors, own, name, names)
    if (containerPort === 0) errors.push(required(where(own, 'containerPort'), ''))
    else checkPort(errors, own, 'containerPort', containerPort)
    if (hostPort !== 0) checkPort(errors, own, 'hostPort', hostPort)
    if (protocol === '') errors.push(required(where(own, 'protocol'), ''))
    else if (!PROTOCOLS.includes(protocol))
      errors.push(notSupported(where(own, 'protocol'), protocol, PROTOCOLS))
  }
}

function nameErrors(errors: FieldError[], path: Path, name: string, names: Set<string>): void {
  const plain = name.length <= 15 && isPlainLabel(name) && /^[a-z]+$/.test(name)
  const reasons = plain ? [] : isPortName(name)
  if (reasons.length > 0) return addInvalid(errors, path, 'name', name, reasons)
  if (names.has(name)) errors.push(duplicate(where(path, 'name'), name))
  names.add(name)
}

/** Two ports of one node may not be one. Source: core/validation checkHostPortConflicts. */
export function hostPortConflicts(
  errors: FieldError[],
  path: Path,
  containers: readonly Container[],
): void {
  let seen: Set<string> | undefined
  for (const [i, { ports }] of containers.entries())
    for (const [j, { hostPort, protocol, hostIP = '' }] of (ports ?? []).entries()) {
      if (!hostPort) continue
      const key = `${protocol}/${hostIP}/${hostPort}`
      seen ??= new Set()
      if (seen.has(key)) errors.push(duplicate(where(path, i, 'ports', j, 'hostPort'), key))
      seen.add(key)
    }
}

/** Source: core/validation validatePodHostNetworkDeps. */
export function hostNetworkErrors(
  errors: FieldError[],
  path: Path,
  containers: readonly Container[],
  isPod: boolean,
): void {
  for (const [i, { ports }] of containers.entries())
    for (const [j, { hostPort = 0, containerPort }] of (ports ?? []).entries())
      if ((isPod || hostPort !== 0) && hostPort !== containerPort)
        errors.push(
          invalid(
            where(path, 'containers', i, 'ports', j, 'hostPort'),
            hostPort,
            'must match `containerPort` when `hostNetwork` is true',
          ),
        )
}
