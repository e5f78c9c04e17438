import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import {
  isDns1123Label,
  isQualifiedName,
  isValidPortNum,
  nameIsDnsSubdomain,
} from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { firstThree } from '../cells.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at, where, type Path } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { EndpointAddress, EndpointPort, Endpoints } from '../generated/core.gen.ts'
import { endpointIpErrors, ipErrors, ipWarnings } from '../ip.ts'
import { hostPort } from './host-port.ts'
import { PROTOCOLS } from './protocol.ts'

/** Written by klio's own controller, whose addresses are canonical. */
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'

/** Source: pkg/registry/core/endpoint/strategy.go. */
export const endpoints = define<Endpoints>({
  resource: 'endpoints',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  served: [
    {
      group: '', version: 'v1', schema: 'io.k8s.api.core.v1.Endpoints',
      deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
    },
  ],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    for (const subset of object.subsets ?? [])
      for (const port of subset.ports ?? []) port.protocol ||= 'TCP'
  },
  validate,
  validateUpdate(object, before) {
    const errors = validate(object)
    return errors.length > 0 && equal(object.subsets, before.subsets) ? [] : errors
  },
  warnings: addressWarnings,
  createOnUpdate: true,
  columns: COLUMNS.Endpoints,
  cells: (object, now) => [
    object.metadata.name ?? '',
    endpointsCell(object),
    ageText(object.metadata.creationTimestamp, now),
  ],
})

/** The first three `ip:port`. Source: printers.go formatEndpoints. */
function endpointsCell({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>'
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port))),
  )
  return firstThree(all, '')
}

function addressWarnings(object: Endpoints): string[] {
  if (object.metadata.labels?.[MANAGED_BY] === 'endpoint-controller') return []
  return (object.subsets ?? []).flatMap((subset, i) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip }, j) =>
        ipWarnings(`subsets[${i}].${list}[${j}].ip`, ip),
      ),
    ),
  )
}

/** Source: core/validation ValidateEndpoints. */
function validate({ subsets = [] }: Endpoints): FieldError[] {
  const errors: FieldError[] = []
  for (const [i, subset] of subsets.entries()) {
    const path = at(at(undefined, 'subsets'), i)
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset
    if (addresses.length === 0 && notReadyAddresses.length === 0)
      errors.push(required(where(path), 'must specify `addresses` or `notReadyAddresses`'))
    for (const [j, address] of addresses.entries())
      addressErrors(errors, at(at(path, 'addresses'), j), address)
    for (const [j, address] of notReadyAddresses.entries())
      addressErrors(errors, at(at(path, 'notReadyAddresses'), j), address)
    for (const [j, port] of ports.entries())
      portErrors(errors, at(at(path, 'ports'), j), port, ports.length > 1)
  }
  return errors
}

function addressErrors(errors: FieldError[], path: Path, address: EndpointAddress): void {
  errors.push(...ipErrors(where(path, 'ip'), address.ip))
  if (address.hostname)
    for (const reason of isDns1123Label(address.hostname))
      errors.push(invalid(where(path, 'hostname'), address.hostname, reason))
  if (address.nodeName !== undefined)
    for (const reason of nameIsDnsSubdomain(address.nodeName, false))
      errors.push(invalid(where(path, 'nodeName'), address.nodeName, reason))
  errors.push(...endpointIpErrors(where(path, 'ip'), address.ip))
}

function portErrors(errors: FieldError[], path: Path, port: EndpointPort, named: boolean): void {
  if (named && !port.name) errors.push(required(where(path, 'name'), ''))
  else if (port.name)
    for (const reason of isDns1123Label(port.name))
      errors.push(invalid(where(path, 'name'), port.name, reason))
  for (const reason of isValidPortNum(port.port ?? 0))
    errors.push(invalid(where(path, 'port'), port.port ?? 0, reason))
  if (!port.protocol) errors.push(required(where(path, 'protocol'), ''))
  else if (!PROTOCOLS.includes(port.protocol))
    errors.push(notSupported(where(path, 'protocol'), port.protocol, PROTOCOLS))
  if (port.appProtocol !== undefined)
    for (const reason of isQualifiedName(port.appProtocol))
      errors.push(invalid(where(path, 'appProtocol'), port.appProtocol, reason))
}
