import { milliValueOf } from '../../../meta/quantity.ts'
import type { ObjectMeta } from '../../../meta/object.ts'
import { at, where, whereKey, type Path } from '../../field-path.ts'
import type { Container, EphemeralContainer, PodSpec } from '../../generated/core.gen.ts'
import { ipWarnings } from '../../ip.ts'
import { deprecatedNodeLabel, nodeTermWarnings } from '../../node-labels.ts'
import type { ResourceList } from '../../resource-list.ts'
import { APPARMOR, shouldUseField } from './apparmor.ts'
import { eachContainer } from './each-container.ts'
import { portWarnings } from './warn-ports.ts'
import { volumeWarnings } from './warn-volumes.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
const SYSCTLS = 'non-functional in v1.11+; use the "sysctls" field instead'
const OLD_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': SYSCTLS,
  'security.alpha.kubernetes.io/unsafe-sysctls': SYSCTLS,
}
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const SECCOMP_OLD = 'non-functional in v1.27+; use the "seccompProfile" field instead'
const APPARMOR_OLD = 'deprecated since v1.30; use the "appArmorProfile" field instead'
const NO_SELECTOR = 'a null labelSelector results in matching no pod'

interface Subject {
  readonly metadata?: Pick<ObjectMeta, 'annotations'>
  readonly spec?: PodSpec
}

/**
 * What a Pod (`root` undefined) or template says that works but should not be said so.
 * Source: pkg/api/pod/warnings.go warningsForPodSpecAndMeta, in its order.
 */
export function podWarnings({ metadata = {}, spec }: Subject, root?: Path): string[] {
  if (!spec) return []
  const texts: string[] = []
  const path = at(root, 'spec')
  if (spec.nodeSelector || spec.affinity || spec.topologySpreadConstraints) placeWarnings(texts, path, spec)
  const { annotations } = metadata
  const notes = at(at(root, 'metadata'), 'annotations')
  if (annotations)
    for (const key in OLD_ANNOTATIONS)
      if (annotations[key] !== undefined) texts.push(`${whereKey(notes, key)}: ${OLD_ANNOTATIONS[key]}`)
  if (spec.volumes) volumeWarnings(texts, at(path, 'volumes'), spec.volumes)
  if (spec.hostAliases || spec.imagePullSecrets) repeatedWarnings(texts, path, spec)
  if (spec.overhead) fractionWarnings(texts, at(path, 'overhead'), spec.overhead)
  if (annotations?.[SECCOMP_POD] !== undefined && !spec.securityContext?.seccompProfile)
    texts.push(`${whereKey(notes, SECCOMP_POD)}: ${SECCOMP_OLD}`)
  eachContainer(spec, path, (container, own) => {
    if (annotations) {
      seccompWarning(texts, notes, container, annotations)
      apparmorWarning(texts, notes, container, { metadata, spec, isPod: root === undefined })
    }
    const { resources, env } = container
    if (resources?.limits) fractionWarnings(texts, at(at(own, 'resources'), 'limits'), resources.limits)
    if (resources?.requests) fractionWarnings(texts, at(at(own, 'resources'), 'requests'), resources.requests)
    if (env) envWarnings(texts, own, env)
  })
  portWarnings(texts, path, spec)
  if (spec.affinity) affinityWarnings(texts, path, spec.affinity)
  for (const [i, address] of spec.dnsConfig?.nameservers?.entries() ?? [])
    texts.push(...ipWarnings(where(path, 'dnsConfig', 'nameservers', i), address))
  for (const [i, { ip }] of spec.hostAliases?.entries() ?? [])
    texts.push(...ipWarnings(where(path, 'hostAliases', i, 'ip'), ip))
  return texts
}

function placeWarnings(texts: string[], path: Path, spec: PodSpec): void {
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const instead = deprecatedNodeLabel(key)
    if (instead) texts.push(`${whereKey(at(path, 'nodeSelector'), key)}: ${instead}`)
  }
  const affinity = spec.affinity?.nodeAffinity
  const own = at(at(path, 'affinity'), 'nodeAffinity')
  for (const [i, term] of (affinity?.[REQUIRED]?.nodeSelectorTerms ?? []).entries())
    texts.push(...nodeTermWarnings(at(at(at(own, REQUIRED), 'nodeSelectorTerms'), i), term))
  for (const [i, { preference }] of (affinity?.[PREFERRED] ?? []).entries())
    texts.push(...nodeTermWarnings(at(at(at(own, PREFERRED), i), 'preference'), preference ?? {}))
  for (const [i, constraint] of (spec.topologySpreadConstraints ?? []).entries()) {
    const { topologyKey, labelSelector } = constraint
    const step = at(at(path, 'topologySpreadConstraints'), i)
    const instead = deprecatedNodeLabel(topologyKey)
    if (instead) texts.push(`${where(step, 'topologyKey')}: ${topologyKey} is ${instead}`)
    if (!labelSelector) texts.push(`${where(step, 'labelSelector')}: ${NO_SELECTOR}`)
  }
}

function repeatedWarnings(texts: string[], path: Path, spec: PodSpec): void {
  const repeats = (list: string, step: string, values: readonly string[]): void => {
    for (const [i, value] of values.entries())
      if (values.indexOf(value) < i)
        texts.push(`${where(path, list, i, step)}: duplicate ${step} ${JSON.stringify(value)}`)
  }
  repeats('hostAliases', 'ip', (spec.hostAliases ?? []).map(({ ip }) => ip))
  const secrets = (spec.imagePullSecrets ?? []).map(({ name = '' }) => name)
  repeats('imagePullSecrets', 'name', secrets)
  for (const [i, name] of secrets.entries())
    if (name === '')
      texts.push(`${where(path, 'imagePullSecrets', i, 'name')}: invalid empty name ""`)
}

const BYTES = ['memory', 'ephemeral-storage']

function fractionWarnings(texts: string[], path: Path, list: ResourceList): void {
  for (const name of BYTES)
    if (list[name] !== undefined && milliValueOf(list[name]) % 1000 !== 0)
      texts.push(
        `${whereKey(path, name)}: fractional byte value ${JSON.stringify(list[name])} is invalid, must be an integer`,
      )
}

function seccompWarning(
  texts: string[],
  notes: Path,
  { name, securityContext }: Container | EphemeralContainer,
  annotations: Readonly<Record<string, string>>,
): void {
  const seccomp = SECCOMP_CONTAINER + name
  if (annotations[seccomp] !== undefined && !securityContext?.seccompProfile)
    texts.push(`${whereKey(notes, seccomp)}: ${SECCOMP_OLD}`)
}

function apparmorWarning(
  texts: string[],
  notes: Path,
  { name, securityContext }: Container | EphemeralContainer,
  { metadata, spec, isPod }: Subject & { isPod: boolean },
): void {
  const key = APPARMOR + name
  const text = metadata?.annotations?.[key]
  const whole = spec?.securityContext?.appArmorProfile
  const own = securityContext?.appArmorProfile
  if (text !== undefined && shouldUseField(text, own, whole, isPod))
    texts.push(`${whereKey(notes, key)}: ${APPARMOR_OLD}`)
}

/** A variable set twice, unless the second builds on the first. */
function envWarnings(texts: string[], path: Path, env: NonNullable<Container['env']>): void {
  if (env.length < 2) return
  const seen = new Set<string>()
  for (let i = 0; i < env.length; i++) {
    const { name, value = '', valueFrom } = env[i]!
    const reference = `$(${name})`
    if (seen.has(name) && (valueFrom || value === reference || !value.includes(reference)))
      texts.push(
        `${where(path, 'env', i)}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
      )
    seen.add(name)
  }
}

function affinityWarnings(texts: string[], path: Path, affinity: NonNullable<PodSpec['affinity']>): void {
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const own = at(at(path, 'affinity'), kind)
    for (const [i, { labelSelector }] of (affinity[kind]?.[REQUIRED] ?? []).entries())
      if (!labelSelector) texts.push(`${where(own, REQUIRED, i, 'labelSelector')}: ${NO_SELECTOR}`)
    for (const [i, { podAffinityTerm }] of (affinity[kind]?.[PREFERRED] ?? []).entries())
      if (!podAffinityTerm?.labelSelector)
        texts.push(
          `${where(own, PREFERRED, i, 'podAffinityTerm', 'labelSelector')}: ${NO_SELECTOR}`,
        )
  }
}
