import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  valueNotFound,
  type FieldError,
} from '../../../meta/field-error.ts'
import {
  compareQuantity,
  parseQuantity,
  quantityText,
  quantityValue,
} from '../../../meta/quantity.ts'
import { checkLabel } from '../../checks.ts'
import { at, atKey, where, whereKey, type Path } from '../../field-path.ts'
import type {
  ContainerResizePolicy,
  PodSpec,
  ResourceClaim,
  ResourceRequirements,
} from '../../generated/core.gen.ts'
import {
  containerResourceNameErrors,
  isHugePages,
  isOvercommitAllowed,
  podResourceNameErrors,
} from '../../resource-name.ts'
import { isWhole, quantityErrors, quantitiesOf, type ResourceList } from '../../resource-list.ts'
import { containerTotal } from './requests.ts'

type NameRule = (field: string, name: string) => FieldError[]

/** Source: core/validation ValidateContainerResourceRequirements. */
export function containerResourceErrors(
  errors: FieldError[],
  path: Path,
  resources: ResourceRequirements,
  claimNames: ReadonlySet<string>,
): void {
  requirementErrors(errors, path, resources, containerResourceNameErrors)
  if (resources.claims) claimErrors(errors, at(path, 'claims'), resources.claims, claimNames)
}

/** Source: core/validation validatePodResources. */
export function podResourceErrors(errors: FieldError[], parent: Path, spec: PodSpec): void {
  const { resources, os } = spec
  if (!resources) return
  const path = at(parent, 'resources')
  if (os?.name === 'windows')
    return void errors.push(forbidden(where(path), 'may not be set for a windows pod'))
  if (resources.claims)
    errors.push(
      forbidden(where(path, 'claims'), 'claims may not be set for Resources at pod-level'),
    )
  requirementErrors(errors, path, resources, podResourceNameErrors)
  consistencyErrors(errors, path, spec)
}

/** Limits alone, for overhead. Source: core/validation validateOverhead. */
export const overheadErrors = (errors: FieldError[], path: Path, overhead: ResourceList): void =>
  requirementErrors(errors, path, { limits: overhead }, containerResourceNameErrors)

/** Source: core/validation validateResourceRequirements. */
function requirementErrors(
  errors: FieldError[],
  path: Path,
  { limits = {}, requests = {} }: ResourceRequirements,
  nameRule: NameRule,
): void {
  let hugePages = false
  let compute = false
  const look = (side: 'limits' | 'requests', name: string, text: string): void => {
    amountErrors(errors, path, { side, name, text, nameRule })
    if (isHugePages(name)) hugePages = true
    if (name === 'cpu' || name === 'memory') compute = true
  }
  for (const name in limits) look('limits', name, String(limits[name]))
  for (const name in requests) {
    look('requests', name, String(requests[name]))
    limitErrors(errors, path, name, { request: String(requests[name]), limit: limits[name] })
    if (isHugePages(name)) hugePageErrors(errors, path, 'requests', name, String(requests[name]))
  }
  if (hugePages && !compute)
    errors.push(forbidden(where(path), 'HugePages require cpu or memory'))
}

interface Amount {
  readonly side: 'limits' | 'requests'
  readonly name: string
  readonly text: string
  readonly nameRule: NameRule
}

function amountErrors(
  errors: FieldError[],
  path: Path,
  { side, name, text, nameRule }: Amount,
): void {
  // The common names need no text of the field to be judged.
  const known = name === 'cpu' || name === 'memory'
  if (!known) errors.push(...nameRule(whereKey(at(path, side), name), name))
  if (!known || text.startsWith('-'))
    quantityErrors(errors, atKey(at(path, side), name), name, text)
  if (side === 'limits' && isHugePages(name)) hugePageErrors(errors, path, side, name, text)
}

function hugePageErrors(
  errors: FieldError[],
  path: Path,
  side: string,
  name: string,
  text: string,
): void {
  const size = parseQuantity(name.slice('hugepages-'.length))
  const amount = parseQuantity(text)
  if (!amount.ok) return
  const fine =
    size.ok &&
    quantityValue(size.value) > 0 &&
    isWhole(size.value) &&
    quantityValue(amount.value) % quantityValue(size.value) === 0
  if (fine) return
  const shown = quantityText(amount.value)
  errors.push(
    invalid(
      whereKey(at(path, side), name),
      shown,
      `${shown} is not positive integer multiple of ${name}`,
    ),
  )
}

/** The request against its limit. */
function limitErrors(
  errors: FieldError[],
  path: Path,
  name: string,
  { request, limit }: { request: string; limit: string | undefined },
): void {
  if (limit === undefined) {
    if (!isOvercommitAllowed(name))
      errors.push(
        required(where(path, 'limits'), 'Limit must be set for non overcommitable resources'),
      )
    return
  }
  if (request === limit || isPlainlyLess(request, limit, name)) return
  const left = parseQuantity(request)
  const right = parseQuantity(String(limit))
  if (!left.ok || !right.ok) return
  const order = compareQuantity(left.value, right.value)
  const fail = (rule: string): void => {
    const why = `must be ${rule} to ${name} limit of ${quantityText(right.value)}`
    errors.push(invalid(where(path, 'requests'), quantityText(left.value), why))
  }
  if (order !== 0 && !isOvercommitAllowed(name)) fail('equal')
  else if (order > 0) fail('less than or equal')
}

/** `250m` against `500m`: most requests, told apart without reading quantities. */
function isPlainlyLess(request: string, limit: string, name: string): boolean {
  const unit = suffixOf(limit)
  if (suffixOf(request) !== unit || !(name === 'cpu' || name === 'memory')) return false
  const left = request.slice(0, request.length - unit.length)
  const right = limit.slice(0, limit.length - unit.length)
  return isDigits(left) && isDigits(right) && Number(left) < Number(right)
}

function suffixOf(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) > 0x39) end--
  return text.slice(end)
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 0x30 || c > 0x39) return false
  }
  return text.length > 0 && text.length < 16
}

/** Source: core/validation validateResourceClaimNames. */
function claimErrors(
  errors: FieldError[],
  path: Path,
  claims: readonly ResourceClaim[],
  claimNames: ReadonlySet<string>,
): void {
  const taken = new Set<string>()
  for (const [i, { name, request }] of claims.entries()) {
    if (!name) {
      errors.push(required(where(path, i), ''))
      continue
    }
    if (taken.has(name)) errors.push(duplicate(where(path, i), name))
    else {
      if (request) checkLabel(errors, at(path, i), 'request', request)
      const key = request ? `${name}/${request}` : name
      if (taken.has(key)) errors.push(duplicate(where(path, i), key))
      else if (!request)
        for (const other of taken)
          if (other.startsWith(`${name}/`)) errors.push(duplicate(where(path, i), name))
      taken.add(key)
    }
    if (!claimNames.has(name)) errors.push(unknownClaim(where(path, i), name, claimNames))
  }
}

function unknownClaim(field: string, name: string, names: ReadonlySet<string>): FieldError {
  const error = valueNotFound(field, name)
  const list = names.size === 0 ? ' which is empty' : `: ${[...names].sort().join(', ')}`
  return {
    ...error,
    message: `${error.message}: must be one of the names in pod.spec.resourceClaims${list}`,
  }
}

/** Source: core/validation validatePodResourceConsistency. */
function consistencyErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  const requests = quantitiesOf(spec.resources?.requests)
  const limits = quantitiesOf(spec.resources?.limits)
  for (const [name, total] of containerTotal(spec, 'requests')) {
    const own = requests.get(name)
    if (own && compareQuantity(total, own) > 0)
      errors.push(
        invalid(
          whereKey(at(path, 'requests'), name),
          quantityText(own),
          `must be greater than or equal to aggregate container requests of ${quantityText(total)}`,
        ),
      )
  }
  for (const [name, total] of containerTotal(spec, 'limits')) {
    const own = limits.get(name)
    if (isHugePages(name) && own && compareQuantity(total, own) > 0)
      errors.push(
        invalid(
          whereKey(at(path, 'limits'), name),
          quantityText(own),
          `must be greater than or equal to aggregate container limits of ${quantityText(total)}`,
        ),
      )
  }
  for (const [i, { resources }] of (spec.containers ?? []).entries())
    for (const [name, limit] of quantitiesOf(resources?.limits)) {
      const own = limits.get(name)
      if (own && compareQuantity(limit, own) > 0)
        errors.push(
          invalid(
            where(path, 'containers', i, `[${name}]`, 'limits'),
            quantityText(limit),
            `must be less than or equal to pod limits of ${quantityText(own)}`,
          ),
        )
    }
}

/** Source: core/validation validateResizePolicy; errors name the list, as there. */
export function resizePolicyErrors(
  errors: FieldError[],
  path: Path,
  policies: readonly ContainerResizePolicy[],
  podRestartPolicy: string,
): void {
  const seen = new Set<string>()
  for (const [i, { resourceName = '', restartPolicy = '' }] of policies.entries()) {
    if (seen.has(resourceName)) errors.push(duplicate(where(path, i), resourceName))
    seen.add(resourceName)
    wordErrors(errors, path, resourceName, ['cpu', 'memory'])
    wordErrors(errors, path, restartPolicy, ['NotRequired', 'RestartContainer'])
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired')
      errors.push(
        invalid(
          where(path),
          restartPolicy,
          "must be 'NotRequired' when pod `restartPolicy` is 'Never'",
        ),
      )
  }
}

function wordErrors(
  errors: FieldError[],
  path: Path,
  word: string,
  words: readonly string[],
): void {
  if (word === '') errors.push(required(where(path), ''))
  else if (!words.includes(word)) errors.push(notSupported(where(path), word, words))
}
