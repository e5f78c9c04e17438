import { functionOf, overload, type FunctionDecl, type Implementation } from './declarations.ts'
import { compareSemver, parseLooseSemver, parseSemver, semverText, type Semver } from './semver.ts'
import { structType } from './types.ts'
import {
  NO_OVERLOAD, celObject, dataOf, failure, intOf, orNoOverload,
  type ObjectKind, type Value,
} from './values.ts'
import type { Result } from '../base/result.ts'

/** Semantic versions. Source: apiserver pkg/cel/semver.go. */
export const SEMVER: ObjectKind<Semver> = {
  type: structType('kubernetes.Semver'),
  equal: (a, b) => compareSemver(a, b) === 0,
  text: semverText,
}

/** A version as a value, for hosts. Errors are values. */
export function semverValue(text: string): Value {
  const parsed = parseSemver(text)
  return parsed.ok ? celObject(SEMVER, parsed.value) : failure(parsed.error)
}

const read =
  (use: (parsed: Result<Semver, string>) => Value): Implementation =>
  (text, loose) => {
    if (typeof text !== 'string') return orNoOverload(text)
    if (loose !== undefined && typeof loose !== 'boolean') return NO_OVERLOAD
    return use(loose === true ? parseLooseSemver(text) : parseSemver(text))
  }

const toSemver = read((parsed) => (parsed.ok ? celObject(SEMVER, parsed.value) : failure(parsed.error)))
const isSemver = read((parsed) => parsed.ok)

const part =
  (get: (version: Semver) => bigint): Implementation =>
  (value) => {
    const version = dataOf(value, SEMVER)
    return version ? intOf(BigInt.asIntN(64, get(version))) : orNoOverload(value)
  }

const compared =
  (result: (order: number) => Value): Implementation =>
  (left, right) => {
    const [a, b] = [dataOf(left, SEMVER), dataOf(right, SEMVER)]
    if (!a) return orNoOverload(left)
    return b ? result(compareSemver(a, b)) : NO_OVERLOAD
  }

const V = 'kubernetes.Semver'

/** Semantic versions, version 1. Source: apiserver cel/library/semverlib.go. */
export const SEMVER_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('semver', [
    overload('string_to_semver', `(string) -> ${V}`, toSemver),
    overload('string_bool_to_semver', `(string, bool) -> ${V}`, toSemver),
  ]),
  functionOf('isSemver', [
    overload('is_semver_string', '(string) -> bool', isSemver),
    overload('is_semver_string_bool', '(string, bool) -> bool', isSemver),
  ]),
  functionOf('isGreaterThan', [overload('semver_is_greater_than', `${V}.(${V}) -> bool`, compared((order) => order > 0))]),
  functionOf('isLessThan', [overload('semver_is_less_than', `${V}.(${V}) -> bool`, compared((order) => order < 0))]),
  functionOf('compareTo', [overload('semver_compare_to', `${V}.(${V}) -> int`, compared((order) => order))]),
  functionOf('major', [overload('semver_major', `${V}.() -> int`, part(({ major }) => major))]),
  functionOf('minor', [overload('semver_minor', `${V}.() -> int`, part(({ minor }) => minor))]),
  functionOf('patch', [overload('semver_patch', `${V}.() -> int`, part(({ patch }) => patch))]),
]
