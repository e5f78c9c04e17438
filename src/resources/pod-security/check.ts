import type { ObjectMeta } from '../../meta/object.ts'
import { byCodePoint } from '../../meta/go-text.ts'
import type { Container, PodSpec, SecurityContext } from '../generated/core.gen.ts'

/** Why a Pod is against a profile: in a word, and what exactly. */
export interface Violation {
  readonly reason: string
  readonly detail: string
}

/** Looks at a Pod or a Pod's template; undefined when nothing is wrong. */
export type CheckPod = (spec: PodSpec, metadata: ObjectMeta) => Violation | undefined

/** A rule of a profile through the versions of its history. Source: pod-security-admission policy/checks.go. */
export interface Check {
  readonly id: string
  readonly level: 'baseline' | 'restricted'
  /** By the minor version they hold from, rising; `overrides` are baseline rules that this one replaces. */
  readonly versions: readonly { readonly since: number; readonly check: CheckPod; readonly overrides?: readonly string[] }[]
}

/** Every container in upstream's order: first what initializes, last what debugs. */
export const everyContainer = (spec: PodSpec): Container[] => [
  ...(spec.initContainers ?? []), ...(spec.containers ?? []),
  ...((spec.ephemeralContainers ?? []) as unknown as Container[]),
]

/** Names of the containers that a rule finds bad. */
export const badContainers = (spec: PodSpec, isBad: (container: Container) => boolean): string[] =>
  everyContainer(spec).filter(isBad).map(({ name }) => name)

/** The values that are bad, once each and in order. */
export const inOrder = (values: Iterable<string>): string[] => [...new Set(values)].sort(byCodePoint)

/** `"a", "b"`. */
export const quoted = (items: readonly string[]): string => items.map((item) => `"${item}"`).join(', ')

/** The word for so many. */
export const plural = (one: string, many: string, count: number): string => (count === 1 ? one : many)

/** `container "a"`, `containers "a", "b"`. */
export const containersText = (names: readonly string[]): string =>
  `${plural('container', 'containers', names.length)} ${quoted(names)}`

/** Who sets something bad: `pod`, `containers "a", "b"`, or both. */
export const settersText = (isPod: boolean, containers: readonly string[]): string =>
  [...(isPod ? ['pod'] : []), ...(containers.length > 0 ? [containersText(containers)] : [])].join(' and ')

/** Bad values of the Pod and of its containers, and who set them; undefined when all is well. */
export function badSetters(
  spec: PodSpec,
  valuesOf: (context: NonNullable<PodSpec['securityContext']> | SecurityContext) => readonly string[],
): { readonly who: string; readonly values: string[] } | undefined {
  const ofPod = spec.securityContext ? valuesOf(spec.securityContext) : []
  const values = new Set(ofPod)
  const containers = badContainers(spec, ({ securityContext }) => {
    const own = securityContext ? valuesOf(securityContext) : []
    for (const value of own) values.add(value)
    return own.length > 0
  })
  if (values.size === 0) return undefined
  return { who: settersText(ofPod.length > 0, containers), values: inOrder(values) }
}

/** Nothing of a Windows Pod that Windows does not have. */
export const butWindows = (check: CheckPod): CheckPod => (spec, metadata) =>
  spec.os?.name === 'windows' ? undefined : check(spec, metadata)

/** A user namespace makes this harmless (KEP-127). */
export const butUserNamespaces = (check: CheckPod): CheckPod => (spec, metadata) =>
  spec.hostUsers === false ? undefined : check(spec, metadata)
