import { invalid, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import { isQualifiedName } from '../../../meta/names.ts'
import { canonicalQuantity, parseQuantity, quantitySign } from '../../../meta/quantity.ts'
import { checkRequired } from '../../checks.ts'
import { where, type Path } from '../../field-path.ts'
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../generated/core.gen.ts'

/** Fields of a Pod that an environment variable may show, sorted. */
export const ENV_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
/** Fields of a Pod that a file may show, sorted. */
export const VOLUME_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]
/** What pod fields convert at all. Source: pkg/apis/core/pods ConvertDownwardAPIFieldLabel. */
const KNOWN_FIELDS = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'spec.host',
])
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const HUGE_PAGES = /^(?:limits|requests)\.hugepages-/
const SUBSCRIPTED = /^(.+?)\['([^]*)'\]$/
const CPU_DIVISORS = ['1m', '1']
const BYTE_DIVISORS = '1 1k 1M 1G 1T 1P 1E 1Ki 1Mi 1Gi 1Ti 1Pi 1Ei'.split(' ')
const BYTES_WORDS: Record<string, string> = {
  memory: 'memory',
  'ephemeral-storage': 'local ephemeral storage',
}

/** Source: core/validation validateObjectFieldSelector. */
export function fieldRefErrors(
  errors: FieldError[],
  path: Path,
  { apiVersion, fieldPath = '' }: ObjectFieldSelector,
  fields: readonly string[],
): void {
  if (!apiVersion) return void errors.push(required(where(path, 'apiVersion'), ''))
  if (fieldPath === '') return void errors.push(required(where(path, 'fieldPath'), ''))
  const why = conversionError(apiVersion, fieldPath)
  if (why !== undefined)
    return void errors.push(
      invalid(where(path, 'fieldPath'), fieldPath, `error converting fieldPath: ${why}`),
    )
  const parts = SUBSCRIPTED.exec(fieldPath)
  if (!parts) {
    // An old name of the same field.
    const own = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath
    if (!fields.includes(own)) errors.push(notSupported(where(path, 'fieldPath'), own, fields))
    return
  }
  const key = parts[1] === 'metadata.annotations' ? parts[2]!.toLowerCase() : parts[2]!
  for (const reason of isQualifiedName(key)) errors.push(invalid(where(path), key, reason))
}

function conversionError(apiVersion: string, fieldPath: string): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`
  const parts = SUBSCRIPTED.exec(fieldPath)
  if (parts) {
    const base = parts[1]!
    return base === 'metadata.annotations' || base === 'metadata.labels'
      ? undefined
      : `field label does not support subscript: ${fieldPath}`
  }
  return KNOWN_FIELDS.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`
}

/** Source: core/validation validateContainerResourceFieldSelector. */
export function resourceFieldErrors(
  errors: FieldError[],
  path: Path,
  { containerName, resource = '', divisor }: ResourceFieldSelector,
  inVolume: boolean,
): void {
  if (inVolume && !containerName) checkRequired(errors, path, 'containerName', containerName)
  else if (resource === '') errors.push(required(where(path, 'resource'), ''))
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource))
    errors.push(notSupported(where(path, 'resource'), resource, RESOURCES))
  if (divisor !== undefined) divisorErrors(errors, path, resource, String(divisor))
}

function divisorErrors(errors: FieldError[], path: Path, resource: string, text: string): void {
  const parsed = parseQuantity(text)
  if (!parsed.ok || quantitySign(parsed.value) === 0) return
  const kind = HUGE_PAGES.test(resource) ? 'hugepages' : resource.replace(/^\w+\./, '')
  const words = kind === 'hugepages' ? kind : BYTES_WORDS[kind]
  const refuse = (allowed: readonly string[], listed: string, what: string): void => {
    if (allowed.includes(canonicalQuantity(text))) return
    const why = `only divisor's values ${listed} are supported with the ${what} resource`
    errors.push(invalid(where(path, 'divisor'), resource, why))
  }
  if (kind === 'cpu') refuse(CPU_DIVISORS, '1m and 1', 'cpu')
  else if (words) refuse(BYTE_DIVISORS, BYTE_DIVISORS.join(', '), words)
}
