import type { Instant } from '../../base/clock.ts'
import { CRASH_BACKOFF_MS_MAX, CRASH_BACKOFF_MS_MIN } from '../../base/limits.ts'
import type { Container, Pod } from '../../resources/generated/core.gen.ts'
import type { ObservedContainer } from './observed.ts'
import type { BackoffEntry } from './pod-facts.ts'
import { specOf } from './pod-spec.ts'

/** Whether an exit with this code is followed by another try. Source: api/v1/pod ContainerShouldRestart. */
export function restartsAfter(pod: Pod, container: Container, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) {
    const rule = (container.restartPolicyRules ?? []).find(
      (r) => r.action === 'Restart' && ruleMatches(r.exitCodes, exitCode),
    )
    if (rule) return true
    return policyRestarts(container.restartPolicy, exitCode)
  }
  return policyRestarts(specOf(pod).restartPolicy ?? 'Always', exitCode)
}

/** Whether a failed probe is followed by another try: rules on exit codes do not count then. */
export function restartsAfterKill(pod: Pod, container: Container): boolean {
  return (container.restartPolicy ?? specOf(pod).restartPolicy ?? 'Always') !== 'Never'
}

/** Whether the container should be started (again). Source: kubecontainer ShouldContainerBeRestarted. */
export function shouldStart(
  pod: Pod,
  container: Container,
  latest: ObservedContainer | undefined,
): boolean {
  if (pod.metadata.deletionTimestamp) return false
  if (!latest || latest.phase === 'created') return true
  return latest.phase === 'exited' && restartsAfter(pod, container, latest.exitCode)
}

/** Milliseconds that remain of the back-off, and its full length; undefined when it may start now. */
export function crashBackoff(
  entry: BackoffEntry | undefined,
  finishedMs: Instant,
  now: Instant,
): { ms: number; until: Instant } | undefined {
  if (!entry || expired(entry, finishedMs)) return undefined
  const until = finishedMs + entry.ms
  return now < until ? { ms: entry.ms, until } : undefined
}

/** The entry after one more start. Source: client-go flowcontrol Backoff.Next. */
export function nextBackoff(
  entry: BackoffEntry | undefined,
  finishedMs: Instant,
  now: Instant,
): BackoffEntry {
  const ms =
    !entry || expired(entry, finishedMs)
      ? CRASH_BACKOFF_MS_MIN
      : Math.min(entry.ms * 2, CRASH_BACKOFF_MS_MAX)
  return { ms, updatedMs: now }
}

/** `back-off 10s restarting failed container=web pod=...`: Go spells minutes as `1m20s`. */
export const goSeconds = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

/** A container that ran for twice the longest back-off starts over. */
const expired = (entry: BackoffEntry, finishedMs: Instant): boolean =>
  finishedMs - entry.updatedMs > 2 * CRASH_BACKOFF_MS_MAX

function policyRestarts(policy: string, exitCode: number): boolean {
  if (policy === 'Always') return true
  return policy === 'OnFailure' && exitCode !== 0
}

function ruleMatches(
  on: { operator?: string; values?: number[] } | undefined,
  exitCode: number,
): boolean {
  if (!on) return false
  const listed = (on.values ?? []).includes(exitCode)
  return on.operator === 'NotIn' ? !listed : listed
}
