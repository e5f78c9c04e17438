import type { Instant } from '../../base/clock.ts'
import type { Command } from '../../commands/command.ts'
import { timeText } from '../../meta/timestamp.ts'
import type { Namespace, NamespaceCondition } from '../../resources/generated/core.gen.ts'
import { equal } from '../../resources/equal.ts'

/** Objects of one resource that are still in the namespace. */
export interface Remaining {
  readonly plural: string
  readonly group: string
  readonly count: number
  /** Finalizers of all of them, with repeats. */
  readonly finalizers: readonly string[]
}

interface Wish {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

/**
 * The five conditions while nothing is wrong. Source: namespace/deletion/status_condition_utils.go.
 */
const FINE: readonly Wish[] = [
  [
    'NamespaceDeletionDiscoveryFailure',
    'ResourcesDiscovered',
    'All resources successfully discovered',
  ],
  [
    'NamespaceDeletionGroupVersionParsingFailure',
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  ],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  [
    'NamespaceFinalizersRemaining',
    'ContentHasNoFinalizers',
    'All content-preserving finalizers finished',
  ],
].map(([type = '', reason = '', message = '']) => ({ type, status: 'False', reason, message }))

/** Tells what keeps the namespace; nothing when that is told already. */
export function namespaceStatus(
  namespace: Namespace,
  remaining: readonly Remaining[],
  failure: string | undefined,
  now: Instant,
): Command[] {
  const known = namespace.status?.conditions ?? []
  const wishes = FINE.map((fine) => problemOf(fine.type, remaining, failure) ?? fine)
  const others = known.filter((condition) => !FINE.some((fine) => fine.type === condition.type))
  const conditions = [...others, ...wishes.map((wish) => after(known, wish, now))]
  const status = { phase: 'Terminating', conditions }
  if (equal(status, namespace.status)) return []
  const object: Namespace = { ...namespace, status }
  const { name = '' } = namespace.metadata
  const why = `${remaining.reduce((sum, each) => sum + each.count, 0)} objects remain`
  return [
    {
      verb: 'update',
      resource: 'namespaces',
      namespace: '',
      name,
      subresource: 'status',
      object,
      why,
    },
  ]
}

function problemOf(
  type: string,
  remaining: readonly Remaining[],
  failure: string | undefined,
): Wish | undefined {
  if (type === 'NamespaceContentRemaining' && remaining.length > 0) {
    const list = remaining
      .map((r) => `${r.plural}.${r.group} has ${r.count} resource instances`)
      .sort()
    const message = `Some resources are remaining: ${list.join(', ')}`
    return { type, status: 'True', reason: 'SomeResourcesRemain', message }
  }
  if (type === 'NamespaceFinalizersRemaining') {
    const list = countedFinalizers(remaining)
    const message = `Some content in the namespace has finalizers remaining: ${list.join(', ')}`
    return list.length > 0
      ? { type, status: 'True', reason: 'SomeFinalizersRemain', message }
      : undefined
  }
  if (type !== 'NamespaceDeletionContentFailure' || failure === undefined) return undefined
  const message = `Failed to delete all resource types, 1 remaining: ${failure}`
  return { type, status: 'True', reason: 'ContentDeletionFailed', message }
}

function countedFinalizers(remaining: readonly Remaining[]): string[] {
  const counts = new Map<string, number>()
  for (const finalizer of remaining.flatMap((each) => each.finalizers))
    counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1)
  return [...counts]
    .map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
    .sort()
}

function after(known: readonly NamespaceCondition[], wish: Wish, now: Instant): NamespaceCondition {
  const before = known.find((condition) => condition.type === wish.type)
  const kept = before?.status === wish.status ? before.lastTransitionTime : undefined
  return { ...wish, lastTransitionTime: kept ?? timeText(now) }
}
