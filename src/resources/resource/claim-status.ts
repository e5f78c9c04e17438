import { forbidden, invalid, notSupported, required, tooLong, tooMany, type FieldError } from '../../meta/field-error.ts'
import { exceedsBytes } from '../../meta/names.ts'
import { checkLabel } from '../checks.ts'
import { interfaceAddressErrors } from '../cidr.ts'
import { conditionErrors } from '../conditions.ts'
import { nodeSelectorErrors } from '../core/node-selector.ts'
import { equal } from '../equal.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  AllocatedDeviceStatus, AllocationResult, DeviceAllocationConfiguration, DeviceRequestAllocationResult,
  NetworkDeviceData, ResourceClaim, ResourceClaimStatus,
} from '../generated/resource.gen.ts'
import { checkDeclaredDriver, checkDeclaredPool, checkUuid } from './declared.ts'
import { checkRequestRef, checkRequestRefs, requestNamesOf, type RequestNames } from './claim-devices.ts'
import {
  checkBindingConditions, checkDriver, checkItems, checkOpaque, checkPool, checkRaw, checkSet, checkToleration,
} from './shared.ts'

const STATUS = at(undefined, 'status')
/** Numbers of pkg/apis/resource/types.go. */
const RESERVED_MAX = 256
const RESULTS_MAX = 32
const CONFIG_MAX = 64
const CONDITIONS_MAX = 8
const IPS_MAX = 16
const INTERFACE_BYTES_MAX = 256
const HARDWARE_BYTES_MAX = 128
const SOURCES = ['FromClaim', 'FromClass']

/** A device, and the share of it if it is shared. Source: structured.SharedDeviceID. */
const deviceKey = (device: { driver: string; pool: string; device: string; shareID?: string }): string =>
  [device.driver, device.pool, device.device, device.shareID ?? ''].join('/')

const allocatedKeys = (status: ResourceClaimStatus | undefined): Set<string> =>
  new Set((status?.allocation?.devices?.results ?? []).map(deviceKey))

/** Status of devices that are no longer allocated goes with them. Source: dropDeallocatedStatusDevices. */
export function dropDeallocated(claim: ResourceClaim, before: ResourceClaim): void {
  const { status } = claim
  if (!status?.devices) return
  const now = allocatedKeys(status)
  const gone = allocatedKeys(before.status).difference(now)
  status.devices = status.devices.filter((device) => !gone.has(deviceKey(device)))
  if (status.devices.length === 0) delete status.devices
}

/** Source: resource/validation ValidateResourceClaimStatusUpdate. */
export function claimStatusErrors(claim: ResourceClaim, before: ResourceClaim): FieldError[] {
  const errors: FieldError[] = []
  const status = claim.status ?? {}
  const old = before.status ?? {}
  const names = requestNamesOf(claim.spec?.devices ?? {})
  reservedErrors(errors, { status, old, deleting: claim.metadata.deletionTimestamp !== undefined })
  const allocated = allocatedKeys(status)
  checkSet(
    errors,
    at(STATUS, 'devices'),
    { items: status.devices, max: Infinity, keyOf: deviceKey },
    (device, item) => deviceErrors(errors, item, device, allocated),
  )
  const { allocation } = status
  if (allocation && old.allocation) {
    if (!equal(allocation, old.allocation))
      errors.push(invalid('status.allocation', null, 'field cannot be modified once set'))
  } else if (allocation) allocationErrors(errors, at(STATUS, 'allocation'), allocation, names)
  return errors
}

interface Reservation {
  readonly status: ResourceClaimStatus
  readonly old: ResourceClaimStatus
  readonly deleting: boolean
}

function reservedErrors(errors: FieldError[], { status, old, deleting }: Reservation): void {
  const path = at(STATUS, 'reservedFor')
  checkSet(
    errors,
    path,
    { items: status.reservedFor, max: RESERVED_MAX, keyOf: ({ uid }) => uid ?? '' },
    (consumer, item) => {
      for (const name of ['resource', 'name', 'uid'] as const)
        if (!consumer[name]) errors.push(required(where(item, name), ''))
    },
  )
  const reserved = status.reservedFor ?? []
  if (reserved.length === 0) return
  const refuse = (detail: string): void => void errors.push(forbidden(where(path), detail))
  if (!status.allocation) refuse('may not be specified when `allocated` is not set')
  else if (deleting && reserved.some((one) => !(old.reservedFor ?? []).some((other) => equal(one, other))))
    refuse('new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set')
}

function deviceErrors(
  errors: FieldError[],
  path: Path,
  device: AllocatedDeviceStatus,
  allocated: ReadonlySet<string>,
): void {
  checkDriver(errors, path, device.driver)
  checkPool(errors, at(path, 'pool'), device.pool)
  checkLabel(errors, path, 'device', device.device ?? '')
  if (device.shareID !== undefined) checkUuid(errors, at(path, 'shareID'), device.shareID)
  if (!allocated.has(deviceKey(device)))
    errors.push(invalid(where(path), sharedId(device), 'must be an allocated device in the claim'))
  const conditions = device.conditions ?? []
  if (conditions.length > CONDITIONS_MAX)
    errors.push(tooMany(where(path, 'conditions'), conditions.length, CONDITIONS_MAX))
  conditionErrors(errors, at(path, 'conditions'), conditions)
  if (device.data !== undefined) checkRaw(errors, at(path, 'data'), device.data, false)
  if (device.networkData) networkErrors(errors, at(path, 'networkData'), device.networkData)
}

/** As Go's JSON shows the key of a device. */
const sharedId = ({ driver, pool, device, shareID }: AllocatedDeviceStatus): object => ({
  Driver: driver ?? '', Pool: pool ?? '', Device: device ?? '', ShareID: shareID ?? '',
})

function networkErrors(errors: FieldError[], path: Path, data: NetworkDeviceData): void {
  if (exceedsBytes(data.interfaceName ?? '', INTERFACE_BYTES_MAX))
    errors.push(tooLong(where(path, 'interfaceName'), INTERFACE_BYTES_MAX))
  if (exceedsBytes(data.hardwareAddress ?? '', HARDWARE_BYTES_MAX))
    errors.push(tooLong(where(path, 'hardwareAddress'), HARDWARE_BYTES_MAX))
  checkSet(errors, at(path, 'ips'), { items: data.ips, max: IPS_MAX, keyOf: (ip) => ip }, (ip, item) =>
    errors.push(...interfaceAddressErrors(where(item), ip)),
  )
}

function allocationErrors(
  errors: FieldError[],
  path: Path,
  { devices = {}, nodeSelector }: AllocationResult,
  names: RequestNames,
): void {
  const inner = at(path, 'devices')
  checkItems(errors, at(inner, 'results'), { items: devices.results, max: RESULTS_MAX }, (result, item) =>
    resultErrors(errors, item, result, names),
  )
  checkItems(errors, at(inner, 'config'), { items: devices.config, max: CONFIG_MAX }, (config, item) =>
    configErrors(errors, item, config, names),
  )
  if (nodeSelector) nodeSelectorErrors(errors, at(path, 'nodeSelector'), nodeSelector)
}

function resultErrors(
  errors: FieldError[],
  path: Path,
  result: DeviceRequestAllocationResult,
  names: RequestNames,
): void {
  checkRequestRef(errors, at(path, 'request'), result.request ?? '', names)
  checkDeclaredDriver(errors, at(path, 'driver'), result.driver)
  checkDeclaredPool(errors, at(path, 'pool'), result.pool)
  checkLabel(errors, path, 'device', result.device ?? '')
  checkBindingConditions(errors, path, result)
  for (const [i, toleration] of (result.tolerations ?? []).entries())
    checkToleration(errors, at(at(path, 'tolerations'), i), toleration)
  if (result.shareID !== undefined) checkUuid(errors, at(path, 'shareID'), result.shareID)
}

function configErrors(
  errors: FieldError[],
  path: Path,
  { source = '', requests, opaque }: DeviceAllocationConfiguration,
  names: RequestNames,
): void {
  if (source === '') errors.push(required(where(path, 'source'), ''))
  else if (!SOURCES.includes(source)) errors.push(notSupported(where(path, 'source'), source, SOURCES))
  checkRequestRefs(errors, at(path, 'requests'), requests, names)
  checkOpaque(errors, path, opaque, false)
}
