import { err, ok, type Result } from '../base/result.ts'
import { goQuote } from '../meta/go-quote.ts'
import { byCodePoint } from '../meta/go-text.ts'

/** A semantic version. */
export interface Semver {
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  /** Numbers among the identifiers are bigints. */
  readonly pre: readonly (bigint | string)[]
  readonly build: readonly string[]
}

/** Reads a version. Errors are blang/semver's. Source: semver.Parse. */
export function parseSemver(text: string): Result<Semver, string> {
  if (text === '') return err('Version string empty')
  const [first = '', second, ...others] = text.split('.')
  if (second === undefined || others.length === 0) return err('No Major.Minor.Patch elements found')
  const major = numberOf(first, 'major', 'Major')
  if (!major.ok) return major
  const minor = numberOf(second, 'minor', 'Minor')
  if (!minor.ok) return minor
  const rest = others.join('.')
  const plus = rest.indexOf('+')
  const build = plus < 0 ? [] : rest.slice(plus + 1).split('.')
  const core = plus < 0 ? rest : rest.slice(0, plus)
  const dash = core.indexOf('-')
  const patch = numberOf(dash < 0 ? core : core.slice(0, dash), 'patch', 'Patch')
  if (!patch.ok) return patch
  const pre: (bigint | string)[] = []
  for (const identifier of dash < 0 ? [] : core.slice(dash + 1).split('.')) {
    const parsed = preOf(identifier)
    if (!parsed.ok) return parsed
    pre.push(parsed.value)
  }
  for (const identifier of build) {
    if (identifier === '') return err('Build meta data is empty')
    if (!/^[0-9A-Za-z-]+$/.test(identifier))
      return err(`Invalid character(s) found in build meta data ${goQuote(identifier)}`)
  }
  return ok({ major: major.value, minor: minor.value, patch: patch.value, pre, build })
}

function numberOf(digits: string, name: string, title: string): Result<bigint, string> {
  if (!/^[0-9]*$/.test(digits)) return err(`Invalid character(s) found in ${name} number ${goQuote(digits)}`)
  if (digits.length > 1 && digits.startsWith('0'))
    return err(`${title} number must not contain leading zeroes ${goQuote(digits)}`)
  return uint64Of(digits)
}

/** Source: Go strconv.ParseUint. */
function uint64Of(digits: string): Result<bigint, string> {
  const fail = (why: string): Result<never, string> => err(`strconv.ParseUint: parsing ${goQuote(digits)}: ${why}`)
  if (digits === '') return fail('invalid syntax')
  const exact = BigInt(digits)
  return exact < 2n ** 64n ? ok(exact) : fail('value out of range')
}

function preOf(identifier: string): Result<bigint | string, string> {
  if (identifier === '') return err('Prerelease is empty')
  if (/^[0-9]+$/.test(identifier)) {
    if (identifier.length > 1 && identifier.startsWith('0'))
      return err(`Numeric PreRelease version must not contain leading zeroes ${goQuote(identifier)}`)
    return uint64Of(identifier)
  }
  if (/^[0-9A-Za-z-]+$/.test(identifier)) return ok(identifier)
  return err(`Invalid character(s) found in prerelease ${goQuote(identifier)}`)
}

/** Reads a version that may lack parts, begin with `v` or have leading zeros. Source: normalizeAndParse. */
export function parseLooseSemver(text: string): Result<Semver, string> {
  const bare = text.startsWith('v') ? text.slice(1) : text
  const [first = '', second, ...others] = bare.split('.')
  const parts = [first, second, others.length > 0 ? others.join('.') : undefined]
    .filter((part) => part !== undefined)
    .map(withoutZeros)
  if (parts.length < 3) {
    if (/[+-]/.test(parts.at(-1)!)) return err('short version cannot contain PreRelease/Build meta data')
    while (parts.length < 3) parts.push('0')
  }
  return parseSemver(parts.join('.'))
}

function withoutZeros(part: string): string {
  if (part.length < 2) return part
  const stripped = part.replace(/^0+/, '')
  return /^[0-9]/.test(stripped) ? stripped : `0${stripped}`
}

/** -1, 0 or 1; build metadata does not count. Source: Version.Compare. */
export function compareSemver(a: Semver, b: Semver): number {
  const core = order(a.major, b.major) || order(a.minor, b.minor) || order(a.patch, b.patch)
  if (core !== 0) return core
  if (a.pre.length === 0 || b.pre.length === 0) return order(b.pre.length, a.pre.length)
  for (let i = 0; i < a.pre.length && i < b.pre.length; i++) {
    const compared = comparePre(a.pre[i]!, b.pre[i]!)
    if (compared !== 0) return compared
  }
  return order(a.pre.length, b.pre.length)
}

function comparePre(a: bigint | string, b: bigint | string): number {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? order(a, b) : -1
  return typeof b === 'bigint' ? 1 : Math.sign(byCodePoint(a, b))
}

const order = (a: bigint | number, b: bigint | number): number => (a < b ? -1 : a > b ? 1 : 0)

/** The version as it is written. */
export const semverText = ({ major, minor, patch, pre, build }: Semver): string =>
  `${major}.${minor}.${patch}${pre.length ? `-${pre.join('.')}` : ''}${build.length ? `+${build.join('.')}` : ''}`
