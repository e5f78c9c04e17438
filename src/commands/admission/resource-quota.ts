import type { KubeObject } from '../../meta/object.ts'
import {
  addQuantity, compareQuantity, quantitySign, quantityText, subQuantity, ZERO_QUANTITY, type Quantity,
} from '../../meta/quantity.ts'
import type { Status } from '../../meta/status.ts'
import type { PendingState } from '../../projections/pending-state.ts'
import type { QuotaEvaluator } from '../../resources/core/quota/evaluator.ts'
import type { QuotaTotal } from '../../resources/core/quota/quota-total.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'
import { forbidden } from './forbidden.ts'
import { QuotaBook } from './quota-book.ts'

type Amounts = ReadonlyMap<string, Quantity>

/**
 * Refuses what would exceed a quota of the namespace. Decisions see all that is in flight, so the answer
 * is exact and needs no retries: upstream's bookkeeping in status.used is a controller's work here.
 * Source: apiserver admission/plugin/resourcequota/controller.go CheckRequest.
 */
export function resourceQuotaAdmission(state: PendingState): AdmissionRule {
  const book = new QuotaBook(state)
  return {
    name: 'ResourceQuota',
    subresources: 'all',
    operations: ['CREATE', 'UPDATE'],
    phase: 'validate',
    admit(request) {
      const totals = request.definition.namespaced ? book.of(request.namespace) : undefined
      if (!totals) return undefined
      const evaluator = book.evaluators(request.definition.resource)
      const operation = request.operation as 'CREATE' | 'UPDATE'
      if (!evaluator?.handles(operation, request.subresource, request.object, request.before)) return undefined
      return check(request, evaluator, totals)
    },
  }
}

function check(request: AdmissionRequest, evaluator: QuotaEvaluator, all: readonly QuotaTotal[]): Status | undefined {
  const { definition: { resource }, object } = request
  const totals = all.filter((total) => total.covers(resource, object))
  for (const total of totals) {
    const lack = evaluator.lacks?.(object, total.counted(resource))
    if (lack !== undefined) return forbidden(request, `failed quota: ${total.quota.metadata.name}: ${lack}`)
  }
  if (totals.length === 0) return undefined
  const wanted = evaluator.usage(object)
  for (const total of totals) {
    const excess = exceeded(request, total, askedOf(request, evaluator, total, wanted))
    if (excess) return excess
  }
  return undefined
}

/** What is asked on top: all of it, or what an update adds to what the quota counts already. */
function askedOf(
  { before, definition }: AdmissionRequest, evaluator: QuotaEvaluator, total: QuotaTotal, wanted: Amounts,
): Amounts {
  const counted = before !== undefined && total.covers(definition.resource, before)
  return counted ? added(evaluator, before, wanted) : wanted
}

const added = (evaluator: QuotaEvaluator, before: KubeObject, wanted: Amounts): Amounts => {
  const had = evaluator.usage(before)
  return new Map([...wanted].map(([name, amount]) => [name, subQuantity(amount, had.get(name) ?? ZERO_QUANTITY)]))
}

function exceeded(request: AdmissionRequest, total: QuotaTotal, asked: Amounts): Status | undefined {
  const used = total.usedAt(request.facts.now)
  const over: string[] = []
  for (const [name, amount] of asked) {
    const most = total.hard.get(name)
    if (!most || quantitySign(amount) <= 0) continue
    if (compareQuantity(addQuantity(used.get(name)!, amount), most) > 0) over.push(name)
  }
  if (over.length === 0) return undefined
  const shown = (amounts: Amounts): string =>
    over.toSorted().map((name) => `${name}=${quantityText(amounts.get(name)!)}`).join(',')
  return forbidden(
    request,
    `exceeded quota: ${total.quota.metadata.name}, requested: ${shown(asked)}, used: ${shown(used)}, limited: ${shown(total.hard)}`,
  )
}
