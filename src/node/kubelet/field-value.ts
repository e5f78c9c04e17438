import { err, ok, type Result } from '../../base/result.ts'
import { milliValueOf, valueOf } from '../../meta/quantity.ts'
import type {
  Container, EphemeralContainer, ObjectFieldSelector, Pod, ResourceFieldSelector,
} from '../../resources/generated/core.gen.ts'
import { findContainer, specOf } from './pod-spec.ts'

/** Addresses that a field may ask for. */
export interface Addresses {
  readonly podIps: readonly string[]
  readonly hostIps: readonly string[]
}

/**
 * The text a fieldRef stands for, in env and in volumes.
 * Source: kubelet_pods.go podFieldSelectorRuntimeValue, pkg/fieldpath.
 */
export function fieldValue(
  field: ObjectFieldSelector,
  pod: Pod,
  { podIps, hostIps }: Addresses,
): Result<string, string> {
  const path = field.fieldPath
  const subscript = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/.exec(path)
  if (subscript) {
    const map = subscript[1] === 'metadata.labels' ? pod.metadata.labels : pod.metadata.annotations
    return ok(map?.[subscript[2]!] ?? '')
  }
  const { metadata } = pod
  const values: Record<string, string | undefined> = {
    'metadata.annotations': formatMap(metadata.annotations ?? {}),
    'metadata.labels': formatMap(metadata.labels ?? {}),
    'metadata.name': metadata.name ?? '',
    'metadata.namespace': metadata.namespace ?? '',
    'metadata.uid': metadata.uid ?? '',
    'spec.nodeName': specOf(pod).nodeName ?? '',
    'spec.serviceAccountName': specOf(pod).serviceAccountName ?? '',
    'status.hostIP': hostIps[0] ?? '',
    'status.hostIPs': hostIps.join(','),
    'status.podIP': podIps[0] ?? '',
    'status.podIPs': podIps.join(','),
  }
  const value = Object.hasOwn(values, path) ? values[path] : undefined
  return value === undefined ? err(`unsupported fieldPath: ${path}`) : ok(value)
}

/** `key="value"` a line, sorted. Source: fieldpath.FormatMap. */
export const formatMap = (map: Record<string, string>): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuoted(map[key]!)}`)
    .join('\n')

/**
 * The number a resourceFieldRef stands for; a limit that is not set is what the node has.
 * Source: pkg/api/v1/resource/helpers.go ExtractContainerResourceValue, kubelet_resources.go.
 */
export function resourceValue(
  field: ResourceFieldSelector,
  pod: Pod,
  container: Container | EphemeralContainer,
  allocatable: Readonly<Record<string, string>>,
): Result<string, string> {
  const named = field.containerName ? findContainer(pod, field.containerName)?.container : container
  if (!named) return err(`container ${field.containerName} not found`)
  const [kind, ...rest] = field.resource.split('.')
  const name = rest.join('.')
  if ((kind !== 'limits' && kind !== 'requests') || !KNOWN.test(name)) {
    return err(`unsupported container resource : ${field.resource}`)
  }
  const own = named.resources?.[kind]?.[name]
  const given = kind === 'limits' && isZero(own) ? (allocatable[name] ?? own) : own
  const divisor = field.divisor && !isZero(field.divisor) ? field.divisor : '1'
  const parts = name === 'cpu' ? milliValueOf(given) / milliValueOf(divisor) : valueOf(given) / valueOf(divisor)
  return ok(String(Math.ceil(parts)))
}

const KNOWN = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/

const isZero = (text: string | undefined): boolean =>
  text === undefined || milliValueOf(text) === 0

/** Go's strconv.Quote. */
function goQuoted(text: string): string {
  let out = '"'
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (ESCAPES[char]) out += ESCAPES[char]
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`
    else out += char
  }
  return `${out}"`
}

const ESCAPES: Record<string, string> = {
  '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\v': '\\v',
  '\f': '\\f', '\b': '\\b', '\x07': '\\a',
}
