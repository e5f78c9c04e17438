import { CONFIG_DATA_BYTES_MAX } from '../../base/limits.ts'
import { invalid, required, tooLong, type FieldError } from '../../meta/field-error.ts'
import { isConfigMapKey, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { base64Bytes, base64Text, toBase64 } from '../base64.ts'
import { define } from '../define.ts'
import { at, whereKey } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { Secret } from '../generated/core.gen.ts'
import { immutableErrors } from './immutable-data.ts'
import { jsonObjectError } from './json-text.ts'
import { tlsPairError } from './tls-pair.ts'

const DATA = at(undefined, 'data')
const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name'

/** Source: pkg/registry/core/secret/strategy.go. */
export const secret = define<Secret>({
  resource: 'secrets',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.Secret' }],
  sensitive: true,
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    object.type ||= 'Opaque'
    mergeStringData(object)
  },
  validate,
  validateUpdate: (object, before) => [
    ...(object.type === before.type
      ? []
      : [invalid('type', object.type ?? '', 'field is immutable')]),
    ...immutableErrors(object, before, ['data']),
    ...validate(object),
  ],
  warnings({ type, data }) {
    if (type !== 'kubernetes.io/tls') return []
    const why = tlsPairError(base64Text(data?.['tls.crt'] ?? ''), base64Text(data?.['tls.key'] ?? ''))
    return why === undefined ? [] : [why]
  },
  fields: { type: (object) => object.type ?? '' },
  columns: COLUMNS.Secret,
  cells: (object, now) => [
    object.metadata.name ?? '',
    object.type ?? '',
    Object.keys(object.data ?? {}).length,
    ageText(object.metadata.creationTimestamp, now),
  ],
})

/** stringData is write-only: it ends as data. Source: core/v1 Convert_v1_Secret_To_core_Secret. */
function mergeStringData(object: Secret): void {
  if (object.stringData === undefined) return
  const data = (object.data ??= {})
  for (const [key, text] of Object.entries(object.stringData)) data[key] = toBase64(text)
  delete object.stringData
}

function validate(object: Secret): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const [key, value] of Object.entries(object.data ?? {})) {
    for (const reason of isConfigMapKey(key)) errors.push(invalid(whereKey(DATA, key), key, reason))
    bytes += base64Bytes(value)
  }
  if (bytes > CONFIG_DATA_BYTES_MAX) errors.push(tooLong('data', CONFIG_DATA_BYTES_MAX))
  return [...errors, ...typeErrors(object)]
}

/** What each type of Secret must hold. Source: core/validation ValidateSecret. */
function typeErrors(object: Secret): FieldError[] {
  const data = object.data ?? {}
  const missing = (...keys: string[]): FieldError[] =>
    keys.filter((key) => !(key in data)).map((key) => required(whereKey(DATA, key), ''))
  switch (object.type) {
    case 'kubernetes.io/service-account-token':
      return object.metadata.annotations?.[SERVICE_ACCOUNT_NAME]
        ? []
        : [required(`metadata.annotations[${SERVICE_ACCOUNT_NAME}]`, '')]
    case 'kubernetes.io/dockercfg':
      return dockerErrors(data, '.dockercfg')
    case 'kubernetes.io/dockerconfigjson':
      return dockerErrors(data, '.dockerconfigjson')
    case 'kubernetes.io/basic-auth':
      return 'username' in data || 'password' in data ? [] : missing('username', 'password')
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [required(whereKey(DATA, 'ssh-privatekey'), '')]
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key')
    default:
      return []
  }
}

function dockerErrors(data: Record<string, string>, key: string): FieldError[] {
  const value = data[key]
  if (value === undefined) return [required(whereKey(DATA, key), '')]
  const why = jsonObjectError(base64Text(value))
  return why === undefined
    ? []
    : [invalid(whereKey(DATA, key), '<secret contents redacted>', why)]
}
