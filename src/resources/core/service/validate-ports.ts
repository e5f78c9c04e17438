import { duplicate, forbidden, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import { checkLabel, checkPort, checkQualified } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Service, ServicePort } from '../../generated/core.gen.ts'
import { checkPortOrName } from '../pod/validate-probe.ts'
import { PROTOCOLS } from '../protocol.ts'

/** Source: core/validation validateServicePort. */
export function portErrors(errors: FieldError[], list: Path, ports: readonly ServicePort[]): void {
  const names = new Set<string>()
  for (const [i, port] of ports.entries()) {
    const path = at(list, i)
    const { name = '', protocol = '', appProtocol } = port
    if (name !== '') {
      checkLabel(errors, path, 'name', name)
      if (names.has(name)) errors.push(duplicate(where(path, 'name'), name))
      names.add(name)
    } else if (ports.length > 1) errors.push(required(where(path, 'name'), ''))
    checkPort(errors, path, 'port', port.port ?? 0)
    if (protocol === '') errors.push(required(where(path, 'protocol'), ''))
    else if (!PROTOCOLS.includes(protocol))
      errors.push(notSupported(where(path, 'protocol'), protocol, PROTOCOLS))
    checkPortOrName(errors, path, port.targetPort, 'targetPort')
    if (appProtocol !== undefined) checkQualified(errors, path, 'appProtocol', appProtocol)
  }
}

/** No port twice, neither in the cluster nor on the nodes. Source: core/validation validateService. */
export function portClashErrors(errors: FieldError[], list: Path, { spec }: Service): void {
  const ports = spec?.ports ?? []
  if (spec?.type === 'ClusterIP')
    for (const [i, { nodePort }] of ports.entries())
      if (nodePort)
        errors.push(
          forbidden(where(list, i, 'nodePort'), "may not be used when `type` is 'ClusterIP'"),
        )
  const nodePorts = new Set<string>()
  for (const [i, { nodePort, protocol }] of ports.entries()) {
    if (!nodePort) continue
    const key = `${protocol} ${nodePort}`
    if (nodePorts.has(key)) errors.push(duplicate(where(list, i, 'nodePort'), nodePort))
    nodePorts.add(key)
  }
  const taken = new Set<string>()
  for (const [i, { port, protocol }] of ports.entries()) {
    const key = `${protocol} ${port}`
    if (taken.has(key)) errors.push(duplicate(where(list, i), internalPort(port, protocol)))
    taken.add(key)
  }
}

/** Upstream shows its internal type, whose fields have Go's names and all appear. */
const internalPort = (port: number, protocol = ''): object => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
})
