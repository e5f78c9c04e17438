import { err, ok, type Result } from '../../base/result.ts'
import type {
  ConfigMap, Container, EnvFromSource, EnvVar, EnvVarSource, EphemeralContainer, Pod, Secret, Service,
} from '../../resources/generated/core.gen.ts'
import { expand } from './expansion.ts'
import { type Addresses, fieldValue, resourceValue } from './field-value.ts'
import { specOf } from './pod-spec.ts'
import { serviceEnv } from './service-env.ts'

/** Where the values of variables and files come from. */
export interface Sources extends Addresses {
  configMap(namespace: string, name: string): ConfigMap | undefined
  secret(namespace: string, name: string): Secret | undefined
  services(): readonly Service[]
  readonly allocatable: Readonly<Record<string, string>>
  /** The text of a file in a volume of this Pod (fileKeyRef). */
  volumeFile?(volume: string, path: string): string | undefined
}

/** The container's variables, in the order they were set. */
export type Env = ReadonlyMap<string, string>

/**
 * The environment of a container; an error is the message of CreateContainerConfigError.
 * Source: kubelet_pods.go makeEnvironmentVariables.
 */
export function planEnv(
  pod: Pod,
  container: Container | EphemeralContainer,
  sources: Sources,
): Result<Env, string> {
  const links = specOf(pod).enableServiceLinks !== false
  const services = serviceEnv(sources.services(), pod.metadata.namespace!, links)
  const env = new Map<string, string>()
  for (const from of container.envFrom ?? []) {
    const added = addAll(env, from, pod.metadata.namespace!, sources)
    if (!added.ok) return added
  }
  const lookup = (name: string) => env.get(name) ?? services.get(name)
  for (const variable of container.env ?? []) {
    const value = valueFor(variable, lookup, pod, container, sources)
    if (!value.ok) return value
    if (value.value !== undefined) env.set(variable.name, value.value)
  }
  for (const [name, value] of services) if (!env.has(name)) env.set(name, value)
  return ok(env)
}

/** Variables as Docker takes them. */
export const envList = (env: Env): string[] => [...env].map(([name, value]) => `${name}=${value}`)

function addAll(
  env: Map<string, string>,
  from: EnvFromSource,
  namespace: string,
  sources: Sources,
): Result<void, string> {
  const prefix = from.prefix ?? ''
  if (from.configMapRef) {
    const { name = '', optional } = from.configMapRef
    const found = sources.configMap(namespace, name)
    if (!found) return optional ? ok(undefined) : err(`configmap "${name}" not found`)
    for (const [key, value] of Object.entries(found.data ?? {})) env.set(prefix + key, value)
  }
  if (from.secretRef) {
    const { name = '', optional } = from.secretRef
    const found = sources.secret(namespace, name)
    if (!found) return optional ? ok(undefined) : err(`secret "${name}" not found`)
    for (const [key, value] of Object.entries(found.data ?? {})) env.set(prefix + key, decoded(value))
  }
  return ok(undefined)
}

/** undefined: an optional source that is not there leaves the variable out. */
function valueFor(
  variable: EnvVar,
  lookup: (name: string) => string | undefined,
  pod: Pod,
  container: Container | EphemeralContainer,
  sources: Sources,
): Result<string | undefined, string> {
  if (variable.value) return ok(expand(variable.value, lookup))
  const from = variable.valueFrom
  if (!from) return ok('')
  if (from.fieldRef) return fieldValue(from.fieldRef, pod, sources)
  if (from.resourceFieldRef) {
    return resourceValue(from.resourceFieldRef, pod, container, sources.allocatable)
  }
  return keyValue(from, pod.metadata.namespace!, sources)
}

function keyValue(
  from: EnvVarSource,
  namespace: string,
  sources: Sources,
): Result<string | undefined, string> {
  if (from.configMapKeyRef) {
    const { name = '', key, optional } = from.configMapKeyRef
    const found = sources.configMap(namespace, name)
    if (!found) return optional ? ok(undefined) : err(`configmap "${name}" not found`)
    const value = own(found.data, key)
    if (value !== undefined || optional) return ok(value)
    return err(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`)
  }
  if (from.secretKeyRef) {
    const { name = '', key, optional } = from.secretKeyRef
    const found = sources.secret(namespace, name)
    if (!found) return optional ? ok(undefined) : err(`secret "${name}" not found`)
    const value = own(found.data, key)
    if (value !== undefined) return ok(decoded(value))
    return optional ? ok(undefined) : err(`couldn't find key ${key} in Secret ${namespace}/${name}`)
  }
  if (from.fileKeyRef) return fileValue(from.fileKeyRef, sources)
  return ok('')
}

/** Source: KEP-3721 env files. */
function fileValue(
  ref: { volumeName: string; path: string; key: string; optional?: boolean },
  sources: Sources,
): Result<string | undefined, string> {
  const text = sources.volumeFile?.(ref.volumeName, ref.path)
  if (text === undefined) {
    return ref.optional ? ok(undefined) : err(`couldn't parse env file`)
  }
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*'?(.*?)'?\s*$/.exec(line)
    if (match && match[1] === ref.key && !line.trimStart().startsWith('#')) return ok(match[2]!)
  }
  if (ref.optional) return ok(undefined)
  return err(`environment variable key "${ref.key}" not found in file "${ref.path}"`)
}

const own = (data: Record<string, string> | undefined, key: string): string | undefined =>
  data && Object.hasOwn(data, key) ? data[key] : undefined

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString()
