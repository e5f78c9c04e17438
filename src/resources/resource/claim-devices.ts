import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { checkLabel, checkSubdomain } from '../checks.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  DeviceClaim, DeviceConstraint, DeviceRequest, DeviceSubRequest, ExactDeviceRequest,
} from '../generated/resource.gen.ts'
import { checkFullName, checkLongName } from './declared.ts'
import { checkSelectors } from './selectors.ts'
import { checkItems, checkOpaque, checkSet, checkToleration } from './shared.ts'

/** Numbers of pkg/apis/resource/types.go. */
export const REQUESTS_MAX = 32
const CONSTRAINTS_MAX = 32
const CONFIG_MAX = 32
const FIRST_AVAILABLE_MAX = 8
const MODES = ['All', 'ExactCount']
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required'

/** Names of a claim's requests, each with those of its alternatives. */
export type RequestNames = ReadonlyMap<string, ReadonlySet<string>>

/** Source: resource/validation gatherRequestNames. */
export const requestNamesOf = ({ requests = [] }: DeviceClaim): RequestNames =>
  new Map(
    requests.map(({ name = '', firstAvailable = [] }) => [
      name,
      new Set(firstAvailable.map((alternative) => alternative.name ?? '')),
    ]),
  )

/** Source: pkg/apis/resource/v1/defaults.go. */
export function setDeviceDefaults(claim: DeviceClaim | undefined): void {
  for (const { exactly, firstAvailable } of claim?.requests ?? [])
    for (const request of [...(exactly ? [exactly] : []), ...(firstAvailable ?? [])]) {
      request.allocationMode ||= 'ExactCount'
      if (request.allocationMode === 'ExactCount' && !request.count) request.count = 1
    }
}

/** Fields behind gates that v1.37 has off. Source: pkg/registry/resource/resourceclaimspec. */
export function dropDisabledFields(claim: DeviceClaim | undefined): void {
  for (const { exactly, firstAvailable } of claim?.requests ?? [])
    for (const request of [...(exactly ? [exactly] : []), ...(firstAvailable ?? [])])
      delete request.derivedAttributes
}

/** Source: resource/validation validateDeviceClaim. */
export function deviceClaimErrors(errors: FieldError[], path: Path, claim: DeviceClaim): void {
  const names = requestNamesOf(claim)
  checkSet(
    errors,
    at(path, 'requests'),
    { items: claim.requests, max: REQUESTS_MAX, keyOf: ({ name }) => name ?? '', shown: ordered },
    (request, item) => requestErrors(errors, item, request),
  )
  checkItems(errors, at(path, 'constraints'), { items: claim.constraints, max: CONSTRAINTS_MAX }, (constraint, item) =>
    constraintErrors(errors, item, constraint, names),
  )
  checkItems(errors, at(path, 'config'), { items: claim.config, max: CONFIG_MAX }, (config, item) => {
    checkRequestRefs(errors, at(item, 'requests'), config.requests, names)
    checkOpaque(errors, item, config.opaque, false)
  })
}

/** A duplicate is shown as Go's JSON of it: defaults stand where the type has them. */
const ordered = ({ name, exactly, firstAvailable }: DeviceRequest): object => ({
  name,
  ...(exactly && { exactly: orderedFields(exactly) }),
  ...(firstAvailable && { firstAvailable: firstAvailable.map(orderedFields) }),
})

const ORDER = [
  'name', 'deviceClassName', 'selectors', 'allocationMode', 'count', 'adminAccess', 'tolerations', 'capacity',
] as const

function orderedFields(request: ExactDeviceRequest | DeviceSubRequest): object {
  const fields: Partial<ExactDeviceRequest & DeviceSubRequest> = request
  return Object.fromEntries(ORDER.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]]])))
}

function requestErrors(errors: FieldError[], path: Path, request: DeviceRequest): void {
  const { name = '', exactly, firstAvailable = [] } = request
  checkLabel(errors, path, 'name', name)
  if (exactly && firstAvailable.length > 0)
    errors.push(invalid(where(path), null, `${ONE_OF}, but multiple fields are set`))
  else if (exactly) exactErrors(errors, at(path, 'exactly'), exactly)
  else if (firstAvailable.length === 0) errors.push(required(where(path), ONE_OF))
  else
    checkSet(
      errors,
      at(path, 'firstAvailable'),
      { items: firstAvailable, max: FIRST_AVAILABLE_MAX, keyOf: ({ name: key }) => key ?? '', shown: orderedFields },
      (sub, item) => {
        checkLabel(errors, item, 'name', sub.name ?? '')
        if (!sub.deviceClassName) errors.push(required(where(item, 'deviceClassName'), ''))
        else checkLongName(errors, at(item, 'deviceClassName'), sub.deviceClassName)
        askedErrors(errors, item, sub)
      },
    )
}

function exactErrors(errors: FieldError[], path: Path, request: ExactDeviceRequest): void {
  const { deviceClassName: name } = request
  if (!name) errors.push(required(where(path, 'deviceClassName'), ''))
  else checkSubdomain(errors, path, 'deviceClassName', name)
  askedErrors(errors, path, request)
}

function askedErrors(errors: FieldError[], path: Path, request: ExactDeviceRequest | DeviceSubRequest): void {
  const { allocationMode: mode = '', count = 0 } = request
  checkSelectors(errors, at(path, 'selectors'), request.selectors)
  if (mode === 'All' && count !== 0)
    errors.push(invalid(where(path, 'count'), count, "must not be specified when allocationMode is 'All'"))
  if (mode === 'ExactCount' && count <= 0)
    errors.push(invalid(where(path, 'count'), count, 'must be greater than zero'))
  if (!MODES.includes(mode)) errors.push(notSupported(where(path, 'allocationMode'), mode, MODES))
  for (const [i, toleration] of (request.tolerations ?? []).entries())
    checkToleration(errors, at(at(path, 'tolerations'), i), toleration)
}

function constraintErrors(
  errors: FieldError[],
  path: Path,
  { requests, matchAttribute, distinctAttribute }: DeviceConstraint,
  names: RequestNames,
): void {
  checkRequestRefs(errors, at(path, 'requests'), requests, names)
  if (matchAttribute !== undefined) checkFullName(errors, at(path, 'matchAttribute'), matchAttribute)
  else if (distinctAttribute !== undefined)
    checkFullName(errors, at(path, 'distinctAttribute'), distinctAttribute)
  else
    errors.push(
      required(
        where(path),
        'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set',
      ),
    )
}

/** Names of requests that something is for. */
export function checkRequestRefs(
  errors: FieldError[],
  path: Path,
  requests: readonly string[] | undefined,
  names: RequestNames,
): void {
  checkSet(errors, path, { items: requests, max: REQUESTS_MAX, keyOf: (name) => name }, (name, item) =>
    checkRequestRef(errors, item, name, names),
  )
}

/** `request` or `request/alternative`. Source: validateRequestNameRef. */
export function checkRequestRef(errors: FieldError[], path: Path, name: string, names: RequestNames): void {
  const unknown = (): void =>
    void errors.push(
      invalid(
        where(path),
        name,
        "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
      ),
    )
  const parts = name.split('/')
  if (parts.length > 2) return unknown()
  for (const part of parts) {
    const own: FieldError[] = []
    checkLabel(own, path, '', part)
    errors.push(...own.map((error) => ({ ...error, field: where(path) })))
  }
  const [first = '', second] = parts
  const alternatives = names.get(first)
  if (!alternatives || (second !== undefined && !alternatives.has(second))) unknown()
}
