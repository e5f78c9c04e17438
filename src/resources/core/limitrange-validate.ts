import { duplicate, forbidden, invalid, required, type FieldError } from '../../meta/field-error.ts'
import { isQualifiedName } from '../../meta/names.ts'
import {
  canonicalQuantity,
  compareQuantity,
  parseQuantity,
  quantityMilliValue,
  quantityNumber,
  type Quantity,
} from '../../meta/quantity.ts'
import { at, where, whereKey, type Path } from '../field-path.ts'
import type { LimitRange, LimitRangeItem } from '../generated/core.gen.ts'
import {
  containerResourceNameErrors,
  isOvercommitAllowed,
  resourceNameErrors,
} from '../resource-name.ts'
import type { ResourceList } from '../resource-list.ts'

const TYPES = ['Container', 'PersistentVolumeClaim', 'Pod']
const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const
const OF_CONTAINERS = ['default', 'defaultRequest'] as const
const LIMITS = at(at(undefined, 'spec'), 'limits')

/** Source: core/validation ValidateLimitRange. */
export function limitRangeErrors({ spec }: LimitRange): FieldError[] {
  const errors: FieldError[] = []
  const types = new Set<string>()
  for (const [i, item] of (spec?.limits ?? []).entries()) {
    const path = at(LIMITS, i)
    const { type = '' } = item
    typeErrors(errors, where(path, 'type'), type)
    if (types.has(type)) errors.push(duplicate(where(path, 'type'), type))
    types.add(type)
    nameErrors(errors, path, item)
    for (const name of namesOf(item)) amountErrors(errors, path, name, item)
  }
  return errors
}

function typeErrors(errors: FieldError[], field: string, type: string): void {
  const reasons = isQualifiedName(type)
  for (const reason of reasons) errors.push(invalid(field, type, reason))
  if (reasons.length === 0 && !type.includes('/') && !TYPES.includes(type))
    errors.push(invalid(field, type, 'must be a standard limit type or fully qualified'))
}

function nameErrors(errors: FieldError[], path: Path, item: LimitRangeItem): void {
  const ofPod = item.type === 'Pod'
  const check = ofPod || item.type === 'Container' ? containerResourceNameErrors : resourceNameErrors
  for (const list of LISTS) {
    if (ofPod && (list === 'default' || list === 'defaultRequest')) continue
    for (const name of Object.keys(item[list] ?? {}))
      errors.push(...check(whereKey(at(path, list), name), name))
  }
  if (ofPod)
    for (const list of OF_CONTAINERS)
      if (Object.keys(item[list] ?? {}).length > 0)
        errors.push(forbidden(where(path, list), "may not be specified when `type` is 'Pod'"))
  const sized = item.min?.['storage'] !== undefined || item.max?.['storage'] !== undefined
  if (item.type === 'PersistentVolumeClaim' && !sized)
    errors.push(
      required(
        where(path, 'limits'),
        'either minimum or maximum storage value is required, but neither was provided',
      ),
    )
}

const namesOf = (item: LimitRangeItem): Set<string> =>
  new Set(LISTS.flatMap((list) => Object.keys(item[list] ?? {})))

interface Amount {
  readonly text: string
  readonly quantity: Quantity
}

function amountIn(list: ResourceList | undefined, name: string): Amount | undefined {
  const text = list?.[name]
  const parsed = text === undefined ? undefined : parseQuantity(String(text))
  return parsed?.ok ? { text: canonicalQuantity(String(text)), quantity: parsed.value } : undefined
}

const above = (a: Amount | undefined, b: Amount | undefined): boolean =>
  a !== undefined && b !== undefined && compareQuantity(a.quantity, b.quantity) > 0

function amountErrors(
  errors: FieldError[],
  path: Path,
  name: string,
  item: LimitRangeItem,
): void {
  const ofPod = item.type === 'Pod'
  const min = amountIn(item.min, name)
  const max = amountIn(item.max, name)
  const limit = ofPod ? undefined : amountIn(item.default, name)
  const request = ofPod ? undefined : amountIn(item.defaultRequest, name)
  const wrong = (list: string, shown: Amount | undefined, why: string): void =>
    void errors.push(invalid(whereKey(at(path, list), name), shown?.text, why))
  if (above(min, max))
    wrong('min', min, `min value ${min?.text} is greater than max value ${max?.text}`)
  const asked = `default request value ${request?.text}`
  if (above(min, request))
    wrong('defaultRequest', request, `min value ${min?.text} is greater than ${asked}`)
  if (above(request, max))
    wrong('defaultRequest', request, `${asked} is greater than max value ${max?.text}`)
  if (above(request, limit))
    wrong('defaultRequest', request, `${asked} is greater than default limit value ${limit?.text}`)
  if (above(min, limit))
    wrong('default', min, `min value ${min?.text} is greater than default value ${limit?.text}`)
  if (above(limit, max))
    wrong('default', max, `default value ${limit?.text} is greater than max value ${max?.text}`)
  ratioErrors(wrong, amountIn(item.maxLimitRequestRatio, name), min, max)
  const differ = limit && request && compareQuantity(limit.quantity, request.quantity) !== 0
  if (differ && !isOvercommitAllowed(name))
    wrong(
      'defaultRequest',
      request,
      `default value ${limit.text} must equal to defaultRequest value ${request.text} in ${name}`,
    )
}

function ratioErrors(
  wrong: (list: string, shown: Amount | undefined, why: string) => void,
  ratio: Amount | undefined,
  min: Amount | undefined,
  max: Amount | undefined,
): void {
  if (!ratio) return
  const value = quantityNumber(ratio.quantity)
  if (value < 1) wrong('maxLimitRequestRatio', ratio, `ratio ${ratio.text} is less than 1`)
  if (!min || !max) return
  const most = quantityMilliValue(max.quantity) / quantityMilliValue(min.quantity)
  if (value > most)
    wrong(
      'maxLimitRequestRatio',
      ratio,
      `ratio ${ratio.text} is greater than max/min = ${most.toFixed(6)}`,
    )
}
