import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText, timeText } from '../../meta/timestamp.ts'
import { addInvalid } from '../checks.ts'
import { nodeSelectorErrors } from '../core/node-selector.ts'
import { define, type Facts } from '../define.ts'
import { at, where } from '../field-path.ts'
import { shownTerm } from '../go-shown.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { Device, ResourceSlice, ResourceSliceSpec } from '../generated/resource.gen.ts'
import { checkShortName } from './declared.ts'
import { checkDriver, checkPool, checkSet } from './shared.ts'
import { counterErrors, deviceErrors } from './slice-device.ts'

const SPEC = at(undefined, 'spec')
const POOL = at(SPEC, 'pool')
/** Numbers of pkg/apis/resource/types.go. */
const DEVICES_MAX = 128
const ADVANCED_DEVICES_MAX = 64
const COUNTER_SETS_MAX = 8
const COUNTERS_MAX = 32
const CHOICE =
  'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'

/** Source: pkg/registry/resource/resourceslice/strategy.go. */
export const resourceSlice = define<ResourceSlice>({
  resource: 'resourceslices.resource.k8s.io',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  singular: 'resourceslice',
  namespaced: false,
  served: [{ group: 'resource.k8s.io', version: 'v1', schema: 'io.k8s.api.resource.v1.ResourceSlice' }],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    object.spec ??= { driver: '', pool: { name: '', generation: 0, resourceSliceCount: 0 } }
  },
  prepareCreate: prepare,
  prepareUpdate: (object, _before, facts) => prepare(object, facts),
  validate: ({ spec }) => specErrors(spec, undefined),
  validateUpdate: ({ spec }, before) => specErrors(spec, before.spec),
  warnings: ({ spec: { driver = '' } }) =>
    driver === driver.toLowerCase()
      ? []
      : [`spec.driver: driver names should be lowercase; ${goQuote(driver)} contains uppercase characters`],
  generationOf: ['spec'],
  fields: {
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
    'spec.driver': ({ spec }) => spec?.driver ?? '',
    'spec.pool.name': ({ spec }) => spec?.pool?.name ?? '',
  },
  indexed: ['spec.nodeName'],
  columns: COLUMNS.ResourceSlice,
  cells: ({ metadata, spec }, now) => [
    metadata.name ?? '',
    spec?.nodeName ?? '',
    spec?.driver ?? '',
    spec?.pool?.name ?? '',
    ageText(metadata.creationTimestamp, now),
  ],
})

/** Taints get their time; fields behind gates that v1.37 has off are dropped. */
function prepare({ spec }: ResourceSlice, { now }: Facts): void {
  delete spec.partitionTypeAttribute
  delete spec.skipNodeOperations
  for (const device of spec.devices ?? []) {
    delete device.nodeAllocatableResources
    for (const taint of device.taints ?? []) taint.timeAdded ??= timeText(now)
    for (const consumption of device.consumesCounters ?? []) delete consumption.compatibilityGroups
    for (const attribute of Object.values(device.attributes ?? {}))
      for (const list of ['ints', 'bools', 'strings', 'versions'] as const) delete attribute[list]
  }
}

/** Source: resource/validation validateResourceSliceSpec. */
function specErrors(spec: ResourceSliceSpec, old: ResourceSliceSpec | undefined): FieldError[] {
  const errors: FieldError[] = []
  checkDriver(errors, SPEC, spec.driver)
  poolErrors(errors, spec)
  if (old) immutableErrors(errors, spec, old)
  nodeErrors(errors, spec)
  if (spec.sharedCounters && spec.devices)
    errors.push(invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed'))
  const before = new Map((old?.devices ?? []).map((device) => [device.name, device]))
  checkSet(
    errors,
    at(SPEC, 'devices'),
    {
      items: spec.devices,
      max: (spec.devices ?? []).some(isAdvanced) ? ADVANCED_DEVICES_MAX : DEVICES_MAX,
      keyOf: ({ name }) => name ?? '',
    },
    (device, item) =>
      deviceErrors(errors, item, device, {
        old: before.get(device.name),
        perDevice: spec.perDeviceNodeSelection ?? false,
      }),
  )
  checkSet(
    errors,
    at(SPEC, 'sharedCounters'),
    { items: spec.sharedCounters, max: COUNTER_SETS_MAX, keyOf: ({ name }) => name ?? '', shown: (set) => set },
    ({ name = '', counters }, item) => {
      if (name === '') errors.push(required(where(item, 'name'), ''))
      else checkShortName(errors, at(item, 'name'), name)
      counterErrors(errors, at(item, 'counters'), counters, COUNTERS_MAX)
    },
  )
  return errors
}

const isAdvanced = ({ taints, consumesCounters }: Device): boolean =>
  (taints?.length ?? 0) > 0 || (consumesCounters?.length ?? 0) > 0

function poolErrors(errors: FieldError[], { pool }: ResourceSliceSpec): void {
  const { name, resourceSliceCount: count = 0, generation = 0 } = pool ?? {}
  checkPool(errors, at(POOL, 'name'), name)
  if (count <= 0)
    errors.push(invalid(where(POOL, 'resourceSliceCount'), count, 'must be greater than zero'))
  if (generation < 0)
    errors.push(invalid(where(POOL, 'generation'), generation, 'must be greater than or equal to zero'))
}

function immutableErrors(errors: FieldError[], spec: ResourceSliceSpec, old: ResourceSliceSpec): void {
  const fixed = (field: string, now: string | undefined, then: string | undefined): void => {
    if (now !== then) errors.push(invalid(field, now ?? null, 'field is immutable'))
  }
  fixed('spec.pool.name', spec.pool?.name ?? '', old.pool?.name ?? '')
  fixed('spec.driver', spec.driver ?? '', old.driver ?? '')
  fixed('spec.nodeName', spec.nodeName, old.nodeName)
}

function nodeErrors(errors: FieldError[], spec: ResourceSliceSpec): void {
  const { nodeName, nodeSelector } = spec
  const set: string[] = []
  if (nodeName) {
    set.push('`nodeName`')
    addInvalid(errors, SPEC, 'nodeName', nodeName, nameIsDnsSubdomain(nodeName, false))
  } else if (nodeName === '')
    errors.push(invalid('spec.nodeName', '', 'must be either unset or set to a non-empty string'))
  if (nodeSelector) {
    set.push('`nodeSelector`')
    nodeSelectorErrors(errors, at(SPEC, 'nodeSelector'), nodeSelector)
    const terms = nodeSelector.nodeSelectorTerms ?? []
    if (terms.length !== 1)
      errors.push(
        invalid(
          'spec.nodeSelector.nodeSelectorTerms',
          terms.length === 0 ? null : terms.map(shownTerm),
          'must have exactly one node selector term',
        ),
      )
  }
  for (const name of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (spec[name]) set.push(`\`${name}\``)
    else if (spec[name] === false)
      errors.push(invalid(`spec.${name}`, false, 'must be either unset or set to true'))
  }
  if (set.length === 0) errors.push(required('spec', CHOICE))
  if (set.length > 1)
    errors.push(invalid('spec', `{${set.join(', ')}}`, `${CHOICE}, but multiple fields are set`))
}
