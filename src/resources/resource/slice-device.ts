import { forbidden, invalid, required, tooLong, tooMany, type FieldError } from '../../meta/field-error.ts'
import { exceedsBytes, nameIsDnsSubdomain } from '../../meta/names.ts'
import { addInvalid, checkLabel } from '../checks.ts'
import { nodeSelectorErrors } from '../core/node-selector.ts'
import { equal } from '../equal.ts'
import { at, atKey, where, type Path } from '../field-path.ts'
import type { Device, DeviceAttribute, DeviceCounterConsumption } from '../generated/resource.gen.ts'
import { policyErrors } from './capacity-policy.ts'
import { checkShortName } from './declared.ts'
import { checkAttributeName, checkBindingConditions, checkItems, checkSet, checkTaint } from './shared.ts'

/** Numbers of pkg/apis/resource/types.go. */
const NAMES_MAX = 32
const VALUES_MAX = 48
const VALUE_BYTES_MAX = 64
const TAINTS_MAX = 16
const CONSUMPTIONS_MAX = 2
const COUNTERS_MAX = 32
const KEY_SHOWN_MAX = 96

const NUMBER = '(0|[1-9]\\d*)'
const PRERELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)'
const BUILD = '[0-9a-zA-Z-]+'
/** semver.org 2.0.0. */
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PRERELEASE}(\\.${PRERELEASE})*)?(\\+${BUILD}(\\.${BUILD})*)?$`,
)

/** Source: resource/validation validateDevice. */
export function deviceErrors(
  errors: FieldError[],
  path: Path,
  device: Device,
  { old, perDevice }: { old: Device | undefined; perDevice: boolean },
): void {
  checkLabel(errors, path, 'name', device.name ?? '')
  const attributes = Object.entries(device.attributes ?? {})
  const names = attributes.length + Object.keys(device.capacity ?? {}).length
  const tooManyOf = (count: number, what: string, max: number): void => {
    if (count > max)
      errors.push(invalid(where(path), count, `the total number of ${what} must not exceed ${max}`))
  }
  tooManyOf(names, 'attributes and capacities', NAMES_MAX)
  tooManyOf(attributes.length, 'attribute values', VALUES_MAX)
  for (const [name, attribute] of attributes) {
    checkAttributeName(errors, at(path, 'attributes'), name)
    attributeErrors(errors, atKey(at(path, 'attributes'), shortened(name)), attribute)
  }
  if (!old || !equal(old.capacity, device.capacity)) capacityErrors(errors, at(path, 'capacity'), device)
  if (!old || !equal(old.taints, device.taints))
    checkItems(errors, at(path, 'taints'), { items: device.taints, max: TAINTS_MAX }, (taint, item) =>
      checkTaint(errors, item, taint),
    )
  checkSet(
    errors,
    at(path, 'consumesCounters'),
    {
      items: device.consumesCounters,
      max: CONSUMPTIONS_MAX,
      keyOf: ({ counterSet }) => counterSet ?? '',
      shown: (item) => item,
    },
    (consumption, item) => consumptionErrors(errors, item, consumption),
  )
  nodeErrors(errors, path, device, perDevice)
  checkBindingConditions(errors, path, device)
}

const VALUES = ['int', 'bool', 'string', 'version', 'ints', 'bools', 'strings', 'versions'] as const

/** Exactly one value. Source: validateDeviceAttribute. */
function attributeErrors(errors: FieldError[], path: Path, attribute: DeviceAttribute): void {
  const { string, version } = attribute
  if (string !== undefined) lengthErrors(errors, at(path, 'string'), string)
  if (version !== undefined) {
    if (!SEMVER.test(version))
      errors.push(
        invalid(where(path, 'version'), version, 'must be a string compatible with semver.org spec 2.0.0'),
      )
    lengthErrors(errors, at(path, 'version'), version)
  }
  const set = Object.values(attribute).filter((value) => value !== undefined).length
  if (set === 1) return
  const given = VALUES.filter((name) => attribute[name] !== undefined).map((name) => `${name}`)
  const detail = `must specify ${set === 0 ? '' : 'exactly '}one of: ${VALUES.map((name) => `\`${name}\``).join(', ')}`
  errors.push(invalid(where(path), set === 0 ? '' : `{${given.join(', ')}}`, detail))
}

function lengthErrors(errors: FieldError[], path: Path, text: string): void {
  if (exceedsBytes(text, VALUE_BYTES_MAX)) errors.push(tooLong(where(path), VALUE_BYTES_MAX))
}

function capacityErrors(errors: FieldError[], path: Path, device: Device): void {
  for (const [name, capacity] of Object.entries(device.capacity ?? {})) {
    checkAttributeName(errors, path, name)
    const item = at(atKey(path, shortened(name)), 'requestPolicy')
    if (device.allowMultipleAllocations) policyErrors(errors, item, capacity)
    else if (capacity.requestPolicy)
      errors.push(forbidden(where(item), 'allowMultipleAllocations must be true'))
  }
}

function consumptionErrors(errors: FieldError[], path: Path, consumption: DeviceCounterConsumption): void {
  const { counterSet = '', counters } = consumption
  if (counterSet === '') errors.push(required(where(path, 'counterSet'), ''))
  else checkShortName(errors, at(path, 'counterSet'), counterSet)
  counterErrors(errors, at(path, 'counters'), counters, COUNTERS_MAX)
}

/** Named amounts. Source: validateCounterSet, validateDeviceCounterConsumption. */
export function counterErrors(
  errors: FieldError[],
  path: Path,
  counters: Readonly<Record<string, unknown>> | undefined,
  max: number,
): void {
  const names = Object.keys(counters ?? {})
  if (names.length === 0) return void errors.push(required(where(path), ''))
  if (names.length > max) return void errors.push(tooMany(where(path), names.length, max))
  for (const name of names) checkShortName(errors, path, name)
}

const CHOICE =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'

function nodeErrors(errors: FieldError[], path: Path, device: Device, perDevice: boolean): void {
  const { nodeName, nodeSelector, allNodes } = device
  if (!perDevice) {
    if (nodeName !== undefined || nodeSelector || allNodes !== undefined)
      errors.push(
        invalid(
          where(path),
          null,
          '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
        ),
      )
    return
  }
  const set: string[] = []
  if (nodeName) {
    set.push('`nodeName`')
    addInvalid(errors, path, 'nodeName', nodeName, nameIsDnsSubdomain(nodeName, false))
  } else if (nodeName === '') errors.push(invalid(where(path, 'nodeName'), '', 'must not be empty'))
  if (nodeSelector) {
    set.push('`nodeSelector`')
    nodeSelectorErrors(errors, at(path, 'nodeSelector'), nodeSelector)
  }
  if (allNodes) set.push('`allNodes`')
  else if (allNodes === false)
    errors.push(invalid(where(path, 'allNodes'), false, 'must be either unset or set to true'))
  if (set.length === 0) errors.push(required(where(path), CHOICE))
  if (set.length > 1) errors.push(invalid(where(path), `{${set.join(', ')}}`, CHOICE))
}

/** The middle of a long key is left out. Source: truncateIfTooLong. */
function shortened(key: string): string {
  if (key.length <= KEY_SHOWN_MAX) return key
  const left = KEY_SHOWN_MAX - 3
  return `${key.slice(0, Math.floor((left + 1) / 2))}...${key.slice(key.length - Math.floor(left / 2))}`
}
