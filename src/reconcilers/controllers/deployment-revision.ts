import type { Deployment, ReplicaSet } from '../../resources/generated/apps.gen.ts'
import { maxSurge, wanted } from './deployment-numbers.ts'

/** Which rollout a set served last. Source, of the next three too: deployment_util.go. */
export const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
/** Replicas of the Deployment when the set was last scaled. */
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
/** The same with surge. */
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'

const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
])

/** Source: sync.go maxRevHistoryLengthInChars. */
const HISTORY_CHARS_MAX = 2_000

type Annotations = Record<string, string>

/** The set's revision; 0 when it has none or it is no number. */
export function revisionOf(set: ReplicaSet): number {
  return integer(set.metadata.annotations?.[REVISION] ?? '0') ?? 0
}

/** The highest revision. */
export const maxRevision = (sets: readonly ReplicaSet[]): number =>
  Math.max(0, ...sets.map(revisionOf))

/**
 * The annotations of the set that serves the current template: the Deployment's own (change-cause
 * among them), and the next revision when an older set has passed it by. A set that served before
 * keeps its former revisions as history. Source: deployment_util.go SetNewReplicaSetAnnotations.
 */
export function newSetAnnotations(
  d: Deployment,
  before: Annotations,
  revision: number,
): Annotations {
  const after: Annotations = { ...before }
  for (const [key, value] of Object.entries(d.metadata.annotations ?? {}))
    if (!NOT_COPIED.has(key)) after[key] = value
  const known = before[REVISION]
  const served = known === undefined || known === '' ? 0 : integer(known)
  if (served === undefined || served >= revision) return after
  after[REVISION] = String(revision)
  if (known !== undefined) {
    const history = withHistory(before[REVISION_HISTORY] ?? '', known)
    if (history !== undefined) after[REVISION_HISTORY] = history
  }
  return after
}

/**
 * What a set remembers of the size it was scaled for. Source: deployment_util.go
 * SetReplicasAnnotations.
 */
export const sizeAnnotations = (d: Deployment): Annotations => ({
  [DESIRED_REPLICAS]: String(wanted(d)),
  [MAX_REPLICAS]: String(wanted(d) + maxSurge(d)),
})

/** A size the set remembers; undefined when it has none or it is no number. */
export function rememberedSize(
  set: ReplicaSet,
  annotation: typeof DESIRED_REPLICAS | typeof MAX_REPLICAS,
): number | undefined {
  const size = integer(set.metadata.annotations?.[annotation] ?? '')
  return size !== undefined && size >= 0 && size <= 0x7fffffff ? size : undefined
}

/** Appends a revision, dropping the oldest when the text grows too long. */
function withHistory(history: string, revision: string): string | undefined {
  const known = history === '' ? [] : history.split(',')
  if (known.length === 0) return revision
  let chars = history.length + revision.length + 1
  while (chars > HISTORY_CHARS_MAX && known.length > 0) chars -= known.shift()!.length + 1
  return chars <= HISTORY_CHARS_MAX ? [...known, revision].join(',') : undefined
}

const integer = (text: string): number | undefined =>
  /^[+-]?[0-9]+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined
