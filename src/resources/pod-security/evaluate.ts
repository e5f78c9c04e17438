import type { ObjectMeta } from '../../meta/object.ts'
import type { PodSpec } from '../generated/core.gen.ts'
import { BASELINE } from './baseline-checks.ts'
import type { Check, Violation } from './check.ts'
import type { LevelVersion } from './policy.ts'
import { RESTRICTED } from './restricted-checks.ts'

/** The minor version after which no rule changed; later ones and the latest mean the same. */
const LAST_MINOR = Math.max(...[...BASELINE, ...RESTRICTED].flatMap(({ versions }) => versions.map(({ since }) => since)))

const at = ({ versions }: Check, minor: number) => versions.findLast(({ since }) => since <= minor)

/** Everything about a Pod that is against the profile; baseline rules first, each by id. */
export function violationsOf({ level, minor }: LevelVersion, spec: PodSpec, metadata: ObjectMeta): Violation[] {
  if (level === 'privileged') return []
  const version = Math.min(minor ?? LAST_MINOR, LAST_MINOR)
  const stricter = level === 'restricted' ? RESTRICTED.flatMap((check) => at(check, version) ?? []) : []
  const replaced = new Set(stricter.flatMap(({ overrides = [] }) => overrides))
  const rules = [...BASELINE.filter(({ id }) => !replaced.has(id)).flatMap((check) => at(check, version) ?? []), ...stricter]
  return rules.flatMap(({ check }) => check(spec, metadata) ?? [])
}

/** `host namespaces (hostPID=true), privileged (...)`. */
export const detailText = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ')

/** The reasons alone. */
export const reasonText = (violations: readonly Violation[]): string => violations.map(({ reason }) => reason).join(', ')
