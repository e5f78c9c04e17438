import {
  parseQuantity, quantityMilliValue, quantityText, quantityValue, ZERO_QUANTITY, type Quantity,
} from '../../meta/quantity.ts'
import { podLimits, podRequests } from '../../resources/core/pod/requests.ts'
import type { LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from '../../resources/generated/core.gen.ts'
import { quantitiesOf, type Quantities } from '../../resources/resource-list.ts'

/** Largest amount that has thousandths in an int64. Source: apimachinery resource.MaxMilliValue. */
const MILLI_MAX = 9_223_372_036_854_775

/** What somebody asks for and what bounds it. */
interface Asked {
  /** `Container`, `Pod`, `PersistentVolumeClaim`, as messages name it. */
  readonly kind: string
  readonly requests: Quantities
  readonly limits: Quantities
}

/** What of a Pod breaks a LimitRange. Source: limitranger PodValidateLimitFunc. */
export function podLimitErrors(pod: Pod, range: LimitRange): string[] {
  return (range.spec?.limits ?? []).flatMap((item) => {
    if (item.type === 'Container')
      return [...(pod.spec!.containers ?? []), ...(pod.spec!.initContainers ?? [])].flatMap(({ resources }) =>
        boundErrors(item, {
          kind: 'Container', requests: quantitiesOf(resources?.requests), limits: quantitiesOf(resources?.limits),
        }),
      )
    return item.type === 'Pod' ? boundErrors(item, podTotals(pod)) : []
  })
}

/** What of a claim breaks a LimitRange: its requests alone count. */
export function claimLimitErrors({ spec }: PersistentVolumeClaim, range: LimitRange): string[] {
  const asked: Asked = {
    kind: 'PersistentVolumeClaim', requests: quantitiesOf(spec?.resources?.requests), limits: new Map(),
  }
  return (range.spec?.limits ?? []).flatMap((item) =>
    item.type === 'PersistentVolumeClaim'
      ? [
          ...each(item.min, (name, bound) => tooLittle(name, bound, asked)),
          ...each(item.max, (name, bound) => tooMuchRequested(name, bound, asked)),
        ]
      : [],
  )
}

/** Without overhead, which a LimitRange does not know. */
function podTotals({ spec }: Pod): Asked {
  const { overhead: _, ...bare } = spec!
  return { kind: 'Pod', requests: podRequests({ spec: bare }), limits: podLimits({ spec: bare }) }
}

const boundErrors = (item: LimitRangeItem, asked: Asked): string[] => [
  ...each(item.min, (name, bound) => tooLittle(name, bound, asked)),
  ...each(item.max, (name, bound) => tooMuch(name, bound, asked)),
  ...each(item.maxLimitRequestRatio, (name, bound) => badRatio(name, bound, asked)),
]

function each(
  list: Readonly<Record<string, string>> | undefined,
  check: (name: string, bound: Quantity) => string | undefined,
): string[] {
  return Object.entries(list ?? {}).flatMap(([name, text]) => {
    const bound = parseQuantity(String(text))
    const error = bound.ok ? check(name, bound.value) : undefined
    return error === undefined ? [] : [error]
  })
}

/** The three amounts at one precision: thousandths where all have them. */
function comparable(request = ZERO_QUANTITY, limit = ZERO_QUANTITY, bound = ZERO_QUANTITY): number[] {
  const amounts = [request, limit, bound]
  const whole = amounts.map(quantityValue)
  return whole.every((value) => value <= MILLI_MAX) ? amounts.map(quantityMilliValue) : whole
}

function tooLittle(name: string, bound: Quantity, { kind, requests, limits }: Asked): string | undefined {
  const [request, limit] = [requests.get(name), limits.get(name)]
  const [asked, most, least] = comparable(request, limit, bound) as [number, number, number]
  const must = `minimum ${name} usage per ${kind} is ${quantityText(bound)}`
  if (!request) return `${must}.  No request is specified`
  if (asked < least) return `${must}, but request is ${quantityText(request)}`
  return limit && most < least ? `${must}, but limit is ${quantityText(limit)}` : undefined
}

function tooMuch(name: string, bound: Quantity, { kind, requests, limits }: Asked): string | undefined {
  const [request, limit] = [requests.get(name), limits.get(name)]
  const [asked, given, most] = comparable(request, limit, bound) as [number, number, number]
  const must = `maximum ${name} usage per ${kind} is ${quantityText(bound)}`
  if (!limit) return `${must}.  No limit is specified`
  if (given > most) return `${must}, but limit is ${quantityText(limit)}`
  return request && asked > most ? `${must}, but request is ${quantityText(request)}` : undefined
}

function tooMuchRequested(name: string, bound: Quantity, { kind, requests }: Asked): string | undefined {
  const request = requests.get(name)
  const [asked, , most] = comparable(request, undefined, bound) as [number, number, number]
  const must = `maximum ${name} usage per ${kind} is ${quantityText(bound)}`
  if (!request) return `${must}.  No request is specified`
  return asked > most ? `${must}, but request is ${quantityText(request)}` : undefined
}

function badRatio(name: string, bound: Quantity, { kind, requests, limits }: Asked): string | undefined {
  const [request, limit] = comparable(requests.get(name), limits.get(name), bound) as [number, number, number]
  const must = `${name} max limit to request ratio per ${kind} is ${quantityText(bound)}`
  if (!requests.get(name) || request === 0) return `${must}, but no request is specified or request is 0`
  if (!limits.get(name) || limit === 0) return `${must}, but no limit is specified or limit is 0`
  const ratio = limit / request
  const most = quantityValue(bound)
  const exceeds = most <= MILLI_MAX ? ratio * 1000 > quantityMilliValue(bound) : ratio > most
  return exceeds ? `${must}, but provided ratio is ${ratio.toFixed(6)}` : undefined
}
