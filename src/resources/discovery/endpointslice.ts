import {
  ENDPOINT_ADDRESSES_MAX,
  ENDPOINT_HINTS_MAX,
  SLICE_ENDPOINTS_MAX,
  SLICE_PORTS_MAX,
} from '../../base/limits.ts'
import { isFullyQualifiedDomainName } from '../../meta/domain-name.ts'
import {
  duplicate,
  invalid,
  notSupported,
  required,
  tooMany,
  type FieldError,
} from '../../meta/field-error.ts'
import {
  isDns1123Label,
  isLabelValue,
  isQualifiedName,
  nameIsDnsSubdomain,
} from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { firstThree } from '../cells.ts'
import { PROTOCOLS } from '../core/protocol.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at, where, type Path } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '../generated/discovery.gen.ts'
import { endpointIpErrors, ipErrors, ipWarnings, isIpv4Text, isIpv6Text, strictIpErrors } from '../ip.ts'

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6']
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const OWN_MANAGERS = [
  'endpointslice-controller.k8s.io',
  'endpointslicemirroring-controller.k8s.io',
]

/** Source: pkg/registry/discovery/endpointslice/strategy.go. */
export const endpointSlice = define<EndpointSlice>({
  resource: 'endpointslices.discovery.k8s.io',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  served: [
    { group: 'discovery.k8s.io', version: 'v1', schema: 'io.k8s.api.discovery.v1.EndpointSlice' },
  ],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    for (const port of object.ports ?? []) {
      port.name ??= ''
      port.protocol ??= 'TCP'
    }
  },
  prepareCreate: dropTopology,
  prepareUpdate(object, before) {
    if (!equal(object.endpoints, before.endpoints)) dropTopology(object)
  },
  validate: (object) => [...shapeErrors(object), ...endpointsErrors(object)],
  validateUpdate(object, before) {
    const errors = shapeErrors(object)
    const inside = endpointsErrors(object)
    if (inside.length > 0 && !equal(object.endpoints, before.endpoints)) errors.push(...inside)
    if (object.addressType !== before.addressType)
      errors.push(invalid('addressType', object.addressType, 'field is immutable'))
    return errors
  },
  warnings(object, before) {
    const deprecated =
      before === undefined && object.addressType === 'FQDN'
        ? ['spec.addressType: FQDN endpoints are deprecated']
        : []
    return [...deprecated, ...addressWarnings(object)]
  },
  generationOf: ['addressType', 'endpoints', 'ports', 'metadata.labels'],
  columns: COLUMNS.EndpointSlice,
  cells: (object, now) => [
    object.metadata.name ?? '',
    object.addressType ?? '',
    firstThree(
      (object.ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : `${port}`)),
      '<unset>',
    ),
    firstThree((object.endpoints ?? []).flatMap(({ addresses }) => addresses ?? []), '<unset>'),
    ageText(object.metadata.creationTimestamp, now),
  ],
})

/** discovery/v1 documents that writes of the old topology are dropped. */
function dropTopology(object: EndpointSlice): void {
  for (const endpoint of object.endpoints ?? []) delete endpoint.deprecatedTopology
}

function addressWarnings(object: EndpointSlice): string[] {
  if (OWN_MANAGERS.includes(object.metadata.labels?.[MANAGED_BY] ?? '')) return []
  return (object.endpoints ?? []).flatMap(({ addresses }, i) =>
    (addresses ?? []).flatMap((address, j) =>
      ipWarnings(`endpoints[${i}].addresses[${j}]`, address),
    ),
  )
}

/** Source: pkg/apis/discovery/validation ValidateEndpointSlice. */
function shapeErrors(object: EndpointSlice): FieldError[] {
  const errors: FieldError[] = []
  if (!object.addressType) errors.push(required('addressType', ''))
  else if (!ADDRESS_TYPES.includes(object.addressType))
    errors.push(notSupported('addressType', object.addressType, ADDRESS_TYPES))
  const ports = object.ports ?? []
  if (ports.length > SLICE_PORTS_MAX)
    return [...errors, tooMany('ports', ports.length, SLICE_PORTS_MAX)]
  const names = new Set<string>()
  for (const [i, port] of ports.entries())
    portErrors(errors, at(at(undefined, 'ports'), i), port, names)
  return errors
}

function portErrors(
  errors: FieldError[],
  path: Path,
  port: EndpointPort,
  names: Set<string>,
): void {
  const name = port.name ?? ''
  if (name !== '')
    for (const reason of isDns1123Label(name))
      errors.push(invalid(where(path, 'name'), name, reason))
  if (names.has(name)) errors.push(duplicate(where(path, 'name'), name))
  names.add(name)
  if (port.protocol === undefined) errors.push(required(where(path, 'protocol'), ''))
  else if (!PROTOCOLS.includes(port.protocol))
    errors.push(notSupported(where(path, 'protocol'), port.protocol, PROTOCOLS))
  if (port.appProtocol !== undefined)
    for (const reason of isQualifiedName(port.appProtocol))
      errors.push(invalid(where(path, 'appProtocol'), port.appProtocol, reason))
}

function endpointsErrors({ endpoints = [], addressType }: EndpointSlice): FieldError[] {
  if (endpoints.length > SLICE_ENDPOINTS_MAX)
    return [tooMany('endpoints', endpoints.length, SLICE_ENDPOINTS_MAX)]
  const errors: FieldError[] = []
  const list = at(undefined, 'endpoints')
  for (const [i, endpoint] of endpoints.entries()) {
    const path = at(list, i)
    addressesErrors(errors, at(path, 'addresses'), endpoint.addresses ?? [], addressType)
    endpointErrors(errors, path, endpoint)
  }
  return errors
}

function addressesErrors(
  errors: FieldError[],
  path: Path,
  addresses: readonly string[],
  type: string,
): void {
  if (addresses.length === 0)
    errors.push(required(where(path), 'must contain at least 1 address'))
  else if (addresses.length > ENDPOINT_ADDRESSES_MAX)
    errors.push(tooMany(where(path), addresses.length, ENDPOINT_ADDRESSES_MAX))
  for (const [i, address] of addresses.entries()) {
    if (type === 'FQDN') errors.push(...isFullyQualifiedDomainName(where(path, i), address))
    else if (type === 'IPv4' || type === 'IPv6') ipAddressErrors(errors, path, { i, address, type })
  }
}

function ipAddressErrors(
  errors: FieldError[],
  path: Path,
  { i, address, type }: { i: number; address: string; type: 'IPv4' | 'IPv6' },
): void {
  const spelling = type === 'IPv4' ? ipErrors : strictIpErrors
  const wrong = spelling(where(path, i), address)
  if (wrong.length > 0) return void errors.push(...wrong)
  const right = type === 'IPv4' ? isIpv4Text(address) : isIpv6Text(address)
  if (!right) errors.push(invalid(where(path), address, `must be an ${type} address`))
  errors.push(...endpointIpErrors(where(path, i), address))
}

function endpointErrors(errors: FieldError[], path: Path, endpoint: Endpoint): void {
  const { nodeName, hostname, hints } = endpoint
  if (nodeName !== undefined)
    for (const reason of nameIsDnsSubdomain(nodeName, false))
      errors.push(invalid(where(path, 'nodeName'), nodeName, reason))
  if (hostname !== undefined)
    for (const reason of isDns1123Label(hostname))
      errors.push(invalid(where(path, 'hostname'), hostname, reason))
  if (!hints) return
  hintErrors(errors, at(at(path, 'hints'), 'forZones'), hints.forZones ?? [], isLabelValue)
  hintErrors(errors, at(at(path, 'hints'), 'forNodes'), hints.forNodes ?? [], (name) =>
    nameIsDnsSubdomain(name, false),
  )
}

function hintErrors(
  errors: FieldError[],
  path: Path,
  hints: readonly { name: string }[],
  rule: (name: string) => string[],
): void {
  if (hints.length > ENDPOINT_HINTS_MAX)
    return void errors.push(tooMany(where(path), hints.length, ENDPOINT_HINTS_MAX))
  const seen = new Set<string>()
  for (const [i, { name }] of hints.entries()) {
    if (seen.has(name)) errors.push(duplicate(where(path, i, 'name'), name))
    seen.add(name)
    for (const reason of rule(name)) errors.push(invalid(where(path, i, 'name'), name, reason))
  }
}
